import Foundation
import ServiceRuntime

/// Reserves a home for one `baton up`: a second one would overwrite the announcements of the first.
///
/// The system releases the lock whenever the process ends.
final class HomeLock: Sendable {
    private let descriptor: Int32

    /// - Throws: ``OperatorError/homeTaken(path:)``, ``OperatorError/file(path:reason:)``.
    init(_ home: Home) throws(OperatorError) {
        let path = home.run + "/up.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            guard reason == EWOULDBLOCK else { throw .file(path: path, reason: String(cString: strerror(reason))) }
            throw .homeTaken(path: home.path)
        }
    }

    /// Unlocked, not only closed: a child that another thread is starting holds a copy of the descriptor for a moment.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
