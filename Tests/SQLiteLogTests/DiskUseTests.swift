import Foundation
import GRDBSQLite
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

/// What a payment of flow A takes on the disk, in the three commits between a phone's request and its answer.
@Suite(.timeLimit(.minutes(5))) struct DiskUseTests: JournalSuite {
    private static let together = 64
    private static let stored = 25_600

    let folder: Folder
    var samples = JournalSamples()

    init() throws { folder = try Folder() }

    @Test mutating func aStoredTransactionTakesLittle() async throws {
        try await fill()
        let parts = try parts()
        try Connection(files.index, .write).checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
        let index = JournalFile.bytes(of: files.index) + JournalFile.bytes(of: files.index + "-wal")
        for segment in try files.segments {
            try Connection(segment.path, .write).checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
        }
        let log = try files.segments.reduce(0) { $0 + JournalFile.bytes(of: $1.path) }
        let each = { (bytes: Int64) in Double(bytes) / Double(Self.stored) }
        print("bytes of a stored transaction: log \(each(log)), index \(each(index))")
        for (part, bytes) in parts.sorted(by: { $0.value > $1.value }) {
            print("  \(part): \(Double(bytes) / Double(Self.stored))")
        }
        #expect(each(log) < 680, "\(each(log)) bytes of log")
        #expect(each(index) < 120, "\(each(index)) bytes of index")
    }

    /// Commits of ``together`` transactions each, by a journal that is closed then.
    private mutating func fill() async throws {
        let journal = try #require(try LogJournal.claim(in: folder.path, journals: 1, .none))
        var sequence: UInt64 = 0
        func entry(_ transaction: Transaction, _ kind: JournalEntry.Event.Kind, _ at: Instant) -> JournalEntry {
            sequence += 1
            let event = JournalEntry.Event(
                sequence: sequence, at: at, wall: at + .milliseconds(7), kind: kind,
                detail: kind == .concluded ? "approved" : "")
            return JournalEntry(
                transaction: transaction, events: [event],
                opening: kind == .accepted ? JournalEntry.Opening(body: samples.body) : nil)
        }
        for start in stride(from: 0, to: Self.stored, by: Self.together) {
            let at = now + .milliseconds(start * 10)
            var some = (start..<start + Self.together).map { accepted($0, at: at) }
            try await journal.commit(some.map { entry($0, .accepted, at) })
            for index in some.indices { Self.authorize(&some[index], at: at + .milliseconds(350)) }
            try await journal.commit(some.map { entry($0, .authorizing, at + .milliseconds(350)) })
            for index in some.indices { Self.end(&some[index], at: at + .milliseconds(700)) }
            try await journal.commit(some.map { entry($0, .concluded, at + .milliseconds(700)) })
        }
        let limit = ContinuousClock.now + .seconds(60)
        while await journal.footprint().unindexedEvents > 70_000, ContinuousClock.now < limit {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private mutating func accepted(_ number: Int, at: Instant) -> Transaction {
        let id = TransactionID(journal: 0, now: at, random: &samples.random)
        let key = TransactionID(journal: 0, now: at, random: &samples.random).text.dropLast(2)
        let digest = KeyedDigest((0..<4).flatMap { _ in withUnsafeBytes(of: samples.random.next()) { Array($0) } })
        var transaction = Transaction(
            id: id, acceptedAt: at, acceptedOn: at + .milliseconds(7),
            key: SubmissionKey(
                origin: .phone(application: ApplicationID("wallet")!, customer: ""),
                terminal: TerminalID("counter-\(number % 1_000)")!, text: SubmissionKeyText(key)!),
            pos: nil, shop: ShopID("shop-7")!, application: ApplicationID("wallet")!,
            destination: DestinationID("bank")!, operation: .payment, digest: digest!, informationIsOneTime: true,
            codeExpiresAt: at + .seconds(300), codeExpiryNamed: at + .milliseconds(300_007),
            phoneAmount: Self.sum(number), amountRequired: true)
        transaction.command = CommandStateMachine(
            carrier: .terminal, issuedAt: at, codeExpiresAt: transaction.codeExpiresAt)
        _ = transaction.passage.apply(.commanded, at: at)
        Self.stamp(&transaction, [(.ingress, .received, -3), (.router, .accepted, 0), (.router, .commanded, 0)], at)
        transaction.version = 1
        return transaction
    }

    private static func authorize(_ transaction: inout Transaction, at: Instant) {
        transaction.amount = transaction.phoneAmount
        transaction.reference = RetrievalReferenceNumber(journal: 0, sequence: 123_456)
        _ = transaction.command?.apply(.deviceSubmitted, at: at)
        transaction.passage = TransactionStateMachine(.authorizing(.done), entered: .init(authorizing: at))
        stamp(
            &transaction,
            [
                (.device, .acknowledged, -330), (.device, .submitted, -4), (.gateway, .received, -2),
                (.router, .authorized, 0),
            ], at)
        transaction.version += 1
    }

    private static func end(_ transaction: inout Transaction, at: Instant) {
        let approval = Approval(approvalCode: "482913", providerReference: "P-0012345678", brand: "Visa")
        transaction.passage = TransactionStateMachine(
            .ended(.approved(approval)), entered: transaction.passage.entered)
        stamp(&transaction, [(.adapter, .forwarded, -340), (.adapter, .answered, -3), (.router, .concluded, 0)], at)
        transaction.version += 1
    }

    private static func stamp(
        _ transaction: inout Transaction, _ stamps: [(Hop, HopStamp.Act, Int)], _ at: Instant
    ) {
        transaction.stamp(
            stamps.map { HopStamp($0.0, $0.1, at: at + .milliseconds($0.2)) }, notBefore: nil, now: at)
    }

    private static func sum(_ number: Int) -> Amount? {
        CurrencyCode("EUR").flatMap { Amount(minorUnits: Int64(number % 9_000 + 100), unit: .currency($0)) }
    }

    /// The bytes of all batches, by what they are.
    private func parts() throws -> [String: Int] {
        var parts: [String: Int] = [:]
        try LogReader(files).batches(after: 0) { batch, _ in
            let all = batch.bytes.count
            var states = 0
            for entry in batch.entries {
                let kind = entry.events.first.map { "\($0.kind)" } ?? "none"
                parts["state after \(kind)", default: 0] += entry.state.count
                states += entry.state.count
                if entry.opening != nil { parts["opening", default: 0] += 50 }
            }
            parts["IDs, versions, events of entries; heads of batches", default: 0] += all - states
            parts["hashes", default: 0] += 32
        }
        return parts
    }
}
