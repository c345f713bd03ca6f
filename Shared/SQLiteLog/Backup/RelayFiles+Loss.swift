import RelayDomain
import RelayJournal

extension RelayFiles {
    /// Lets a journal go on whose log lost its end: committed batches are gone, which its index has seen. Nothing that
    /// was handed out in them is handed out again, because the log leaves a gap in its sequence and term, as after a
    /// restore (``Restore``). What they held stays unknown.
    /// - Parameters:
    ///   - gap: more sequences to leave out than the time since the log's last event calls for.
    ///   - progress: called with the last batch read into the new index, and the log's last.
    /// - Returns: what was wrong, and how many sequences were left out.
    /// - Throws: ``BackupError/claimed(journal:folder:)`` if a router writes it, ``JournalError``: also if the index
    ///   proves no loss; nothing was changed then.
    public func acceptLoss(
        of journal: UInt8, now: Instant, gap wanted: UInt64 = 0, _ progress: (UInt64, UInt64) throws -> Void
    ) throws -> (fault: JournalFault, gap: UInt64) {
        let files = log(journal)
        guard let claim = try FileClaim(files.lock) else {
            throw BackupError.claimed(journal: Int(journal), folder: journals)
        }
        defer { withExtendedLifetime(claim) {} }
        let reader = try LogReader(files)
        guard let fault = try IndexFile.lostEnd(files, reader) else {
            throw JournalError.failed(path: files.folder, reason: "its index proves no loss; nothing was changed")
        }
        let standing = try reader.last().batch.standing
        // The index knows how far the sequence was at least.
        let seen = try IndexLookup(files.index).witness().sequence
        let gap = max(
            wanted, Restore.gap(since: standing.at?.wall ?? now, now: now),
            Restore.gapMin + (seen > standing.sequence ? seen - standing.sequence : 0))
        try LogWriter.appendRestored(files, gap: gap, now: now, note: "a log that lost its end")
        let today = Retention(elapsed: standing.elapsed).today
        try IndexFile.rebuild(files, reader, today: today, progress)
        return (fault, gap)
    }
}
