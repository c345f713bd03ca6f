import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

@testable import Baton

/// An ingress of one file: one request per connection in, what the test wants out.
final class FakeIngress: Sendable {
    /// What a request gets.
    enum Reaction: Sendable {
        case answer(status: String, body: String)
        /// An answer that names another address.
        case redirect(to: String)
        /// The connection ends without a word.
        case hangUp
    }

    let channel: any Channel
    /// The requests, as they came over the wire.
    let requests: AsyncStream<String>

    /// - Parameter reactions: one for each request; what comes after them is hung up on.
    init(_ reactions: Reaction...) async throws {
        let left = NIOLockedValueBox(reactions)
        let (requests, request) = AsyncStream.makeStream(of: String.self)
        self.requests = requests
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        RequestReader { text in
                            request.yield(text)
                            return left.withLockedValue { $0.isEmpty ? .hangUp : $0.removeFirst() }
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        channel.closeFuture.whenComplete { _ in request.finish() }
    }

    var phone: Phone { Phone(url: "http://127.0.0.1:\(channel.localAddress?.port ?? 0)") }
}

/// Reads one request: a submission, whose body is an object without others in it, or a question.
private final class RequestReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let react: (String) -> FakeIngress.Reaction
    private var text = ""

    init(react: @escaping (String) -> FakeIngress.Reaction) { self.react = react }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        guard text.hasSuffix("}") || text.hasPrefix("GET") && text.hasSuffix("\r\n\r\n") else { return }
        switch react(text) {
        case .hangUp: context.close(promise: nil)
        case .redirect(let url):
            let answer =
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: \(url)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        case .answer(let status, let body):
            let head = "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head + body)), promise: nil)
        }
    }
}
