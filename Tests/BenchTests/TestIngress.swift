import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

@testable import Bench

/// An ingress that answers as it is told, and remembers what it was asked.
final class TestIngress: Sendable {
    enum Answer { case approved, refused, hangUp, nothing }

    struct Request: Sendable {
        let connection: ObjectIdentifier
        let terminal: String
        let code: String
        let key: String
    }

    private struct State {
        var seen: [Request] = []
        var channel: (any Channel)?
        var held: [any Channel] = []
        var waiting: (count: Int, EventLoopPromise<Void>)?
        var eventLoop: (any EventLoop)?
    }

    private let state = NIOLockedValueBox(State())
    private let answer: @Sendable (Int) -> Answer

    /// - Parameter answer: to the request of this number, counted from 1.
    init(_ answer: @escaping @Sendable (Int) -> Answer) { self.answer = answer }

    var seen: [Request] { state.withLockedValue { $0.seen } }

    func start(on group: any EventLoopGroup) async throws -> SocketAddress {
        let channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        state.withLockedValue {
            $0.channel = channel
            $0.eventLoop = channel.eventLoop
        }
        guard let address = channel.localAddress else { throw ChannelError.unknownLocalAddress }
        return address
    }

    func stop() async throws { try await state.withLockedValue { $0.channel }?.close() }

    /// Returns once so many requests have come.
    func requests(_ count: Int) async throws {
        let future = state.withLockedValue { state -> EventLoopFuture<Void>? in
            guard state.seen.count < count, let promise = state.eventLoop?.makePromise(of: Void.self) else {
                return nil
            }
            state.waiting = (count, promise)
            return promise.futureResult
        }
        try await future?.get(within: .seconds(10), else: .silent(phones: count))
    }

    /// Approves what ``Answer/nothing`` has left open.
    func answerAll() {
        for channel in state.withLockedValue({ $0.held }) { channel.writeAndFlush(Self.text(.approved), promise: nil) }
    }

    private func requestReceived(_ text: String, _ channel: any Channel) {
        func between(_ start: String, _ end: String) -> String {
            text.split(separator: start, maxSplits: 1).last?.split(separator: end, maxSplits: 1).first.map(String.init)
                ?? ""
        }
        let request = Request(
            connection: ObjectIdentifier(channel), terminal: between(#""terminal":""#, "\""),
            code: between(#""code":""#, "\""), key: between("Idempotency-Key: ", "\r\n"))
        let (number, promise) = state.withLockedValue { state in
            state.seen.append(request)
            let isEnough = state.waiting.map { state.seen.count >= $0.count } ?? false
            defer { if isEnough { state.waiting = nil } }
            return (state.seen.count, isEnough ? state.waiting?.1 : nil)
        }
        let answer = answer(number)
        switch answer {
        case .approved, .refused: channel.writeAndFlush(Self.text(answer), promise: nil)
        case .hangUp: channel.close(promise: nil)
        case .nothing: state.withLockedValue { $0.held.append(channel) }
        }
        promise?.succeed()
    }

    private static func text(_ answer: Answer) -> ByteBuffer {
        let (status, body) =
            answer == .approved
            ? ("201 Created", #"{"id":"1.0","state":"ended","outcome":{"kind":"approved"}}"#)
            : ("503 Service Unavailable", #"{"code":"overloaded","sent":"no"}"#)
        return ByteBuffer(string: "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Takes requests whole: each ends with the end of its body.
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let ingress: TestIngress
        private var pending = ByteBuffer()

        init(_ ingress: TestIngress) { self.ingress = ingress }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            pending.writeImmutableBuffer(unwrapInboundIn(data))
            let text = String(buffer: pending)
            guard text.hasSuffix("\"}") else { return }
            pending.clear()
            ingress.requestReceived(text, context.channel)
        }
    }
}
