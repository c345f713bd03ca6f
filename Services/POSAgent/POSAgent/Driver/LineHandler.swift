import NIOCore

/// Cuts what a POS program sends into lines.
final class LineHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let lineBytesMax: Int
    private let onLine: ([UInt8]?) -> Void
    private var line: [UInt8] = []

    /// - Parameter onLine: called with each line, and with nil at the connection's end. Empty lines are passed over.
    init(lineBytesMax: Int, onLine: @escaping ([UInt8]?) -> Void) {
        self.lineBytesMax = lineBytesMax
        self.onLine = onLine
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        for byte in unwrapInboundIn(data).readableBytesView {
            if byte == UInt8(ascii: "\n") {
                if !line.isEmpty { onLine(line) }
                line = []
            } else if line.count < lineBytesMax {
                line.append(byte)
            } else {
                return context.close(promise: nil)  // It speaks something else.
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) { onLine(nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
