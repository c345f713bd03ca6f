import Foundation
import RelayJournal

/// The lock by which one process owns a journal. The system lets go of it when the process ends, however it ends.
final class FileClaim: Sendable {
    /// A file that is removed again and again, between its opening and its lock, is nothing to wait for.
    private static let attemptsMax = 10

    private let path: String
    private let descriptor: Int32

    /// - Returns: nil if another process holds the lock.
    /// - Throws: ``JournalError/failed(path:reason:)`` if the file cannot be made.
    init?(_ path: String) throws {
        guard let descriptor = try Self.lock(path) else { return nil }
        self.path = path
        self.descriptor = descriptor
    }

    /// Unlocked, not only closed: a child that another thread is starting holds a copy of the descriptor for a moment.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Removes the lock's file. Another process may claim the journal from then on: a holder does this last.
    func remove() { unlink(path) }

    private static func lock(_ path: String) throws -> Int32? {
        for _ in 0..<attemptsMax {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw JournalError.failed(path: path, reason: String(cString: strerror(errno)))
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let reason = errno
                close(descriptor)
                guard reason == EWOULDBLOCK else {
                    throw JournalError.failed(
                        path: path, reason: "its file system grants no lock: " + String(cString: strerror(reason)))
                }
                return nil
            }
            if isNamed(path, descriptor) { return descriptor }
            close(descriptor)
        }
        throw JournalError.failed(path: path, reason: "it is removed as often as it is made")
    }

    /// Whether the open file is still the one of this name. The lock of a file that its holder removed keeps nobody
    /// out: the next one makes a new file.
    private static func isNamed(_ path: String, _ descriptor: Int32) -> Bool {
        var locked = stat()
        var named = stat()
        guard fstat(descriptor, &locked) == 0, stat(path, &named) == 0 else { return false }
        return locked.st_ino == named.st_ino && locked.st_dev == named.st_dev
    }
}
