import CZeroMQ
import Glibc

/// The work that other threads have for a reactor, and the eventfd ("bell") that wakes it.
///
/// The bell costs a system call, so it rings only when the reactor sleeps. This is safe because the reactor sets
/// `isAsleep` and checks the queue under the same lock; a thread that adds work after that sees the flag and rings.
///
/// The queue has no bound of its own: Swift's runtime does not let an executor refuse a job. Its sources are bounded
/// instead (``Mailbox``, the pending requests of a ``LinkClient``, admission at the ingress).
final class WorkQueue: @unchecked Sendable {
    /// One piece of work: an actor's job, or a closure.
    enum Work {
        case job(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    // Sendable because every variable below is touched inside `lock` only, and the bell is a constant file descriptor.
    private let lock = Lock()
    private var waiting: [Work] = []
    private var isAsleep = false
    private var hasThread = true
    /// The file descriptor to include in the reactor's `poll`.
    let bell: Int32

    init() {
        bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(bell >= 0, "eventfd failed with errno \(errno): the process is out of file descriptors")
    }

    deinit { close(bell) }

    /// Adds one piece of work and wakes the reactor if it sleeps.
    /// - Returns: whether the caller must start a thread, because the reactor's has ended.
    func add(_ work: Work) -> Bool {
        let (mustRing, mustStart) = lock.withLock {
            waiting.append(work)
            defer {
                isAsleep = false
                hasThread = true
            }
            return (isAsleep, !hasThread)
        }
        if mustRing {
            var one: UInt64 = 1
            _ = write(bell, &one, 8)
        }
        return mustStart
    }

    /// Swaps the waiting work with an empty array, so that both keep their storage.
    func drain(into work: inout [Work]) {
        lock.withLock { swap(&waiting, &work) }
    }

    /// Sets the flag that makes the next `add` ring.
    /// - Returns: false if work has come meanwhile: the reactor must not sleep then.
    func mayFallAsleep() -> Bool {
        lock.withLock {
            isAsleep = waiting.isEmpty
            return isAsleep
        }
    }

    /// Clears the flag after `poll`: the reactor checks the queue itself again.
    func wokeUp() {
        lock.withLock { isAsleep = false }
    }

    /// Resets the bell.
    func silenceBell() {
        var count: UInt64 = 0
        _ = read(bell, &count, 8)
    }

    /// Marks the thread as ended, unless there is work left for it.
    func mayEnd() -> Bool {
        lock.withLock {
            hasThread = !waiting.isEmpty
            return !hasThread
        }
    }
}
