import NIOCore

/// The frames of a WebSocket's client side, without a pipeline around them (RFC 6455, section 5).
///
/// A server's frames are not masked, and the relay's gateways do not fragment what they send.
enum WebSocketFrames {
    enum Opcode {
        static let text: UInt8 = 1
        static let close: UInt8 = 8
        static let ping: UInt8 = 9
        static let pong: UInt8 = 10
    }

    /// The most bytes of a frame, the same as the protocol's.
    static let bytesMax = 32_768

    /// Removes one whole frame from `bytes`.
    /// - Returns: nil if it is not complete yet.
    /// - Throws: ``BenchError/protocolBroken(_:)`` for a frame that a gateway does not send.
    static func next(_ bytes: inout ByteBuffer) throws(BenchError) -> (opcode: UInt8, payload: ByteBuffer)? {
        let start = bytes.readerIndex
        guard let first = bytes.getInteger(at: start, as: UInt8.self),
            let second = bytes.getInteger(at: start + 1, as: UInt8.self)
        else { return nil }
        guard first & 0x80 != 0, second & 0x80 == 0, second != 127 else {
            throw .protocolBroken("a fragment, a masked or an endless frame")
        }
        var header = 2
        var length = Int(second)
        if second == 126 {
            guard let long = bytes.getInteger(at: start + 2, as: UInt16.self) else { return nil }
            length = Int(long)
            header = 4
        }
        guard length <= bytesMax else { throw .protocolBroken("a frame of \(length) bytes") }
        guard let payload = bytes.getSlice(at: start + header, length: length) else { return nil }
        bytes.moveReaderIndex(forwardBy: header + length)
        return (first & 0x0F, payload)
    }

    /// Appends one frame, masked as a client must.
    static func write(_ opcode: UInt8, _ payload: ByteBuffer, mask: UInt32, to bytes: inout ByteBuffer) {
        let length = payload.readableBytes
        bytes.writeInteger(0x80 | opcode)
        if length < 126 {
            bytes.writeInteger(0x80 | UInt8(length))
        } else {
            bytes.writeInteger(0x80 | 126 as UInt8)
            bytes.writeInteger(UInt16(clamping: length))
        }
        bytes.writeInteger(mask)
        bytes.writeImmutableBuffer(payload)
        let key = (mask.byteSwapped, mask.byteSwapped)
        bytes.withUnsafeMutableReadableBytes { all in
            withUnsafeBytes(of: key) { key in
                let begin = all.count - length
                for index in 0..<length { all[begin + index] ^= key[index & 3] }
            }
        }
    }
}
