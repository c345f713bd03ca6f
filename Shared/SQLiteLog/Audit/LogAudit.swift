import Foundation
import RelayDomain
import RelayJournal

/// Reads a journal's log from its first segment to its end and checks that all is as its router wrote it: the chain of
/// batches, how each transaction goes on, and that the index leads to the last entry of each.
///
/// Reads only, in short looks that do not hold the router's checkpoints up; what is committed meanwhile is read too.
/// Memory does not grow with the journal. Runs of keys and codes are not read.
struct LogAudit {
    /// How many batches one look takes.
    private static let look = 200

    private let files: LogFiles
    private let noted: JournalHead?
    private let reader: LogReader
    private var head = LogHead()
    /// What the first segment follows.
    private var start = LogHead()
    private var standing: Standing?
    private var report = AuditReport(head: JournalHead(batch: 0, hash: LogHead.start))

    /// - Parameter noted: a head from an earlier report, which the log must still contain.
    /// - Throws: ``JournalError/failed(path:reason:)`` if the journal's folder cannot be listed.
    init(_ files: LogFiles, holding noted: JournalHead? = nil) throws {
        self.files = files
        self.noted = noted
        reader = try LogReader(files)
    }

    /// Reads all of it.
    /// - Parameter progress: called with the last batch read, and the log's last, after each look.
    /// - Throws: ``JournalError`` if a file cannot be read; ``JournalError/archived(path:)`` if all is well, but the
    ///   noted head is of a segment that was pruned; what `progress` throws.
    mutating func run(_ progress: (UInt64, UInt64) throws -> Void = { _, _ in }) throws -> AuditReport {
        var index = try IndexAudit(files, reader)
        let files = try reader.allSegments()
        guard let first = files.first else {
            throw JournalError.failed(path: self.files.folder, reason: "no log is here")
        }
        start = LogHead(number: first.first - 1, hash: try reader.opened(first).header.follows)
        head = start
        try index.begin(at: first.first)
        report.fault = try reader.faultBeforeFirst()
        while report.fault == nil {
            let segments = try reader.allSegments()
            guard let next = segments.last(where: { $0.first <= head.number + 1 }) else { break }
            if try read(next, &index) {
                try progress(head.number, try reader.lastNumber())
            } else if report.fault == nil {
                // What has a segment behind it takes no more batches, so this look has seen all of it.
                guard let behind = segments.first(where: { $0.first > head.number + 1 }) else { break }
                report.fault = JournalFault(.missing(found: behind.first), at: head.number + 1)
            }
        }
        if report.fault == nil { report.fault = try checkEnd(index) }
        report.head = JournalHead(batch: head.number, hash: head.hash)
        return report
    }

    /// One look.
    /// - Returns: false at the end.
    private mutating func read(_ file: SegmentFile, _ index: inout IndexAudit) throws -> Bool {
        let segment = try reader.opened(file)
        if head.number + 1 == file.first, segment.header.follows != head.hash {
            report.fault = JournalFault(.notFollowing, at: file.first)
            return false
        }
        let rows = try segment.rows(from: head.number + 1, most: Self.look)
        for row in rows {
            report.fault = try check(row, opens: row.number == file.first, &index)
            guard report.fault == nil else { return false }
        }
        return !rows.isEmpty
    }

    private mutating func check(_ row: Segment.Row, opens: Bool, _ index: inout IndexAudit) throws -> JournalFault? {
        guard row.number == head.number + 1 else {
            return JournalFault(.missing(found: row.number), at: head.number + 1)
        }
        guard head.hash(next: row.body) == row.hash, let batch = try unlessDamaged({ try reader.read(row) }) else {
            return JournalFault(.changed, at: row.number)
        }
        if let noted, noted.batch == row.number, noted.hash != row.hash {
            return JournalFault(.changed, at: row.number)
        }
        guard (batch.kind == .opened) == opens, goesOn(batch) else { return JournalFault(.notGoingOn, at: row.number) }
        for entry in batch.entries {
            if let fault = try check(entry, in: row.number) { return fault }
            if try !index.leads(to: entry, in: row.number) {
                return JournalFault(.notIndexed(entry.id), at: row.number)
            }
            report.events += UInt64(entry.events.count)
            if entry.former == 0 { report.transactions += 1 }
        }
        (head, standing) = (row.head, batch.standing)
        return nil
    }

