import DeviceProtocol
import NIOCore
import NIOWebSocket

/// Assembles a device's frames to messages: RFC 6455, sections 5.4, 5.6 and 8.1.
struct MessageAssembler {
    enum Result: Equatable {
        /// A whole text message, in UTF-8.
        case message([UInt8])
        /// More has to come.
        case incomplete
        case refused(CloseReason)
    }

    /// The beginning of a message in fragments, at most ``DeviceLimits/frameBytesMax``.
    private var begun: [UInt8]?

    /// Adds a text, binary or continuation frame.
    mutating func append(_ frame: WebSocketFrame) -> Result {
        switch frame.opcode {
        case .text where begun == nil: break
        case .continuation where begun != nil: break
        case .binary: return .refused(.notText)
        default: return .refused(.protocolError)
        }
        let bytes = frame.unmaskedData.readableBytesView
        guard (begun?.count ?? 0) + bytes.count <= DeviceLimits.frameBytesMax else { return .refused(.tooLarge) }
        guard var whole = begun else {
            guard !frame.fin else { return Self.text(Array(bytes)) }
            begun = Array(bytes)
            return .incomplete
        }
        begun = nil  // Leaves one reference to the bytes, so that appending a fragment copies only the fragment.
        whole += bytes
        guard !frame.fin else { return Self.text(whole) }
        begun = whole
        return .incomplete
    }

    private static func text(_ bytes: [UInt8]) -> Result {
        let isText = bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
        return isText ? .message(bytes) : .refused(.notUTF8)
    }
}
