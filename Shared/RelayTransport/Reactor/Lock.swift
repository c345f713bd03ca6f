import Glibc

/// A mutual exclusion that Thread Sanitizer can see: pthread's own.
///
/// `Synchronization.Mutex` sleeps on a futex that the sanitizer does not follow on Linux, so it reports false races. A
/// critical section here is a few array operations; no blocking call is made inside.
final class Lock: @unchecked Sendable {
    // Sendable because the only stored property is a constant pointer to a pthread mutex, which threads may share.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        let failure = pthread_mutex_init(mutex, nil)
        precondition(failure == 0, "pthread_mutex_init failed with \(failure): the machine is out of memory")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func withLock<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }
}
