import NIOCore
import NIOPosix

/// One request to a process's admin port.
enum AdminClient {
    /// The whole answer to a GET, at most 64 KiB of it.
    /// - Throws: an error of the connection. If `limit` passes, the answer is what has arrived.
    static func get(_ path: String, at admin: HostPort, within limit: Duration) async throws -> String {
        let limit = TimeAmount(limit)
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(limit)
            .connect(host: admin.host, port: admin.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let timeout = channel.channel.eventLoop.scheduleTask(in: limit) { channel.channel.close(promise: nil) }
        defer { timeout.cancel() }
        return try await channel.executeThenClose { answers, requests in
            let request = "GET \(path) HTTP/1.1\r\nHost: \(admin)\r\nConnection: close\r\n\r\n"
            try await requests.write(ByteBuffer(string: request))
            var answer = ByteBuffer()
            for try await var part in answers where answer.readableBytes < 65_536 { answer.writeBuffer(&part) }
            return String(buffer: answer)
        }
    }
}
