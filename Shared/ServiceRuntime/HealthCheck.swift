import NIOCore
import NIOPosix

/// What `--health` does: asks the running instance of this name whether it is ready, for the health checks of containers.
struct HealthCheck {
    /// How long the answer may take.
    static let limit = TimeAmount.seconds(3)

    let service: String
    let environment: [String: String]

    /// Exit code 0 if the instance is ready; 1 with what it says, or that it does not answer.
    var end: ProcessEnd {
        get async {
            do {
                let runtime = try RuntimeConfiguration(Settings(environment), service: service)
                guard let admin = try address(by: runtime) else {
                    return ProcessEnd(exitCode: 1, line: "\(service): \(runtime.instance) has not announced itself")
                }
                let answer = try await readiness(at: admin)
                let isReady = answer.hasPrefix("HTTP/1.1 200 ")
                let body = answer.split(separator: "\r\n").last.map(String.init)
                return ProcessEnd(exitCode: isReady ? 0 : 1, output: body)
            } catch let error as SettingsError {
                return ProcessEnd(service: service, error: error)
            } catch {
                return ProcessEnd(exitCode: 1, line: "\(service): the admin port does not answer (\(error))")
            }
        }
    }

    /// A stated admin port is enough: an instance on standby answers there before it announces itself.
    private func address(by runtime: RuntimeConfiguration) throws(RuntimeError) -> HostPort? {
        guard runtime.admin.port == 0 else { return runtime.admin.reachable }
        return try Announcement.read(home: runtime.home, name: runtime.instance).flatMap { HostPort($0.admin) }
    }

    /// The whole answer to `GET /readyz`, at most 64 KiB of it.
    private func readiness(at admin: HostPort) async throws -> String {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(Self.limit)
            .connect(host: admin.host, port: admin.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let timeout = channel.channel.eventLoop.scheduleTask(in: Self.limit) { channel.channel.close(promise: nil) }
        defer { timeout.cancel() }
        return try await channel.executeThenClose { answers, requests in
            let request = "GET /readyz HTTP/1.1\r\nHost: \(admin)\r\nConnection: close\r\n\r\n"
            try await requests.write(ByteBuffer(string: request))
            var answer = ByteBuffer()
            for try await var part in answers where answer.readableBytes < 65_536 { answer.writeBuffer(&part) }
            return String(buffer: answer)
        }
    }
}
