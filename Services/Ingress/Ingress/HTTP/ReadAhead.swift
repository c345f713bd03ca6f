import NIOCore

/// Lets a phone's connection be read once more while its request is being answered. Most phones send nothing then, and
/// their sockets stay as they are: without it NIO takes each out of its selector for every request, and back.
///
/// Stands before the handlers that hold back a second request. What a phone sends ahead waits there: at most what two
/// reads bring.
final class ReadAhead: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = NIOAny

    /// Whether the handlers behind have asked for more since the last read.
    private var isAsked = false

    func read(context: ChannelHandlerContext) {
        isAsked = true
        context.read()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        guard isAsked else { return }
        isAsked = false
        context.pipeline.read()  // As the channel does after each read, but not if one is pending.
        if !isAsked { context.read() }
    }
}
