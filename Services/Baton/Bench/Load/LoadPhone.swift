import NIOCore

/// One customer's phone: a persistent HTTP/1.1 connection, and one transaction at a time, at one of its own terminals.
///
/// Lives on the load's event loop.
final class LoadPhone: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let number: Int
    private let fleet: PhoneFleet
    /// The parts of a request that never change: before the key, before the terminal, before the code, at the end.
    private let parts: (head: ByteBuffer, terminal: ByteBuffer, code: ByteBuffer, end: ByteBuffer)
    private let terminals: [String]
    private var context: ChannelHandlerContext?
    private var reader = HTTPAnswerReader()
    private var requests = 0
    /// The start of the transaction's latency, in nanoseconds; nil if none is in progress.
    private var begin: UInt64?

    /// - Parameters:
    ///   - terminals: the terminals that no other phone uses; all names have the same length.
    ///   - host: the value of the field Host.
    init(_ number: Int, of fleet: PhoneFleet, terminals: [String], application: String, host: String) {
        self.number = number
        self.fleet = fleet
        self.terminals = terminals
        let terminal = #"","application":"\#(application)","operation":"payment","code":""#
        let body = #"{"terminal":""#
        let length = body.utf8.count + (terminals.first?.utf8.count ?? 0) + terminal.utf8.count + Self.codeLength + 2
        parts = (
            head: ByteBuffer(
                string: """
                    POST /v1/transactions HTTP/1.1\r
                    Host: \(host)\r
                    Content-Type: application/json\r
                    Content-Length: \(length)\r
                    Prefer: wait=30\r
                    Idempotency-Key: bench-\(number)-
                    """),
            terminal: ByteBuffer(string: "\r\n\r\n" + body), code: ByteBuffer(string: terminal),
            end: ByteBuffer(string: "\"}")
        )
    }

    /// All codes are this long.
    static let codeLength = 20

    var isBusy: Bool { begin != nil }

    /// Submits one transaction; ``PhoneFleet/answered(_:_:begin:)`` follows.
    func submit(code: String, from begin: UInt64) {
        guard let context else { return fleet.failed(self, "a phone without a connection") }
        self.begin = begin
        requests += 1
        var request = context.channel.allocator.buffer(capacity: 512)
        request.writeImmutableBuffer(parts.head)
        request.writeString(String(requests))
        request.writeImmutableBuffer(parts.terminal)
        request.writeString(terminals[requests % terminals.count])
        request.writeImmutableBuffer(parts.code)
        request.writeString(code)
        request.writeImmutableBuffer(parts.end)
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        fleet.connected(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch reader.append(unwrapInboundIn(data)) {
        case .more: break
        case .broken:
            fleet.failed(self, "an answer that is not HTTP")
            context.close(promise: nil)
        case .answer(let answer):
            guard let begin else { return fleet.failed(self, "an unexpected answer") }
            self.begin = nil
            fleet.answered(self, answer, begin: begin)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        fleet.lost(self)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Drops the transaction in progress: no answer will come.
    func giveUp() -> Bool {
        defer { begin = nil }
        return begin != nil
    }

    func close() { context?.close(promise: nil) }
}
