/// One connection to a ``LinkServer``. A process that connects again is another peer.
public struct Peer: Hashable, Sendable, CustomStringConvertible {
    /// The number that libzmq gave the connection.
    public let routingNumber: UInt32

    /// Reads a ROUTER's first frame. libzmq's own routing IDs are a zero byte and four more; others, which a peer may
    /// choose for itself and so share with somebody, are nil and refused.
    init?(_ frame: inout Frame) {
        let number: UInt32? = frame.withBytes { bytes in
            bytes.count == 5 && bytes[0] == 0 ? bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self) : nil
        }
        guard let number else { return nil }
        routingNumber = UInt32(bigEndian: number)
    }

    public init(routingNumber: UInt32) { self.routingNumber = routingNumber }

    /// The frame that addresses the peer.
    var routingID: Frame {
        withUnsafeBytes(of: routingNumber.bigEndian) { Frame([0, $0[0], $0[1], $0[2], $0[3]]) }
    }

    public var description: String { "peer \(routingNumber)" }
}