    /// Whether sequences, term and time go on from the batch before.
    private func goesOn(_ batch: Batch) -> Bool {
        guard let former = standing else { return true }  // The first that is here.
        let next = batch.standing
        guard next.journal == former.journal, next.journals == former.journals, next.elapsed >= former.elapsed else {
            return false
        }
        switch batch.kind {
        case .opened, .closed: return next == former
        case .claimed: return next.term > former.term && next.sequence == former.sequence
        case .restored: return next.term > former.term && next.sequence > former.sequence
        case .entries:
            let sequences = batch.entries.flatMap(\.events).map(\.sequence).sorted()
            return next.term == former.term && next.sequence >= former.sequence && next.sequence < .max
                && sequences.elementsEqual(former.sequence + 1..<next.sequence + 1)
        }
    }

    /// Whether an entry goes on from its transaction's former one.
    private func check(_ entry: EntryRecord, in number: UInt64) throws -> JournalFault? {
        let broken = JournalFault(.entryNotGoingOn(entry.id), at: number)
        let firstVersion = entry.version &- UInt64(entry.events.count)
        guard entry.former < number, (entry.former == 0) == (entry.opening != nil) else { return broken }
        let outcome = entry.hasOutcome ? try unlessDamaged({ try reader.transaction(of: entry) })?.outcome : nil
        guard (outcome != nil) == entry.hasOutcome else { return broken }
        guard entry.former != 0 else { return firstVersion == 0 ? nil : broken }
        let former: EntryRecord
        do {
            former = try reader.entry(of: entry.id, in: entry.former)
        } catch JournalError.archived {
            return nil
        } catch let error as JournalError where error.isDamage {
            return broken
        }
        guard former.version == firstVersion, Place(former, in: entry.former).first == entry.first else {
            return broken
        }
        guard former.hasOutcome else { return nil }
        guard let before = try unlessDamaged({ try reader.transaction(of: former) }) else { return broken }
        return before.outcome == outcome ? nil : JournalFault(.secondOutcome(entry.id), at: number)
    }

    /// - Returns: nil if what is read is damaged. What a newer Baton wrote is not.
    private func unlessDamaged<Read>(_ read: () throws -> Read) throws -> Read? {
        do {
            return try read()
        } catch let error as JournalError where error.isDamage {
            return nil
        }
    }

    private func checkEnd(_ index: IndexAudit) throws -> JournalFault? {
        if let noted, noted.batch > head.number {
            return JournalFault(.tailMissing(last: head.number), at: noted.batch)
        }
        if let noted, noted.batch == start.number, noted.hash != start.hash {
            return JournalFault(.changed, at: noted.batch)
        }
        if let fault = try index.checkEnd() { return fault }
        // All that is here is as it was written; of the noted head that says nothing.
        if let noted, noted.batch < start.number { throw try reader.absent(noted.batch) }
        return nil
    }
}

/// Compares the index, up to the mark that it had when the audit began, with the log. Each look is a short one: the
/// indexer goes on meanwhile, and moves places only to later batches.
private struct IndexAudit {
    private let lookup: IndexLookup?
    private let reader: LogReader
    /// What the index said when the audit began.
    private var witness: IndexWitness?
    private var first: UInt64 = 0
    /// How many places, up to the mark, were met at the entry that they name.
    private var met: UInt64 = 0

    init(_ files: LogFiles, _ reader: LogReader) throws {
        self.reader = reader
        lookup = FileManager.default.fileExists(atPath: files.index) ? try IndexLookup(files.index) : nil
    }

    /// - Parameter first: the first batch that the log has.
    mutating func begin(at first: UInt64) throws {
        self.first = first
        guard let lookup else { return }  // A start builds it.
        witness = try lookup.witness()
    }

    mutating func leads(to entry: EntryRecord, in number: UInt64) throws -> Bool {
        guard let lookup, let witness, number <= witness.mark.head.number else { return true }
        let place = try lookup.batch(of: entry.id)
        if place == number { met += 1 }
        return (place ?? 0) >= number
    }

    func checkEnd() throws -> JournalFault? {
        guard let lookup, let witness else { return nil }
        if let fault = try witness.lostEnd(of: reader) { return fault }
        let mark = witness.mark
        guard try reader.hash(of: mark.head.number) == mark.head.hash else { return JournalFault(.indexOfAnotherLog) }
        guard first <= mark.head.number else { return nil }
        // Fewer than were met: others have moved behind the mark meanwhile.
        return try lookup.count(first...mark.head.number) <= met ? nil : JournalFault(.indexOfAnotherLog)
    }
}
