import CZeroMQ

/// ZeroMQ's context: one per process, with one I/O thread, for as long as a ``Reactor`` needs it.
///
/// The last reactor to release it ends it, which waits until the frames of closed sockets are sent or their linger has
/// passed. So a process that stops its reactors has sent what it could, and does not hang.
final class Context: @unchecked Sendable {
    // Sendable because `users` is touched inside `lock` only, and libzmq's contexts may be used from any thread.
    private static let lock = Lock()
    nonisolated(unsafe) private static var shared: Context?  // Touched inside `lock` only.

    let handle: UnsafeMutableRawPointer
    private var users = 0

    private init() {
        guard let handle = zmq_ctx_new() else {
            preconditionFailure("zmq_ctx_new failed with errno \(zmq_errno()): the process is out of file descriptors")
        }
        self.handle = handle
        zmq_ctx_set(handle, ZMQ_IO_THREADS, 1)
        zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, 4096)
    }

    static func acquire() -> Context {
        lock.withLock {
            let context = shared ?? Context()
            shared = context
            context.users += 1
            return context
        }
    }

    /// Gives the context back. Every socket made from it by the caller must be closed.
    func release() {
        let isLast = Self.lock.withLock {
            users -= 1
            if users == 0 { Self.shared = nil }
            return users == 0
        }
        // A signal may interrupt the wait; then it is resumed.
        while isLast, zmq_ctx_term(handle) != 0, zmq_errno() == EINTR {}
    }
}
