import Foundation
import GRDBSQLite
import RelayJournal

/// Moves the log's WAL into its segments, whatever becomes of the index.
///
/// Never twice without a commit between: SQLite before 3.51.3 may skip frames of a commit that begins the WAL anew just
/// when a checkpoint starts behind a complete one (https://sqlite.org/wal.html#walresetbug). So a checkpoint is due by
/// what was appended since the last one has ended.
struct Checkpointer {
    /// Beyond so many pages of WAL (64 MiB) a commit waits until it begins anew.
    private static let walPagesMax: Int32 = 65_536

    private let files: LogFiles
    private let tail: SharedTail
    /// How long it waits after a checkpoint that failed.
    private let pause: Duration
    private var notBefore: ContinuousClock.Instant?
    /// Whether commits came without a pause, so that the WAL was never used up.
    private var isWALLong = false

    init(_ files: LogFiles, _ tail: SharedTail, pause: Duration = .seconds(1)) {
        (self.files, self.tail, self.pause) = (files, tail, pause)
    }

    /// Moves what is due. What fails, or finds another reader in its way, stays due; the size of the WAL shows it.
    /// - Returns: whether all of it was moved; false also if nothing is due.
    mutating func move() -> Bool {
        guard tail.with(\.isCheckpointDue), notBefore.map({ $0 <= .now }) ?? true else { return false }
        var isMoved = true
        for segment in tail.with(\.closed) {
            if (try? isWhole(segment)) == true { tail.with { $0.moved(segment) } } else { isMoved = false }
        }
        if tail.with(\.isNewestDue), (try? moveNewest()) != true { isMoved = false }
        notBefore = isMoved ? nil : .now + pause
        return isMoved
    }

    /// Moves the whole WAL of a segment that takes no more.
    /// - Returns: false if a reader needs the WAL.
    private func isWhole(_ segment: SegmentFile) throws -> Bool {
        guard FileManager.default.fileExists(atPath: segment.path) else { return true }  // It was pruned.
        return try connection(segment).checkpoint(SQLITE_CHECKPOINT_TRUNCATE) != nil
    }

    private mutating func moveNewest() throws -> Bool {
        guard let newest = try files.segments.last else { return false }
        // A commit waits for a long one, some milliseconds: what the one before has moved need not be moved again.
        let mode = isWALLong ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE
        guard let pages = try connection(newest).checkpoint(mode) else { return false }
        isWALLong = mode == SQLITE_CHECKPOINT_PASSIVE && pages > Self.walPagesMax
        tail.with { $0.checkpointed() }
        return true
    }

    /// One of its own each time: checkpoints are rare.
    private func connection(_ segment: SegmentFile) throws -> Connection {
        let connection = try Connection(segment.path, .write)
        try connection.execute("PRAGMA busy_timeout = 50")
        return connection
    }
}
