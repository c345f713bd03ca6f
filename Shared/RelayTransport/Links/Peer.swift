/// One link of a ``LinkServer``. A process that connects again is another peer, and so is a connection that takes its
/// routing ID.
public struct Peer: Hashable, Sendable, CustomStringConvertible {
    /// The number that addresses the connection.
    let routingNumber: UInt32
    /// Numbers the links of one endpoint; 0 if there is none (yet).
    let link: UInt32

    init(routingNumber: UInt32, link: UInt32) {
        self.routingNumber = routingNumber
        self.link = link
    }

    /// The peer as one number, which no other peer of the endpoint has.
    public var number: UInt64 { UInt64(link) << 32 | UInt64(routingNumber) }

    /// The peer that has this number.
    public init(number: UInt64) {
        self.init(routingNumber: UInt32(truncatingIfNeeded: number), link: UInt32(truncatingIfNeeded: number >> 32))
    }

    /// Reads a ROUTER's first frame. libzmq's own routing IDs are a zero byte and four more; an ID of another form was
    /// chosen by the peer, gives nil and is refused. (A peer may also choose one of this form: see
    /// ``HelloConnection``.)
    static func routingNumber(_ frame: inout Frame) -> UInt32? {
        frame.withBytes { bytes in
            bytes.count == 5 && bytes[0] == 0
                ? UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self)) : nil
        }
    }

    /// The frame that addresses the peer.
    var routingID: Frame {
        withUnsafeBytes(of: routingNumber.bigEndian) { Frame([0, $0[0], $0[1], $0[2], $0[3]]) }
    }

    public var description: String { "peer \(link) (\(routingNumber))" }
}
