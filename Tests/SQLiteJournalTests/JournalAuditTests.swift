import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteJournal

/// Whatever is changed in a journal's file behind the router's back is found, and named.
@Suite(.timeLimit(.minutes(2))) struct JournalAuditTests: JournalSuite {
    let folder: Folder
    var samples = JournalSamples()

    init() throws { folder = try Folder() }

    /// Ten events: five transactions accepted, then concluded.
    private mutating func fill(_ journal: SQLiteJournal, from first: UInt64 = 1) async throws {
        let transactions = (0..<5).map { transaction("key-\(first)-\($0)") }
        try await journal.commit(transactions.enumerated().map { opening($1, sequence: first + UInt64($0)) })
        try await journal.commit(transactions.enumerated().map { concluded($1, sequence: first + 5 + UInt64($0)) })
    }

    private func audit(holding head: JournalHead? = nil) throws -> AuditReport {
        var audit = try JournalAudit(at: file, holding: head)
        return try audit.run()
    }

    @Test mutating func anUntouchedJournalVerifiesWhileItsRouterWrites() async throws {
        let journal = try #require(try claim())
        #expect(try audit().fault == nil, "an empty journal is whole")
        try await fill(journal)
        let report = try audit()
        #expect(report.fault == nil)
        #expect(report.events == 10 && report.transactions == 5)
        try await fill(journal, from: 11)
        let later = try audit(holding: report.head)
        #expect(later.fault == nil)
        #expect(later.events == 20 && later.head.sequence == 20)
    }

    @Test mutating func theChainGoesOnAfterARestart() async throws {
        do { try await fill(try #require(try claim())) }
        try await fill(try #require(try claim()), from: 11)
        #expect(try audit().fault == nil)
    }

    static let tamperings: [(sql: String, sequence: UInt64?, words: String)] = [
        ("UPDATE event SET body = 'declined' WHERE seq = 7", 7, "was changed"),
        ("UPDATE event SET at = at + 1 WHERE seq = 3", 3, "was changed"),
        ("UPDATE event SET hash = NULL WHERE false; UPDATE event SET hash = 'text' WHERE seq = 3", 3, "was changed"),
        ("UPDATE event SET kind = 'restored' WHERE seq = 4", 4, "was changed"),
        ("DELETE FROM event WHERE seq = 4", 4, "is missing; event 5"),
        ("DELETE FROM event WHERE seq = 1", 1, "is missing; event 2"),
        ("DELETE FROM event WHERE seq > 8", 9, "the last event is 8"),
        ("DELETE FROM event", 1, "the last event is 0"),
        (
            "UPDATE event SET seq = -1 WHERE seq = 4; UPDATE event SET seq = 4 WHERE seq = 5; "
                + "UPDATE event SET seq = 5 WHERE seq = -1", 4, "moved"
        ),
        (
            "UPDATE event SET seq = 1000 + seq WHERE seq >= 4; UPDATE event SET seq = seq - 999 WHERE seq > 1000; "
                + "INSERT INTO event SELECT 4, transaction_id, version, at, wall, kind, body, row_digest, hash FROM event "
                + "WHERE seq = 3", 4, "inserted"
        ),
        (
            "INSERT INTO event SELECT 11, transaction_id, version, at, wall, kind, body, row_digest, hash FROM event "
                + "WHERE seq = 10", 11, "the journal ends at event 10"
        ),
        ("UPDATE head SET hash = zeroblob(32)", 10, "the head's hash is not its hash"),
        ("UPDATE head SET seq = 9", 9, "the head's hash"), ("UPDATE head SET seq = 11", 11, "the last event is 10"),
        ("DELETE FROM head", nil, "its head is missing"), ("UPDATE head SET seq = -1", nil, "cannot be read"),
        (#"UPDATE "transaction" SET outcome = 'declined no'"#, 6, "another row"),
        (#"UPDATE "transaction" SET body = body || x'00'"#, 6, "another row"),
        (#"UPDATE "transaction" SET version = 1"#, 1, "another row"),
        (#"UPDATE "transaction" SET version = 0"#, 1, "taken back to version 0"),
        (#"UPDATE "transaction" SET version = 3"#, nil, "has a row of version 3, but 2 events"),
        (#"DELETE FROM "transaction""#, 1, "whose row is missing"),
        (
            #"INSERT INTO "transaction" SELECT zeroblob(17), state, outcome, version, body FROM "transaction" LIMIT 1"#,
            nil, "has a row of version 2, but 0 events"
        ),
        (
            #"INSERT INTO "transaction" SELECT 5, state, outcome, version, body FROM "transaction" LIMIT 1"#,
            nil, "without a valid ID has a row of version 2"
        ),
    ]

    @Test(arguments: tamperings)
    mutating func whatIsTamperedWithIsFound(tampering: (sql: String, sequence: UInt64?, words: String)) async throws {
        do { try await fill(try #require(try claim())) }
        #expect(try audit().fault == nil)
        try tamper(tampering.sql)
        let fault = try #require(try audit().fault, "\(tampering.sql) was not found")
        #expect(fault.sequence == tampering.sequence, "\(fault)")
        #expect("\(fault)".contains(tampering.words), "\(fault)")
    }

    /// Who can write the file can write a whole new chain; not one that holds a head which was noted elsewhere.
    @Test mutating func aNotedHeadFindsARewrittenChain() async throws {
        do { try await fill(try #require(try claim())) }
        let noted = try audit().head
        try FileManager.default.removeItem(atPath: file)
        samples = JournalSamples(seed: 2)
        do {
            let journal = try #require(try claim())
            try await fill(journal)
            try await fill(journal, from: 11)
        }
        #expect(try audit().fault == nil)
        #expect(try audit(holding: noted).fault?.sequence == 10)
        let text = try #require(JournalHead("30:" + noted.description.dropFirst(3)))
        #expect(try audit(holding: text).fault?.sequence == 30, "a head beyond the end is missed")
        #expect(JournalHead(noted.description) == noted)
    }

    /// One row that cannot be read, whatever is wrong with it, keeps no other from the accountant.
    @Test(arguments: [
        "body = x'FF'", "body = 7", "id = x'00'", "id = x'FF'",
        "body = body || x'C001FFFFFFFFFFFFFFFFFF01'" /* version 2^64 - 1 */,
    ])
    mutating func aRowThatCannotBeReadKeepsNoOtherBack(change: String) async throws {
        do { try await fill(try #require(try claim())) }
        try await DatabaseQueue(path: file).write {
            try $0.execute(sql: #"UPDATE "transaction" SET \#(change) WHERE id = (SELECT min(id) FROM "transaction")"#)
        }
        var (read, unreadable): (Int, [JournalError]) = (0, [])
        try JournalReader(at: file).transactions {
            read += $0.count
            unreadable += $1
        }
        #expect(read == 4 && unreadable.count == 1, "\(unreadable)")
    }

    /// The encoding is a promise: a journal written today verifies with every later build.
    @Test func theHashOfARowIsWhatItsDescriptionSays() {
        var chain = EventChain()
        let row = EventRow(
            sequence: 1, transaction: Data([1, 2]), version: 1, at: 5, wall: 6, kind: "accepted", body: "",
            rowDigest: nil)
        #expect(
            chain.append(row).hexadecimal == "3512aa49faa691c585868ce3710a52a4991c97e7fa640b39a8339e06a6607f67")
        #expect(chain.sequence == 1)
    }
}
