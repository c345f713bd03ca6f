import CZeroMQ

/// One ZeroMQ frame: it has one owner at a time, is moved and never copied, and frees its memory by itself.
///
/// A message of this relay is one frame, the envelope; before it comes the peer's routing ID at a ROUTER, the topic at
/// PUB and SUB. Moving the 64 bytes of `zmq_msg_t` in memory is safe: they contain the content, or a pointer to it, but
/// not their own address.
struct Frame: ~Copyable {
    private var message = zmq_msg_t()

    /// An empty frame, to receive into.
    init() { zmq_msg_init(&message) }

    /// A frame with a copy of `bytes`. At the few hundred bytes of our messages a copy costs less than sharing.
    init(_ bytes: some Collection<UInt8>) {
        let failure = zmq_msg_init_size(&message, bytes.count)
        precondition(failure == 0, "zmq_msg_init_size failed: the machine is out of memory")
        let target = UnsafeMutableRawBufferPointer(start: zmq_msg_data(&message), count: bytes.count)
        target.copyBytes(from: bytes)
    }

    /// A copy of the content, with libzmq's description of the frame's connection.
    mutating func copy() -> Frame {
        var copy = Frame()
        zmq_msg_copy(&copy.message, &message)
        return copy
    }

    deinit {
        var message = message
        zmq_msg_close(&message)
    }

    /// How many bytes the frame holds.
    var count: Int { mutating get { zmq_msg_size(&message) } }

    /// Whether another frame of the same message follows.
    var hasMore: Bool { mutating get { zmq_msg_more(&message) != 0 } }

    /// The file of the connection that the frame came on; negative if it came on none.
    var file: Int32 { mutating get { zmq_msg_get(&message, ZMQ_SRCFD) } }

    /// The address of libzmq's description of the frame's connection: the same for all frames of a connection, and
    /// different from any other connection's while one of them is kept.
    var origin: UnsafeRawPointer? { mutating get { UnsafeRawPointer(zmq_msg_gets(&message, "Peer-Address")) } }

    /// The bytes, valid inside `body` only.
    mutating func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message)))
    }

    /// Fills the frame with the next one of `socket`, without waiting.
    /// - Returns: zero, or libzmq's error number; `EAGAIN` means that there is none.
    mutating func receive(from socket: UnsafeMutableRawPointer) -> Int32 {
        zmq_msg_recv(&message, socket, ZMQ_DONTWAIT) >= 0 ? 0 : zmq_errno()
    }

    /// Gives the frame to `socket`, without waiting. On success its content belongs to libzmq and the frame is empty.
    /// - Returns: zero, or libzmq's error number; then the frame still holds its content.
    mutating func send(to socket: UnsafeMutableRawPointer, more: Bool) -> Int32 {
        zmq_msg_send(&message, socket, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) >= 0 ? 0 : zmq_errno()
    }
}
