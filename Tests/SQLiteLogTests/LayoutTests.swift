import Foundation
import RelayDomain
import Testing

@testable import SQLiteLog

/// A log of today is read by every later build: no number of the layout ever changes its meaning.
@Suite(.timeLimit(.minutes(1))) struct LayoutTests {
    /// The words of each set in the order of their numbers, from 0. A word that is gone leaves a `-`; a new one comes
    /// last.
    @Test func everyWordKeepsItsNumber() {
        func check<Word: NumberedWord>(_: Word.Type, most: Int = 63, _ words: String) {
            let numbers = words.split(separator: " ").enumerated().filter { $0.element != "-" }
            #expect(
                Dictionary(uniqueKeysWithValues: Word.allCases.map { ("\($0)", Int($0.number)) })
                    == Dictionary(uniqueKeysWithValues: numbers.map { (String($0.element), $0.offset) }))
            #expect(numbers.allSatisfy { $0.offset <= most }, "\(Word.self)")
        }
        check(
            JournalEntry.Event.Kind.self,
            "accepted deviceReceived authorizing pendingCustomer unknown cancelRequested reversing answered reopened "
                + "concluded marked evidence reconciled")
        check(RelayDomain.Operation.self, "payment accrue redeem")
        check(
            TransactionStatus.StateName.self,
            "accepted commanded authorizing pendingCustomer unknown reversing ended")
        check(
            FailureReason.self,
            "noAcknowledgement noSubmission deviceRefused amountMismatch amountRequired destinationUnavailable notSent "
                + "canceled")
        check(
            ReconciliationReason.self,
            "handedOverMaybe enteredOutOfTurn contradictingAnswer reversalRefused restoredFromBackup")
        check(Certainty.self, "no maybe yes")
        check(Canceler.self, "phone device")
        check(
            Approval.Field.self, most: 31,
            "approvalCode providerReference amount brand maskedAccount balance pointsEarned receiptLines displayLines")
        check(Evidence.Sighting.Kind.self, "receiptNumber windowClosed textSeen readBack")
        check(Evidence.AmountCheck.self, "checked unchecked")
        check(Hop.self, most: 15, "phone ingress router gateway device adapter destination")
        check(
            HopStamp.Act.self, most: 31,
            "received accepted commanded acknowledged submitted entered refused uncertain authorized forwarded answered "
                + "cancelRequested inquired reversalRequested concluded")
    }

    /// The bytes of a transaction with each field alone, with each outcome and with each state of its command, and of a
    /// batch of each kind. `GOLDEN=write` writes the file anew, after a change that only adds.
    @Test func theBytesAreTheGoldenOnes() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "golden.txt")
        var lines: [String] = []
        func add(_ name: String, _ bytes: [UInt8]) { lines.append("\(name) " + Data(bytes).hexadecimal) }
        for (name, transaction) in Samples.transactions {
            let bytes = TransactionBytes.bytes(transaction)
            #expect(try TransactionBytes.transaction(transaction.id, version: 3, bytes[...]) == transaction, "\(name)")
            add(name, bytes)
        }
        for (name, batch) in try Samples.batches { add(name, batch.bytes) }
        let text = lines.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["GOLDEN"] == "write" {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let golden = try String(contentsOf: file, encoding: .utf8)
        for (line, expected) in zip(lines, golden.split(separator: "\n")) { #expect(line == expected) }
        #expect(text == golden)
        #expect(Set(lines.map { $0.split(separator: " ")[1] }).count == lines.count, "each sample has its own bytes")
    }
}

/// What the golden file holds.
private enum Samples {
    private static let now = Instant(milliseconds: 1_800_000_000_000)
    private static let id = TransactionID(high: 0x019A_0000_0000_7000, low: 0x8000_0000_0000_0001, journal: 3)!
    private static let digest = KeyedDigest((0..<32).map { UInt8($0) })!
    private static let euro = Amount.Unit.currency(CurrencyCode("EUR")!)

    private static func at(_ milliseconds: Int) -> Instant { now + .milliseconds(milliseconds) }
    private static func sum(_ units: Int64, _ unit: Amount.Unit = euro) -> Amount {
        Amount(minorUnits: units, unit: unit)!
    }

    private static func phone(_ customer: String) -> SubmissionKey.Origin {
        .phone(application: ApplicationID("app")!, customer: customer)
    }

