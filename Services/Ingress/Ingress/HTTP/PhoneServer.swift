import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import ServiceRuntime

/// The port where phones connect.
///
/// Ends before ``RouterLine`` does: it takes no more requests, and those that wait are answered with what is known.
struct PhoneServer: Service {
    let address: HostPort
    let connectionsMost: Int
    let api: PhoneAPI
    let logger: Logger
    /// Called once with the address that is bound.
    let onBound: @Sendable (HostPort) throws -> Void

    /// How long phones may take to send what they have begun, and to read their answers, once the process is told to end.
    private static let farewellMost = PhoneConnection.arrivalMost + .seconds(2)

    /// Serves until told to stop.
    /// - Throws: ``IngressError/cannotListen(address:reason:)`` if the address cannot be bound.
    func run() async throws {
        let loop = api.line.loop
        let connections = try await loop.submit {
            NIOLoopBound(PhoneConnections(api, most: connectionsMost, on: loop), eventLoop: loop)
        }.get()
        defer { loop.execute { connections.value.dropAll() } }
        let listener: any Channel
        do {
            listener = try await PhoneConnections.listen(on: address, connections, loop)
        } catch let error as IOError {
            throw IngressError.cannotListen(address: address.description, reason: "\(error)")
        }
        let port = listener.localAddress?.port.flatMap(UInt16.init(exactly:)) ?? 0
        do {
            try onBound(HostPort(host: address.host, port: port).reachable)
            try await gracefulShutdown()
        } catch {
            try? await listener.close()
            throw error
        }
        try? await listener.close()
        api.line.drain()
        let limit = loop.scheduleTask(in: Self.farewellMost) { connections.value.dropAll() }
        try await loop.flatSubmit { connections.value.end() }.get()
        limit.cancel()
    }
}
