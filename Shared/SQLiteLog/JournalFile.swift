import Foundation
import GRDB
import RelayJournal

/// What a commit promises when it returns.
package enum Durability: String, Sendable {
    /// It is on the disk.
    case full = "FULL"
    /// Nothing: for the measurement that fills a journal with transactions which never were.
    case none = "OFF"
}

/// How every SQLite file of the relay is opened: WAL, and each commit is on the disk before it returns.
enum JournalFile {
    /// After how many pages (4 KiB each) a commit moves the WAL's content into the file. A page that many commits
    /// changed is moved once: SQLite's own 1,000 would move the same pages many times a second.
    private static let walPagesMax = 8_192

    /// What SQLite keeps beside a file. All but `-shm` is run into the file when it is opened.
    static let sidecars = ["-wal", "-shm", "-journal"]

    /// - Throws: ``JournalError/failed(path:reason:)``.
    static func open(_ path: String, _ durability: Durability = .full) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY")
        }
        return try failing(path) {
            try closeToOthers(path)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try closeToOthers(path)
            // Set last: GRDB turns WAL on after everything above, and `synchronous` to NORMAL with it.
            try queue.inDatabase {
                try $0.execute(
                    sql: "PRAGMA synchronous = \(durability.rawValue); PRAGMA wal_autocheckpoint = \(walPagesMax)")
            }
            return queue
        }
    }

    /// Closes a file and what SQLite keeps beside it to all but its user.
    static func closeToOthers(_ path: String) throws {
        for name in [path] + sidecars.map({ path + $0 }) {
            var status = stat()
            guard stat(name, &status) == 0, status.st_mode & 0o077 != 0 else { continue }
            guard chmod(name, status.st_mode & 0o700) == 0 else {
                throw JournalError.failed(path: name, reason: "others can read it; make its mode 600")
            }
        }
    }

    /// Opens a file beside the router that writes it. It is neither made nor migrated nor changed.
    /// - Parameter version: the schema that this build knows; nil for a file without one.
    /// - Throws: ``JournalError/newerVersion(path:found:known:)``, ``JournalError/failed(path:reason:)``,
    ///   ``JournalError/damaged(path:what:)``.
    static func openToRead(_ path: String, version: Int? = nil) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        return try failing(path) {
            guard FileManager.default.fileExists(atPath: path) else {
                throw JournalError.failed(path: path, reason: "there is no such file")
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            if let version {
                _ = try queue.read { try Self.version($0, known: version, path: path) }
            }
            return queue
        }
    }

    /// Closes a file so that all of it is in this one file, which may be moved then.
    static func closeWhole(_ queue: DatabaseQueue) throws {
        let mode = try queue.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
        guard mode == "delete" else {
            throw JournalError.failed(path: queue.path, reason: "somebody else has it open")
        }
        try queue.close()
    }

    /// Removes a file and what SQLite keeps beside it, as far as it is there.
    /// - Throws: ``JournalError/failed(path:reason:)``.
    static func remove(_ path: String) throws {
        for name in [path] + sidecars.map({ path + $0 }) {
            guard unlink(name) == 0 || errno == ENOENT else {
                throw JournalError.failed(path: name, reason: String(cString: strerror(errno)))
            }
        }
    }

    /// Brings a file to the schema that this build knows.
    /// - Parameter steps: what makes each version out of the one before.
    /// - Throws: ``JournalError/newerVersion(path:found:known:)`` if a newer build wrote it,
    ///   ``JournalError/damaged(path:what:)`` if no build did.
    static func migrate(_ queue: DatabaseQueue, _ path: String, _ steps: [@Sendable (Database) throws -> Void]) throws {
        try failing(path) {
            try queue.write { database in
                try database.execute(sql: "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
                let found = try version(database, known: steps.count, path: path)
                for step in steps[found...] { try step(database) }
                guard found < steps.count else { return }
                try database.execute(sql: "DELETE FROM schema_version")
                try database.execute(sql: "INSERT INTO schema_version VALUES (?)", arguments: [steps.count])
            }
        }
    }

    /// The version of a file's schema; 0 before the first step.
    private static func version(_ database: Database, known: Int, path: String) throws -> Int {
        let found = try Int.fetchOne(database, sql: "SELECT version FROM schema_version") ?? 0
        guard found >= 0 else { throw JournalError.damaged(path: path, what: "its schema has the version \(found)") }
        guard found <= known else { throw JournalError.newerVersion(path: path, found: found, known: known) }
        return found
    }

    /// Returns when the names in a folder are on the disk: a file that was moved there keeps its name when power fails.
    /// - Parameter folder: empty for the current one.
    /// - Throws: ``JournalError/failed(path:reason:)``.
    static func synchronize(folder: String) throws(JournalError) {
        // EINVAL: a file system that has nothing to write for a folder.
        try synchronize(folder.isEmpty ? "." : folder, ignoring: EINVAL)
    }

    /// Returns when a file's content is on the disk.
    /// - Throws: ``JournalError/failed(path:reason:)``.
    static func synchronize(file: String) throws(JournalError) { try synchronize(file, ignoring: nil) }

    private static func synchronize(_ path: String, ignoring ignored: Int32?) throws(JournalError) {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw JournalError.failed(path: path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == ignored else {
            throw JournalError.failed(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// A file's size; 0 for one that does not exist.
    static func bytes(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Names the file in whatever goes wrong with it.
    static func failing<Result>(_ path: String, _ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch let error as JournalError {
            throw error
        } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) {
            throw JournalError.damaged(path: path, what: error.message ?? "it is no database")
        } catch let error as DatabaseError {
            throw JournalError.failed(path: path, reason: error.message ?? "\(error.resultCode)")
        } catch {
            throw JournalError.failed(path: path, reason: "\(error)")
        }
    }
}
