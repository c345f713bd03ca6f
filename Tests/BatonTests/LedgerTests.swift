import Foundation
import RelayDomain
import RelayJournal
import RelayTesting
import SQLiteLog
import Testing

@testable import Baton

/// What an accountant is given.
@Suite(.timeLimit(.minutes(2))) struct LedgerTests {
    private static let midnight = Instant(milliseconds: 1_800_057_600_000)  // 2027-01-16T00:00:00Z

    private func transaction(
        at: Instant, terminal: String = "t-1", destination: String = "bank", outcome: Outcome? = .approved()
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
            reference: RetrievalReferenceNumber(journal: 0, sequence: 42),
            passage: TransactionStateMachine(outcome.map { .ended($0) } ?? .commanded), version: 1)
        if outcome != nil { transaction.stamp(.concluded, at: at + .milliseconds(1_500)) }
        return transaction
    }

    @Test func aLineHoldsWhatAnAccountantNeeds() {
        let approved = transaction(at: Self.midnight)
        #expect(
            LedgerLine(approved).csv
                == "\(approved.id),000000000042,,,2027-01-16T00:00:00.000Z,2027-01-16T00:00:01.500Z,t-1,,app,bank,"
                + "payment,1250,EUR,merchant,,,,ended,approved,,yes,,,,,,,,,,,,,\r\n")
        let declined = LedgerLine(transaction(at: Self.midnight, outcome: .declined(ReasonCode("noFunds")!)))
        #expect(declined.outcome == "declined" && declined.reason == "noFunds")
        let open = LedgerLine(transaction(at: Self.midnight, outcome: nil))
        #expect(open.outcome == nil && open.state == "commanded" && open.concludedAt == nil)
        #expect(
            LedgerLine.csvHeader.split(separator: ",").count
                == open.csv.split(separator: ",", omittingEmptySubsequences: false).count)
    }

    @Test func aLineHoldsWhatTheDestinationSaid() throws {
        let approval = Approval(
            approvalCode: "000123", providerReference: "SBX-1",
            amount: Amount(minorUnits: 1_000, unit: .currency(CurrencyCode("EUR")!)),
            brand: "Visa, credit", maskedAccount: "•••• 1234",
            balance: Amount(minorUnits: 7, unit: .points(ProgramID("stars")!)),
            pointsEarned: Amount(minorUnits: 3, unit: .points(ProgramID("moons")!)),
            receiptLines: ["=SUM(A1)", "Thank you"])
        let line = LedgerLine(transaction(at: Self.midnight, outcome: .approved(approval)))
        let said = ",000123,SBX-1,\"Visa, credit\",•••• 1234,1000,EUR,7,stars,3,moons,'=SUM(A1) / Thank you\r\n"
        #expect(line.csv.hasSuffix(said), "\(line.csv)")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(line.json.utf8)) as? [String: Any])
        #expect(
            json["approvalCode"] as? String == "000123"
                && json["receiptLines"] as? [String] == ["=SUM(A1)", "Thank you"])
        let declined = LedgerLine(
            transaction(at: Self.midnight, outcome: .declined(StatedReason(said: "not enough money!"))))
        #expect(declined.reason == "unspecified" && declined.text == "not enough money!")
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
        #expect(
            LedgerLine.csv(["=1", "=\u{301}1", "-", "1-"]) == "'=1,'=\u{301}1,'-,1-\r\n", "no spreadsheet calculates")
        #expect(LedgerLine.csv(["\r=1", "\n=1"]) == "\"'\r=1\",\"'\n=1\"\r\n")
    }

    /// What a paired sale is reconciled by: the POS's number and sum, and where it was.
    @Test func aPairedSaleBearsItsReceiptItsSumAndItsPlace() throws {
        var random = SeededGenerator(seed: 7)
        let sum = Amount(minorUnits: 990, unit: .currency(CurrencyCode("EUR")!))
        let sale = Transaction(
            id: TransactionID(journal: 0, now: Self.midnight, random: &random), acceptedAt: Self.midnight,
            acceptedOn: Self.midnight,
            key: SubmissionKey(origin: .scan, terminal: TerminalID("t-2")!, text: SubmissionKeyText("s")!),
            pos: POSID("till-1"), shop: ShopID("corner"), application: ApplicationID("app")!,
            destination: DestinationID("bank")!, operation: .payment,
            digest: KeyedDigest(Array(repeating: 7, count: 32))!, informationIsOneTime: true, codeExpiresAt: nil,
            codeExpiryNamed: nil, phoneAmount: Amount(minorUnits: 1, unit: .currency(CurrencyCode("EUR")!)),
            amountRequired: false, passage: TransactionStateMachine(.ended(.handedOver(.yes))),
            evidence: Evidence(.receiptNumber(Evidence.Text("=R-1")!), amount: .checked, sum: sum), version: 1)
        let line = LedgerLine(sale, site: "airport")
        #expect(line.csv.contains(",airport,corner,"))
        #expect(
            line.csv.contains(",990,EUR,pos,receiptNumber,'=R-1,checked,ended,handedOver,"),
            "a receipt is no formula: \(line.csv)")
        #expect(line.posText == "=R-1", "JSON holds it as it is")
        var hostile = sale
        hostile.evidence = Evidence(.textSeen(Evidence.Text("\r=cmd\u{1B}[2J\u{202E}")!), amount: .unchecked)
        let text = #"\u{D}=cmd\u{1B}[2J\u{202E}"#
        #expect(LedgerLine(hostile).posText == text && LedgerLine(hostile).csv.contains(",\(text),"))
    }

    private func days(_ first: String?, _ last: String?, _ zone: TimeZone) throws -> LedgerDays {
        let (start, end) = (first.flatMap { LedgerDay($0) }, last.flatMap { LedgerDay($0) })
        return try #require(LedgerDays(from: start, to: end, in: zone))
    }

    @Test func aDayIsOneOfTheTimeZone() throws {
        let utc = try days("2027-01-16", "2027-01-16", .gmt)
        #expect(utc.start == Self.midnight && utc.end == Self.midnight + .seconds(86_400))
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let berlin = try days("2027-03-28", "2027-03-28", zone)
        let length = try #require(berlin.end) - #require(berlin.start)
        #expect(length == .seconds(23 * 3_600), "clocks go forward")
        for text in ["", "2027-02-29", "2027-1-16", "2027-01-16T00", "yesterday!", "２０２７-01-16"] {
            #expect(LedgerDay(text) == nil, "\(text)")
        }
        let all = try days(nil, nil, .gmt)
        #expect(all.start == nil && all.end == nil)
        #expect(LedgerDays(from: LedgerDay("2027-01-02"), to: LedgerDay("2027-01-01"), in: .gmt) == nil)
    }

    /// Clocks go forward at midnight in Cairo (24 April 2026), Beirut and Asunción: each hour belongs to one day.
    @Test(arguments: ["Africa/Cairo", "Asia/Beirut", "America/Asuncion", "Europe/Berlin", "America/New_York", "UTC"])
    func theDaysOfAYearFollowEachOther(name: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        for year in [2024, 2026] {
            var end: Instant?
            var day = try #require(LedgerDay("\(year)-01-01"))
            while try day != #require(LedgerDay("\(year)-12-31")).next {
                let one = try #require(LedgerDays(from: day, to: day, in: zone))
                #expect(end == nil || one.start == end, "\(name): \(day)")
                let length = try #require(one.end) - #require(one.start)
                #expect([23, 24, 25].contains(length / .seconds(3_600)), "\(name): \(day) has \(length)")
                (end, day) = (one.end, day.next)
            }
        }
        let cairo = try #require(TimeZone(identifier: "Africa/Cairo"))
        let (forward, next) = try (days("2026-04-24", "2026-04-24", cairo), days("2026-04-25", nil, cairo))
        #expect(forward.end == next.start)
    }

    @Test func anUnknownTimeZoneIsRefused() throws {
        #expect(try LedgerZone.current(["TZ": "Europe/Berlin"]).identifier == "Europe/Berlin")
        #expect(try LedgerZone.current(["TZ": ":Europe/Berlin"]).identifier == "Europe/Berlin")
        for unset in [[:], ["TZ": ""]] { #expect(try LedgerZone.current(unset) == .current) }
        for text in ["Europe/Berlni", "../etc", "CET-1CEST,M3.5.0", "x\u{1B}"] {
            let error = #expect(throws: OperatorError.timeZone(text)) { try LedgerZone.current(["TZ": text]) }
            #expect(error?.exitCode == 64 && error?.description.isPlain == true)
        }
    }

    /// More than one look's worth, over three days, two terminals, two destinations.
    @Test func filtersTakeWhatIsAskedFor() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ledger-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let journal = try #require(try LogJournal.claim(in: folder, journals: 1))
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
                opening: .init(body: transaction.digest))
        }
        try await journal.commit(entries)
        func count(_ filter: LedgerFilter) throws -> Int {
            var (count, most) = (0, 0)
            try JournalExport.transactions(RelayFiles(journals: folder, registry: ""), 0, filter) {
                count += $0.count
                most = max(most, $1)
                #expect($2.isEmpty)
            }
            #expect(most <= 1_000, "memory is bounded")
            return count
        }
        #expect(try count(LedgerFilter()) == 3_000)
        let day = try days("2027-01-17", "2027-01-17", .gmt)
        let bounds = try #require(day.start)..<#require(day.end)
        let ofDay = entries.filter { bounds.contains($0.transaction.acceptedAt) }.count
        #expect(ofDay > 1_000)
        #expect(try count(LedgerFilter(days: day)) == ofDay)
        let since = try count(LedgerFilter(days: days("2027-01-17", nil, .gmt)))
        let before = try count(LedgerFilter(days: days(nil, "2027-01-16", .gmt)))
        #expect(before + since == 3_000)
        #expect(try count(LedgerFilter(destination: DestinationID("bank")!)) == 1_000)
        #expect(try count(LedgerFilter(concern: .marked)) == 30)
        #expect(try count(LedgerFilter(destination: DestinationID("bank")!, concern: .marked)) == 10)
        let open = entries.filter { $0.transaction.outcome == nil }.count
        #expect(try count(LedgerFilter(concern: .open)) == open)
        #expect(try count(LedgerFilter(destination: DestinationID("bank")!, terminal: TerminalID("t-1")!)) == 500)
    }
}
