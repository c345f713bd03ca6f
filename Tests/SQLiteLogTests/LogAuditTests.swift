import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

/// Whatever is changed in a journal's files behind the router's back is found, and named.
@Suite(.timeLimit(.minutes(2))) struct LogAuditTests: JournalSuite {
    let folder: Folder
    var samples = JournalSamples()

    init() throws { folder = try Folder() }

    /// Ten events: five transactions accepted in one batch, then concluded in the next.
    private mutating func fill(
        _ journal: LogJournal, from first: UInt64 = 1, after span: Duration = .zero
    ) async throws {
        let transactions = (0..<5).map { transaction("key-\(first)-\($0)", at: now + span) }
        try await journal.commit(transactions.enumerated().map { opening($1, sequence: first + UInt64($0)) })
        try await journal.commit(transactions.enumerated().map { concluded($1, sequence: first + 5 + UInt64($0)) })
    }

    @Test mutating func anUntouchedJournalVerifiesWhileItsRouterWrites() async throws {
        let journal = try #require(try claim())
        #expect(try audit().fault == nil, "an empty journal is whole")
        try await fill(journal)
        let report = try audit()
        #expect(report.fault == nil)
        #expect(report.events == 10 && report.transactions == 5)
        try await fill(journal, from: 11, after: .seconds(86_400))
        let later = try audit(holding: report.head)
        #expect(later.fault == nil)
        #expect(later.events == 20 && later.head.batch > report.head.batch)
    }

    @Test mutating func theChainGoesOnAfterARestart() async throws {
        do { try await fill(try #require(try claim())) }
        try await fill(try #require(try claim()), from: 11)
        #expect(try audit().fault == nil)
    }

    // Batches: 1 opened, 2 claimed, 3 accepted, 4 concluded, 5 closed; in the second segment 6 opened, 7 and 8.
    static let tamperings: [(sql: String, inFirst: Bool, batch: UInt64?, words: String)] = [
        ("UPDATE batch SET body = body || x'00' WHERE number = 3", true, 3, "was changed"),
        ("UPDATE batch SET body = CAST(body || x'00' AS BLOB) WHERE number = 3", true, 3, "was changed"),
        ("UPDATE batch SET hash = zeroblob(32) WHERE number = 3", true, 3, "was changed"),
        ("UPDATE batch SET number = 99 WHERE number = 8", false, 8, "is missing"),
        ("DELETE FROM batch WHERE number = 3", true, 3, "is missing"),
        ("DELETE FROM batch WHERE number = 1", true, 1, "is missing"),
        (
            "UPDATE batch SET number = -1 WHERE number = 3; UPDATE batch SET number = 3 WHERE number = 4; "
                + "UPDATE batch SET number = 4 WHERE number = -1", true, 3, "was changed"
        ), ("UPDATE segment SET follows = zeroblob(32)", false, 6, "does not follow"),
        ("UPDATE segment SET follows = randomblob(32)", true, 1, "was changed"),
    ]

    @Test(arguments: tamperings)
    mutating func whatIsTamperedWithIsFound(
        tampering: (sql: String, inFirst: Bool, batch: UInt64?, words: String)
    ) async throws {
        do {
            let journal = try #require(try claim())
            try await fill(journal)
            try await fill(journal, from: 11, after: .seconds(86_400))
        }
        #expect(try audit().fault == nil)
        let segments = try files.segments
        try tamper(tampering.sql, in: (tampering.inFirst ? segments.first : segments.last)?.path)
        let fault = try #require(try audit().fault, "\(tampering.sql) was not found")
        #expect(fault.batch == tampering.batch, "\(fault)")
        #expect("\(fault)".contains(tampering.words), "\(fault)")
    }

    /// The log is whole, and says what no router would have written: only who can write the file can bring it about.
    @Test(arguments: ["outcome", "version", "former", "opening", "sequence"])
    mutating func aWholeChainThatContradictsItselfIsFound(how: String) async throws {
        do { try await fill(try #require(try claim())) }
        let writer = try LogWriter(opening: files, journals: 1, .full)
        _ = try writer.claim()
        let last = try LogReader(files).batch(4)
        let entry = try #require(last.entries.first)
        var transaction = try entry.transaction()
        transaction.version += how == "version" ? 2 : 1
        if how == "outcome" { transaction.passage = TransactionStateMachine(.ended(.reversed)) }
        var standing = writer.standing
        let event = JournalEntry.Event(
            sequence: standing.sequence + (how == "sequence" ? 2 : 1), at: now, wall: now, kind: .answered)
        standing.sequence = event.sequence
        let first = Place(entry, in: 4).first
        let forged = EntryRecord(
            id: entry.id, former: how == "former" ? 3 : how == "opening" ? 0 : 4,
            first: how == "opening" ? 0 : first,
            version: transaction.version, isOpen: false, hasOutcome: true, opening: nil, used: nil, events: [event],
            state: TransactionBytes.bytes(transaction)[...])
        try writer.append(Batch(kind: .entries, standing: standing, entries: [forged]))
        let fault = try #require(try audit().fault)
        #expect(fault.batch == 6, "\(fault)")
        let expected: JournalFault.What =
            switch how {
            case "outcome": .secondOutcome(entry.id)
            case "sequence": .notGoingOn
            default: .entryNotGoingOn(entry.id)
            }
        #expect(fault.what == expected)
    }

    @Test(arguments: [
        ("UPDATE place SET batch = 3 WHERE id = (SELECT min(id) FROM place)", "does not lead to transaction"),
        ("DELETE FROM place WHERE id = (SELECT max(id) FROM place)", "does not lead to transaction"),
        ("INSERT INTO place SELECT zeroblob(17), 4, 0", "is not this log's"),
        ("UPDATE mark SET number = 2", "batch 2 is not the one that the index has seen"),
        ("UPDATE mark SET number = 99", "the log ends with batch 5, and its index has seen batch 99"),
    ])
    mutating func anIndexThatDoesNotFitTheLogIsFound(sql: String, words: String) async throws {
        do { try await fill(try #require(try claim())) }
        try JournalFile.remove(files.index)
        do { _ = try #require(try claim()) }
        #expect(try audit().fault == nil)
        try tamper(sql, in: files.index)
        let fault = try #require(try audit().fault)
        #expect("\(fault)".contains(words), "\(fault)")
    }

    /// Who can write the file can write a whole new chain; not one that holds a head which was noted elsewhere.
    @Test mutating func aNotedHeadFindsARewrittenChain() async throws {
        do { try await fill(try #require(try claim())) }
        let noted = try audit().head
        try FileManager.default.removeItem(atPath: files.folder)
        samples = JournalSamples(seed: 2)
        do {
            let journal = try #require(try claim())
            try await fill(journal)
            try await fill(journal, from: 11)
        }
        #expect(try audit().fault == nil)
        #expect(try audit(holding: noted).fault?.batch == 4)
        let text = try #require(JournalHead("30:" + noted.description.dropFirst(2)))
        #expect(try audit(holding: text).fault?.batch == 30, "a head beyond the end is missed")
        #expect(JournalHead(noted.description) == noted)
    }

    /// One entry that cannot be read, whatever is wrong with it, keeps no other from the accountant.
    @Test mutating func anEntryThatCannotBeReadKeepsNoOtherBack() async throws {
        do {
            let journal = try #require(try claim())
            try await fill(journal)
            try await fill(journal, from: 11)
        }
        try JournalFile.remove(files.index)
        do { _ = try #require(try claim()) }
        try tamper("UPDATE batch SET body = x'FF' WHERE number = 6")
        var (read, unreadable): (Int, [JournalError]) = (0, [])
        try JournalReader(relay, journal: 0).transactions {
            read += $0.count
            unreadable += $1
        }
        #expect(read == 5 && unreadable.count == 5, "\(unreadable)")
    }
}
