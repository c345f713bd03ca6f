import Foundation
import GRDBSQLite
import RelayDomain
import RelayJournal

/// The end of a journal's log, where its one writer appends.
final class LogWriter {
    /// A segment takes no more batches beyond this size.
    static let segmentBytesMax: UInt64 = 256 << 20

    private let files: LogFiles
    private let durability: Durability
    private let segmentBytesMax: UInt64
    private(set) var segment: Segment
    private(set) var head: LogHead
    /// What is so after the last batch.
    private(set) var standing: Standing
    /// The last batch's bytes.
    private(set) var lastBytes = 0
    /// Closed segments whose WAL is not moved into them yet: to close their files would do that here, while commits
    /// wait.
    private var closing: [Segment] = []
    /// The bytes of the segment's batches.
    private var segmentBytes: UInt64

    /// Opens a journal's log, or makes it. Nothing is appended before ``claim()``: a start that fails leaves the log as
    /// it is.
    /// - Throws: ``JournalError``; ``JournalError/endLost(path:_:)`` if the index proves that the log lost its end.
    init(
        opening files: LogFiles, journals: Int, _ durability: Durability, segmentBytesMax: UInt64 = segmentBytesMax
    ) throws {
        self.files = files
        self.durability = durability
        self.segmentBytesMax = segmentBytesMax
        try files.prepare()
        if let newest = try files.segments.last {
            // What a router that was killed had written counts once it is read, so it has to be on the disk.
            let wal = newest.path + "-wal"
            if FileManager.default.fileExists(atPath: wal) { try JournalFile.synchronize(file: wal) }
            let reader = try LogReader(files)
            if let fault = try reader.faultBeforeFirst() ?? IndexFile.lostEnd(files, reader) {
                throw fault.error(path: files.folder)
            }
        } else {
            guard try files.isBare else { throw JournalError.damaged(path: files.folder, what: "its log is missing") }
            let standing = Standing(journal: files.number, journals: UInt8(journals))
            try Segment.make(in: files, after: LogHead(), standing)
        }
        (segment, head, standing) = try Self.open(files, durability)
        segmentBytes = UInt64(
            JournalFile.bytes(of: segment.file.path) + JournalFile.bytes(of: segment.file.path + "-wal"))
        guard segment.header.journal == UInt64(files.number), standing.journal == files.number else {
            throw JournalError.damaged(path: segment.file.path, what: "it belongs to journal \(segment.header.journal)")
        }
        guard Int(standing.journals) == journals else {
            throw JournalError.otherNumber(path: files.folder, found: Int(standing.journals), wanted: journals)
        }
    }

    /// What is so once the journal is claimed.
    var claiming: Standing {
        var claiming = standing
        claiming.term += 1
        return claiming
    }

    /// Raises the log's term.
    /// - Returns: the batch that says so.
    /// - Throws: ``JournalError``.
    func claim() throws -> Batch {
        let batch = Batch(kind: .claimed, standing: claiming)
        try append(batch)
        return batch
    }

    /// Opens the newest segment; after a closed one the next, which a router that ended before had no time to make.
    private static func open(_ files: LogFiles, _ durability: Durability) throws -> (Segment, LogHead, Standing) {
        while true {
            let segments = try files.segments
            guard let newest = segments.last else { break }
            let segment = try Segment(newest, durability)
            if let former = segments.dropLast().last { try check(segment, follows: former) }
            let (row, batch) = try segment.last()
            guard batch.kind == .closed else { return (segment, row.head, batch.standing) }
            try Segment.make(in: files, after: row.head, batch.standing)
        }
        throw JournalError.damaged(path: files.folder, what: "its log is missing")
    }

    private static func check(_ segment: Segment, follows former: SegmentFile) throws {
        let row = try Segment(former, nil).last().row
        guard row.number + 1 == segment.file.first, row.hash == segment.header.follows else {
            throw JournalError.damaged(path: segment.file.path, what: "it does not follow \(former.name)")
        }
    }

    /// Lets a restored log go on where nothing was before: nothing that was handed out after the backup is handed out
    /// again.
    /// - Parameter gap: by how much the sequence and the term grow.
    static func appendRestored(_ files: LogFiles, gap: UInt64, now: Instant, note: String) throws {
        let (segment, head, former) = try open(files, .full)
        var standing = former
        standing.sequence += gap
        standing.term += gap
        standing.isRestored = true
        standing.at = ClockReading(relay: former.at?.relayTime(atWall: now) ?? now, wall: now)
        var batch = Batch(kind: .restored, standing: standing)
        batch.note = "\(note), which ends at event \(former.sequence)"
        let body = batch.bytes
        guard try segment.append(head.number + 1, body: body, hash: head.hash(next: body)) else {
            throw JournalError.failed(path: segment.file.path, reason: "somebody else writes it")
        }
        try segment.connection.checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
    }

    /// Appends a batch, and returns when it is durable.
    /// - Throws: ``JournalError/claimLost(path:term:found:)`` if another writer has appended since; nothing is written
    ///   then. ``JournalError``.
    func append(_ batch: Batch) throws {
        let body = batch.bytes
        let hash = head.hash(next: body)
        guard try segment.append(head.number + 1, body: body, hash: hash) else { throw try lost() }
        head = head.next(hash: hash)
        standing = batch.standing
        lastBytes = body.count
        segmentBytes += UInt64(body.count)
    }

    /// Begins a new segment if the next batch belongs into one: the present one is full, or of another day of relay
    /// time.
    /// - Returns: the segment that takes no more; nil if it goes on.
    func rotate(before at: Instant) throws -> SegmentFile? {
        guard segmentBytes >= segmentBytesMax || standing.at.map({ $0.relay.day != at.day }) ?? false else {
            return nil
        }
        let closed = segment.file
        try append(Batch(kind: .closed, standing: standing))
        try Segment.make(in: files, after: head, standing)
        let (next, nextHead, nextStanding) = try Self.open(files, durability)
        guard next.file.first == head.number + 1, nextHead.number == next.file.first else { throw try lost() }
        closing.append(segment)
        (segment, head, standing, segmentBytes) = (next, nextHead, nextStanding, 0)
        return closed
    }

    /// Closes the files of closed segments.
    /// - Parameter unmoved: those whose WAL has still to be moved into them.
    func letGo(except unmoved: [SegmentFile]) { closing.removeAll { !unmoved.contains($0.file) } }

    /// Returns if no other writer has appended since.
    /// - Throws: ``JournalError/claimLost(path:term:found:)``.
    func check() throws {
        guard try segment.lastNumber() == head.number else { throw try lost() }
    }

    /// Another writer's term, as its first batch says it.
    private func lost() throws -> JournalError {
        let found = try LogReader(files).last().batch.standing.term
        return .claimLost(path: files.folder, term: standing.term, found: found)
    }
}

extension Instant {
    /// Days of relay time since 1970.
    fileprivate var day: Int64 { milliseconds / 86_400_000 }
}
