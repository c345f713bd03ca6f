import Foundation
import RelayJournal

/// The lock by which one process owns a journal. The system lets go of it when the process ends, however it ends.
final class FileClaim: Sendable {
    private let descriptor: Int32

    /// - Returns: nil if another process holds the lock.
    /// - Throws: ``JournalError/failed(path:reason:)`` if the file cannot be made.
    init?(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw JournalError.failed(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
    }

    deinit { close(descriptor) }
}