    /// A payment of which nothing is known that need not be.
    private static func transaction(
        _ origin: SubmissionKey.Origin = phone(""), pos: POSID? = nil, shop: ShopID? = nil, oneTime: Bool = false,
        codeExpiresAt: Instant? = nil, codeExpiryNamed: Instant? = nil, phoneAmount: Amount? = nil,
        merchantAmount: Amount? = nil, amountRequired: Bool = false, amount: Amount? = nil,
        reference: RetrievalReferenceNumber? = nil, command: CommandStateMachine? = nil,
        in state: TransactionStateMachine.State = .commanded, entered: TransactionStateMachine.Entered = .init(),
        isCancelRequested: Bool = false, hopStamps: [HopStamp] = [], reconciliation: Set<ReconciliationReason> = [],
        evidence: Evidence? = nil, deviceReason: ReasonCode? = nil, text: DisplayText? = nil,
        details: OrderDetails = .none, adapterState: AdapterState? = nil
    ) -> Transaction {
        Transaction(
            id: id, acceptedAt: now, acceptedOn: at(7_000),
            key: SubmissionKey(origin: origin, terminal: TerminalID("t-1")!, text: SubmissionKeyText("k-1")!), pos: pos,
            shop: shop, application: ApplicationID("app")!, destination: DestinationID("bank")!, operation: .payment,
            digest: digest, informationIsOneTime: oneTime, codeExpiresAt: codeExpiresAt,
            codeExpiryNamed: codeExpiryNamed, phoneAmount: phoneAmount, merchantAmount: merchantAmount,
            amountRequired: amountRequired, amount: amount, reference: reference, command: command,
            passage: TransactionStateMachine(state, entered: entered, isCancelRequested: isCancelRequested),
            hopStamps: hopStamps, reconciliation: reconciliation, evidence: evidence, deviceReason: deviceReason,
            text: text, details: details, adapterState: adapterState, version: 3)
    }

    private static func command(
        _ state: CommandStateMachine.State, _ carrier: CommandStateMachine.Carrier = .terminal,
        codeExpiresAt: Instant? = nil
    ) -> CommandStateMachine {
        CommandStateMachine(
            carrier: carrier, issuedAt: at(1), expiresAt: at(60_001), codeExpiresAt: codeExpiresAt, state: state)
    }

    private static let approval = Approval(
        approvalCode: "A1", providerReference: "bank-1", amount: sum(5), brand: "Visa",
        maskedAccount: "411111******1111", balance: sum(6, .points(ProgramID("stamps")!)), pointsEarned: sum(7),
        receiptLines: ["one", "two"], displayLines: ["Thank you"], leftOut: [.brand, .displayLines])
    private static let another = Approval(approvalCode: "A2")
    private static let declined = StatedReason(ReasonCode("no")!, text: DisplayText(cleaning: "No, sorry"))

    private static let details: [(String, OrderDetails)] = [
        ("attributes", OrderDetails(attributes: Attributes([AttributeName("store")!: AttributeValue("s-1")!])!)),
        ("tax", OrderDetails(parts: SumParts(tax: 7)!)), ("taxFree", OrderDetails(parts: SumParts(taxFree: 7)!)),
        ("service", OrderDetails(parts: SumParts(service: 7)!)), ("tip", OrderDetails(parts: SumParts(tip: 7)!)),
        ("instalments", OrderDetails(parts: SumParts(instalments: 7)!)),
        ("title", OrderDetails(title: OrderTitle("Shoes")!)),
        ("customer", OrderDetails(customer: CustomerName("another")!)),
    ]

    private static let outcomes: [(String, Outcome)] = [
        ("approved", .approved(approval)), ("approvedPlainly", .approved()), ("declined", .declined(declined)),
        ("declinedPlainly", .declined(StatedReason(ReasonCode("no")!, text: nil))), ("reversed", .reversed),
        ("handedOver", .handedOver(.maybe)), ("failed", .failed(.notSent)),
    ]

    private static let commands: [(String, CommandStateMachine.State)] = [
        ("issued", .issued(attempts: 0)), ("received", .received(at: at(2))), ("submitted", .ended(.submitted)),
        ("entered", .ended(.entered(nil))), ("approved", .ended(.entered(.approved(another)))),
        ("declined", .ended(.entered(.declined(declined)))), ("refused", .ended(.refused(ReasonCode("no")!))),
        ("uncertain", .ended(.uncertain)), ("expired", .ended(.expired)), ("silent", .ended(.silent)),
        ("canceled", .ended(.canceled(.device))),
    ]

    private static let evidence: [(String, Evidence)] = [
        ("receiptNumber", Evidence(.receiptNumber(Evidence.Text("R-1")!), amount: .checked, sum: nil)),
        ("windowClosed", Evidence(.windowClosed, amount: .unchecked, sum: sum(5))),
        ("textSeen", Evidence(.textSeen(Evidence.Text("ok")!), amount: .checked, sum: nil)),
        ("readBack", Evidence(.readBack(Evidence.Text("12")!), amount: .checked, sum: nil)),
    ]

