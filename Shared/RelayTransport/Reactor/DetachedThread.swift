import CZeroMQ
import Glibc

/// Starts a thread that ends with `body`. It is not joined; it reports through a ``WorkQueue``.
/// - Parameter name: the name in debuggers and `top -H`; at most 15 bytes of it.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let failure = pthread_create(
        &thread, nil,
        { argument in
            argument.map { Unmanaged<ThreadBody>.fromOpaque($0).takeRetainedValue().run() }
            return nil
        }, Unmanaged.passRetained(ThreadBody(body)).toOpaque())
    precondition(failure == 0, "pthread_create failed with \(failure): the process has too many threads")
    pthread_setname_np(thread, String(name.prefix(15)))
    pthread_detach(thread)
}

/// Carries a closure through C's single pointer.
private final class ThreadBody {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
