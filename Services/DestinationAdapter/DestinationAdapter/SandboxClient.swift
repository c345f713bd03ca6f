import AsyncHTTPClient
import NIOCore
import ServiceLifecycle

/// The HTTP client of the process, for as long as the process runs.
struct SandboxClient: Service {
    let http: HTTPClient

    init(on eventLoopGroup: any EventLoopGroup, concurrent: Int) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(1)))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = concurrent
        http = HTTPClient(eventLoopGroupProvider: .shared(eventLoopGroup), configuration: configuration)
    }

    func run() async throws {
        try? await gracefulShutdown()
        try await http.shutdown()
    }
}
