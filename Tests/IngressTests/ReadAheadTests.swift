import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Ingress

/// How far a phone's connection is read while its request is being answered.
@Suite struct ReadAheadTests {
    /// Counts how often the socket is asked to be read.
    private final class Socket: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        private(set) var reads = 0

        func read(context: ChannelHandlerContext) { reads += 1 }
    }

    /// Counts the requests that have their turn.
    private final class Requests: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        private(set) var count = 0

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if case .end = unwrapInboundIn(data) { count += 1 }
        }
    }

    private let channel = EmbeddedChannel()
    private let socket = Socket()
    private let requests = Requests()

    init() throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers([socket, ReadAhead()])
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: false)
        try pipeline.addHandler(requests)
        channel.read()
    }

    /// A read brings a request. After it a channel asks for the next one, unless that has been done meanwhile.
    private func arrive() throws {
        let reads = socket.reads
        try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: pay\r\n\r\n"))
        if socket.reads == reads { channel.read() }
    }

    private func answer() throws {
        try channel.writeOutbound(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .noContent)))
        try channel.writeOutbound(HTTPServerResponsePart.end(nil))
    }

    @Test func theSocketOfAPhoneThatWaitsStaysAsItIs() throws {
        for turn in 1...3 {
            try arrive()
            #expect(socket.reads == 2 * turn, "it may be read on before the answer")
            try answer()
            #expect(socket.reads == 2 * turn + 1)
        }
        #expect(requests.count == 3)
    }

    @Test func aPhoneThatDoesNotWaitIsReadOnceMoreAndThenNot() throws {
        try arrive()
        try arrive()
        let reads = socket.reads
        channel.read()
        #expect(socket.reads == reads)
        #expect(requests.count == 1, "one at a time")
        try answer()
        #expect(socket.reads == reads, "the second waits for its answer, too")
        #expect(requests.count == 2)
        try answer()
        #expect(socket.reads == reads + 1)
    }
}
