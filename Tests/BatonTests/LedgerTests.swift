import Foundation
import RelayDomain
import RelayJournal
import RelayTesting
import SQLiteJournal
import Testing

@testable import Baton

/// What an accountant is given.
@Suite struct LedgerTests {
    private static let midnight = Instant(milliseconds: 1_800_057_600_000)  // 2027-01-16T00:00:00Z

    private func transaction(
        at: Instant, terminal: String = "t-1", destination: String = "bank", outcome: Outcome? = .approved
    ) -> Transaction {
        var random = SeededGenerator(seed: UInt64(at.milliseconds))
        var transaction = Transaction(
            id: TransactionID(journal: 0, now: at, random: &random), acceptedAt: at, acceptedOn: at,
            key: SubmissionKey(
                origin: .phone(application: ApplicationID("app")!, customer: "secret-customer"),
                terminal: TerminalID(terminal)!, text: SubmissionKeyText("secret-key-\(at.milliseconds)")!),
            pos: nil, application: ApplicationID("app")!, destination: DestinationID(destination)!,
            operation: .payment, digest: KeyedDigest(Array(repeating: 7, count: 32))!,
            informationIsOneTime: true, codeExpiresAt: nil, codeExpiryNamed: nil,
            phoneAmount: nil, amountRequired: true,
            amount: Amount(minorUnits: 1_250, unit: .currency(CurrencyCode("EUR")!)),
            reference: ReferenceNumber(journal: 0, sequence: 42),
            passage: TransactionStateMachine(outcome.map { .ended($0) } ?? .commanded), version: 1)
        if outcome != nil { transaction.stamp(.concluded, at: at + .milliseconds(1_500)) }
        return transaction
    }

    @Test func aLineHoldsWhatAnAccountantNeeds() {
        let approved = transaction(at: Self.midnight)
        #expect(
            LedgerLine(approved).csv
                == "\(approved.id),000000000042,2027-01-16T00:00:00.000Z,2027-01-16T00:00:01.500Z,t-1,,app,bank,"
                + "payment,1250,EUR,ended,approved,,yes,\r\n")
        let declined = LedgerLine(transaction(at: Self.midnight, outcome: .declined(ReasonCode("noFunds")!)))
        #expect(declined.outcome == "declined" && declined.reason == "noFunds")
        let open = LedgerLine(transaction(at: Self.midnight, outcome: nil))
        #expect(open.outcome == nil && open.state == "commanded" && open.concludedAt == nil)
        #expect(
            LedgerLine.csvHeader.split(separator: ",").count
                == open.csv.split(separator: ",", omittingEmptySubsequences: false).count)
    }

    @Test func aLineOfJSONIsOneObject() throws {
        let line = try LedgerLine(transaction(at: Self.midnight)).json
        #expect(line.hasSuffix("}\n") && line.filter(\.isNewline).count == 1)
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(object?["minorUnits"] as? Int == 1_250)
        #expect(object?["reference"] as? String == "000000000042")
        #expect(!line.contains("secret"))
    }

    @Test func fieldsAreQuotedWhereTheyMustBe() {
        #expect(LedgerLine.csv(["a", "b,c", "d\"e", "f\ng", ""]) == "a,\"b,c\",\"d\"\"e\",\"f\ng\",\r\n")
    }

    @Test func aDayIsOneOfTheTimeZone() throws {
        let utc = try #require(LedgerDay("2027-01-16", in: .gmt))
        #expect(utc.start == Self.midnight && utc.end == Self.midnight + .seconds(86_400))
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let berlin = try #require(LedgerDay("2027-03-28", in: zone))
        #expect(berlin.end - berlin.start == .seconds(23 * 3_600), "clocks go forward")
        for text in ["", "2027-02-29", "2027-1-16", "2027-01-16T00", "yesterday!", "２０２７-01-16"] {
            #expect(LedgerDay(text) == nil, "\(text)")
        }
    }

    /// More than one look's worth, over three days, two terminals, two destinations.
    @Test func filtersTakeWhatIsAskedFor() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ledger-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let journal = try #require(try SQLiteJournal.claim(in: folder, journals: 1))
        let entries = (0..<3_000).map { number in
            var transaction = transaction(
                at: Self.midnight + .seconds(Int64(number) * 86), terminal: "t-\(number % 2)",
                destination: number % 3 == 0 ? "bank" : "points")
            if number % 100 == 0 { transaction.reconciliation = [.contradictingAnswer] }
            return JournalEntry(
                transaction: transaction,
                events: [
                    .init(
                        sequence: UInt64(number) + 1, at: transaction.acceptedAt, wall: transaction.acceptedOn,
                        kind: .concluded)
                ],
                opening: .init(body: transaction.digest, sealed: SealedInformation([1])!))
        }
        try await journal.commit(entries)
        func count(_ filter: LedgerFilter) throws -> Int {
            var (count, most) = (0, 0)
            try JournalExport.transactions("\(folder)/0.db", filter) {
                count += $0.count
                most = max(most, $1)
                #expect($2.isEmpty)
            }
            #expect(most <= 1_000, "memory is bounded")
            return count
        }
        #expect(try count(LedgerFilter()) == 3_000)
        let day = try #require(LedgerDay("2027-01-17", in: .gmt))
        let ofDay = entries.filter { (day.start..<day.end).contains($0.transaction.acceptedAt) }.count
        #expect(ofDay > 1_000)
        #expect(try count(LedgerFilter(day: day)) == ofDay)
        #expect(try count(LedgerFilter(destination: DestinationID("bank")!)) == 1_000)
        #expect(try count(LedgerFilter(concern: .marked)) == 30)
        #expect(try count(LedgerFilter(destination: DestinationID("bank")!, concern: .marked)) == 10)
        let open = entries.filter { $0.transaction.outcome == nil }.count
        #expect(try count(LedgerFilter(concern: .open)) == open)
        #expect(try count(LedgerFilter(destination: DestinationID("bank")!, terminal: TerminalID("t-1")!)) == 500)
    }
}