    private static let fields: [(String, Transaction)] = [
        ("none", transaction()), ("scan", transaction(.scan)), ("customer", transaction(phone("c-1"))),
        ("pos", transaction(pos: POSID("n-1")!)), ("shop", transaction(shop: ShopID("n-1")!)),
        ("oneTime", transaction(oneTime: true)), ("codeExpiresAt", transaction(codeExpiresAt: at(9))),
        ("codeExpiryNamed", transaction(codeExpiryNamed: at(7_009))), ("phoneAmount", transaction(phoneAmount: sum(5))),
        ("merchantAmount", transaction(merchantAmount: sum(5))), ("amountRequired", transaction(amountRequired: true)),
        ("amount", transaction(amount: sum(5))), ("yen", transaction(amount: sum(5, .currency(CurrencyCode("JPY")!)))),
        ("points", transaction(amount: sum(5, .points(ProgramID("stamps")!)))),
        ("reference", transaction(reference: RetrievalReferenceNumber(journal: 3, sequence: 4_711))),
        ("authorizing", transaction(entered: .init(authorizing: at(9)))),
        ("pendingCustomer", transaction(entered: .init(pendingCustomer: at(9)))),
        ("unknown", transaction(entered: .init(unknown: at(9)))),
        ("reversing", transaction(entered: .init(reversing: at(9)))),
        ("reopened", transaction(entered: .init(reopened: at(9)))),
        ("cancelRequested", transaction(isCancelRequested: true)),
        (
            "hopStamps",
            transaction(hopStamps: [HopStamp(.phone, .forwarded, at: at(-3)), HopStamp(.device, .entered, at: at(400))])
        ),
        ("reconciliation", transaction(reconciliation: [.enteredOutOfTurn, .restoredFromBackup])),
        ("deviceReason", transaction(deviceReason: ReasonCode("no")!)),
        ("text", transaction(text: DisplayText(cleaning: "No, sorry"))),
        ("adapterState", transaction(adapterState: AdapterState([1, 2, 3])!)),
    ]

    /// All that there can be at once.
    private static let fullest = transaction(
        phone("c-1"), pos: POSID("till")!, shop: ShopID("north")!, oneTime: true, codeExpiresAt: at(30_000),
        codeExpiryNamed: at(37_000), phoneAmount: sum(4), merchantAmount: sum(5), amountRequired: true, amount: sum(5),
        reference: RetrievalReferenceNumber(journal: 3, sequence: 4_711),
        command: command(.ended(.entered(.approved(another))), .posAgent, codeExpiresAt: at(30_000)),
        in: .ended(.approved(approval)),
        entered: .init(
            authorizing: at(10), pendingCustomer: at(20), unknown: at(30), reversing: at(40), reopened: at(50)),
        isCancelRequested: true,
        hopStamps: [HopStamp(.ingress, .received, at: at(-1)), HopStamp(.router, .concluded, at: at(60))],
        reconciliation: [.contradictingAnswer], evidence: evidence[1].1, deviceReason: ReasonCode("jam")!,
        text: DisplayText(cleaning: "No, sorry"),
        details: OrderDetails(
            attributes: Attributes([AttributeName("store")!: AttributeValue("s-1")!])!,
            parts: SumParts(tax: 1, taxFree: 2, service: 3, tip: 4, instalments: 5)!, title: OrderTitle("Shoes")!,
            customer: CustomerName("c-1")!),
        adapterState: AdapterState([1, 2, 3])!)

    static var transactions: [(String, Transaction)] {
        var samples: [(String, Transaction)] = [("fullest", fullest)]
        func add(_ name: String, _ transaction: Transaction) { samples.append((name, transaction)) }
        for (name, sample) in fields { add("field.\(name)", sample) }
        for (name, outcome) in outcomes { add("outcome.\(name)", transaction(in: .ended(outcome))) }
        for (name, state) in commands { add("command.\(name)", transaction(command: command(state))) }
        add("command.posAgent", transaction(command: command(.issued(attempts: 0), .posAgent)))
        let approved = command(.ended(.entered(.approved(approval))))
        add("command.approvedAsOutcome", transaction(command: approved, in: .ended(.approved(approval))))
        let refused = command(.ended(.entered(.declined(declined))))
        add("command.declinedAsOutcome", transaction(command: refused, in: .ended(.declined(declined))))
        for (name, sample) in evidence { add("evidence.\(name)", transaction(evidence: sample)) }
        for (name, sample) in details { add("details.\(name)", transaction(details: sample)) }
        let asKey = OrderDetails(customer: CustomerName("c-1")!)
        add("details.customerAsKey", transaction(phone("c-1"), details: asKey))
        return samples
    }

    static var batches: [(String, Batch)] {
        get throws {
            let bare = Standing(journal: 3, journals: 4)
            var standing = bare
            (standing.term, standing.sequence, standing.elapsed) = (9, 4_711, .milliseconds(86_400_000))
            standing.at = ClockReading(relay: now, wall: at(-5))
            var restored = standing
            restored.isRestored = true
            return [
                ("batch.opened", Batch(kind: .opened, standing: bare)), ("batch.claimed", Batch.claim(standing)),
                ("batch.closed", Batch(kind: .closed, standing: standing)),
                ("batch.restored", Batch(kind: .restored, standing: restored, note: "a word")),
                ("batch.entries", try BatchTests.batch()),
            ]
        }
    }
}
