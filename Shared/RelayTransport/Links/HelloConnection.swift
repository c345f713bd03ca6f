/// The connection that a link's hello came on. Nothing that comes on another belongs to the link, whatever routing ID
/// it bears: a peer may choose its own, such as that of one who has just left.
final class HelloConnection {
    /// The connection's file, while it lasts.
    let file: Int32
    private let origin: UnsafeRawPointer?
    /// Kept, so that what libzmq knows of this connection stays where it is: no later connection's can lie there.
    private let hello: Frame

    init(_ hello: inout Frame) {
        file = hello.file
        origin = hello.origin
        self.hello = hello.copy()
    }

    /// Whether a frame came on this connection.
    func carried(_ frame: inout Frame) -> Bool { frame.origin == origin }
}
