/// The connection of a link's hello. A frame from another connection does not belong to the link, even with the same
/// routing ID: a peer may choose its own, such as that of a peer that has just left.
final class HelloConnection {
    /// The connection's file descriptor, while it is open.
    let file: Int32
    private let origin: UnsafeRawPointer?
    /// Kept, so that libzmq's description of this connection stays allocated: no later connection can get its address.
    private let hello: Frame

    init(_ hello: inout Frame) {
        file = hello.file
        origin = hello.origin
        self.hello = hello.copy()
    }

    /// Whether a frame came on this connection.
    func carried(_ frame: inout Frame) -> Bool { frame.origin == origin }
}
