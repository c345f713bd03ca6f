import NIOCore

/// Splits the input at each `\n`, within a bound.
struct POSLineDecoder: ByteToMessageDecoder {
    /// The most bytes of a line, without its end.
    static let lineMax = 4_096

    enum Line: Sendable {
        case whole(ByteBuffer)
        /// After such a line nothing more is read from the sender.
        case tooLong
    }

    typealias InboundOut = Line

    private var isDeaf = false

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard !isDeaf else {
            buffer.clear()
            return .needMoreData
        }
        let end = buffer.readableBytesView.prefix(Self.lineMax + 1).firstIndex(of: UInt8(ascii: "\n"))
        if let end, let line = buffer.readSlice(length: end - buffer.readerIndex) {
            buffer.moveReaderIndex(forwardBy: 1)
            context.fireChannelRead(wrapInboundOut(.whole(line)))
            return .continue
        }
        guard buffer.readableBytes > Self.lineMax else { return .needMoreData }
        isDeaf = true
        context.fireChannelRead(wrapInboundOut(.tooLong))
        return .continue
    }

    /// A line without an end was not finished by its sender, and is not carried out.
    mutating func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        try decode(context: context, buffer: &buffer)
    }
}
