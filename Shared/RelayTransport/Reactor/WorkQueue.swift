import CZeroMQ
import Glibc

/// What other threads have left for a reactor, and the bell that wakes it.
///
/// The bell (an eventfd) costs a system call, so it rings only when the reactor sleeps. The order that makes this safe:
/// the reactor raises `isAsleep` under the lock and looks at the queue once more in the same breath; whoever adds work
/// after that sees the flag and rings.
///
/// The queue has no bound of its own: Swift's runtime does not let an executor refuse a job. What fills it is bounded
/// where it begins (``Mailbox``, the pending requests of a ``LinkClient``, admission at the ingress).
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

    /// Swaps what has waited against an emptied array, so that both keep their storage.
    func drain(into work: inout [Work]) {
        lock.withLock { swap(&waiting, &work) }
    }

    /// Raises the flag that makes the next `add` ring.
    /// - Returns: false if work has come meanwhile: then don't sleep.
    func mayFallAsleep() -> Bool {
        lock.withLock {
            isAsleep = waiting.isEmpty
            return isAsleep
        }
    }

    /// Lowers the flag after `poll`: from here on the reactor looks at the queue by itself.
    func wokeUp() {
        lock.withLock { isAsleep = false }
    }

    /// Makes the bell ready to ring again.
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
