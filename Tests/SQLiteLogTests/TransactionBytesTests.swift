import RelayDomain
import RelayTesting
import Testing

@testable import SQLiteLog

/// What an entry holds of a transaction is all of it, and stays readable.
@Suite(.timeLimit(.minutes(1))) struct TransactionBytesTests {
    private static let id = TransactionID(high: 0x019A_0000_0000_7000, low: 0x8000_0000_0000_0001, journal: 7)!
    private static let digest = KeyedDigest((0..<32).map { UInt8($0) })!

    /// Every field is there or not, every word comes up: what is read is what was written.
    @Test func everyTransactionIsReadAsItWasWritten() throws {
        var random = SeededGenerator(seed: 1)
        var words = Set<String>()
        for _ in 0..<3_000 {
            let transaction = Self.transaction(&random)
            let bytes = TransactionBytes.bytes(transaction)
            let read = try TransactionBytes.transaction(transaction.id, version: transaction.version, bytes[...])
            #expect(read == transaction)
            #expect(TransactionBytes.bytes(read) == bytes)
            #expect(try TransactionBytes.digest(bytes[...]) == transaction.digest)
            words.insert("\(transaction.passage.state.name) \(transaction.outcome?.kind.reason ?? "")")
            if case .ended(let end) = transaction.command?.state { words.insert("\(end)") }
        }
        #expect(words.count > 25, "\(words.sorted())")
    }

    /// A byte more, less or other is another transaction or none, and never a crash.
    @Test func whateverStandsThereIsReadOrRefused() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<2_000 {
            let transaction = Self.transaction(&random)
            var bytes = TransactionBytes.bytes(transaction)
            let cut = bytes.prefix(Int.random(in: 0..<bytes.count, using: &random))
            #expect(throws: ByteReader.Unreadable.self) {
                try TransactionBytes.transaction(Self.id, version: 1, cut)
            }
            #expect(throws: ByteReader.Unreadable.malformed) {
                try TransactionBytes.transaction(Self.id, version: 1, (bytes + [0])[...])
            }
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            _ = try? TransactionBytes.transaction(Self.id, version: 1, bytes[...])
        }
    }

    /// A log of today is read by every later build: these bytes never change.
    @Test func theLayoutIsAPromise() throws {
        var samples = JournalSamples()
        var transaction = samples.transaction()
        transaction.stamp(.commanded, at: samples.now + .milliseconds(3))
        let bytes = TransactionBytes.bytes(transaction)
        #expect(
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == Self.golden,
            "a field or number was changed that logs hold")
    }

    private static let golden =
        "6b65792d3100000000000000000000000000000000000000000000000000000094a720000003742d31056b65792d31036170700462616e6b"
        + "00010474696c6c15455552180100e0d4030282018419"

    /// What a newer build adds is refused, and said to be newer.
    @Test func whatANewerBuildWroteIsSaidToBeNewer() throws {
        var samples = JournalSamples()
        let bytes = TransactionBytes.bytes(samples.transaction())
        // Behind the digest: the number that says what there is.
        var unknown = bytes
        unknown.replaceSubrange(32..<35, with: [0x80, 0x80, 0x80, 0x80, 0x01])
        #expect(throws: ByteReader.Unreadable.newer("fields 268435456 of a transaction")) {
            try TransactionBytes.transaction(Self.id, version: 1, unknown[...])
        }
        var reader = ByteReader([99])
        #expect(throws: ByteReader.Unreadable.newer("Operation 99")) {
            _ = try reader.word() as RelayDomain.Operation
        }
        reader = ByteReader([0x80, 0x01])
        #expect(throws: ByteReader.Unreadable.newer("ReconciliationReason 7")) {
            _ = try reader.bits() as Set<ReconciliationReason>
        }
    }

    @Test(arguments: [
        "k", "0190a2b4-5c6d-7e8f-9012-3456789abcde", "0190A2B4-5C6D-7E8F-9012-3456789ABCDE",
        "0190A2B4-5c6d-7e8f-9012-3456789abcde", "00000000-0000-0000-0000-000000000000",
        "0190a2b4-5c6d-7e8f-9012-3456789abcd-", "0190a2b45c6d-7e8f-9012-3456-789abcdef",
    ])
    func aKeyIsReadAsItWasWritten(key: String) throws {
        var writer = ByteWriter()
        writer.add(key: key)
        var reader = ByteReader(writer.bytes)
        #expect(try reader.key().text == key && reader.isAtEnd)
    }

    /// The most bytes of a transaction.
    private static let most = 7_402

    /// Each text and list at its bound, nothing said twice, each unit another than the one before, each instant as far
    /// as can be from the one that it is counted from: it is read as it was written.
    @Test func theLargestTransactionIsOfAStatedSize() throws {
        func fill(_ length: Int, _ letter: Character = "x") -> String { String(repeating: letter, count: length) }
        func id<Kind>(_ letter: Character = "x") throws -> Identifier<Kind> {
            try #require(Identifier(fill(64, letter)))
        }
        let (sum, other) = (
            Amount(minorUnits: Amount.most, unit: .points(try id())),
            Amount(minorUnits: Amount.most, unit: .points(try id("y")))
        )
        func approval(_ letter: Character, _ amount: Amount?, _ balance: Amount?) -> Approval {
            Approval(
                approvalCode: fill(ApprovalCode.bytesMax, letter),
                providerReference: fill(ProviderReference.bytesMax, letter), amount: amount,
                brand: fill(Brand.bytesMax, letter), maskedAccount: fill(MaskedAccount.bytesMax, letter),
                balance: balance, pointsEarned: amount,
                receiptLines: Array(
                    repeating: fill(ReceiptLine.bytesMax, letter), count: Approval.receiptLinesMax),
                displayLines: Array(
                    repeating: fill(DisplayLine.bytesMax, letter), count: Approval.displayLinesMax),
                leftOut: Set(Approval.Field.allCases))
        }
        let attributes = try (0..<Attributes.countMax).map {
            (try #require(AttributeName(fill(30) + "\($0 + 10)")), try #require(AttributeValue(fill(64))))
        }
        let details = OrderDetails(
            attributes: try #require(Attributes(Dictionary(uniqueKeysWithValues: attributes))),
            parts: SumParts(
                tax: Amount.most, taxFree: Amount.most, service: Amount.most, tip: Amount.most, instalments: 99),
            title: OrderTitle(fill(128)), customer: CustomerName(fill(128, "y")))
        let (late, early) = (Instant(milliseconds: .max), Instant(milliseconds: 0))
        let made = TransactionID(high: 0x7000, low: 0x8000_0000_0000_0001, journal: 99)
        let transaction = Transaction(
            id: try #require(made), acceptedAt: late, acceptedOn: early,
            key: SubmissionKey(
                origin: .phone(application: try id(), customer: fill(SubmissionKey.customerBytesMax)),
                terminal: try id(), text: try id()),
            pos: try id(), shop: try id(), application: try id(), destination: try id(), operation: .redeem,
            digest: Self.digest, informationIsOneTime: true, codeExpiresAt: early, codeExpiryNamed: late,
            phoneAmount: other, merchantAmount: sum, amountRequired: true, amount: other,
            reference: RetrievalReferenceNumber(journal: 99, sequence: 99_999_999),
            command: CommandStateMachine(
                carrier: .posAgent, issuedAt: early, expiresAt: late, codeExpiresAt: early,
                state: .ended(.entered(.approved(approval("y", sum, other))))),
            passage: TransactionStateMachine(
                .ended(.approved(approval("x", sum, other))),
                entered: .init(
                    authorizing: early, pendingCustomer: early, unknown: early, reversing: early, reopened: early),
                isCancelRequested: true),
            hopStamps: (0..<Transaction.hopStampsMax).map {
                HopStamp(.destination, .reversalRequested, at: $0.isMultiple(of: 2) ? early : late)
            },
            reconciliation: Set(ReconciliationReason.allCases),
            evidence: Evidence(
                .readBack(try #require(Evidence.Text(fill(Evidence.Text.bytesMax)))), amount: .checked, sum: other),
            deviceReason: try id(), text: DisplayText(cleaning: String(repeating: "\u{1F600}", count: 140)),
            details: details, adapterState: AdapterState(Array(repeating: 1, count: AdapterState.most)),
            version: Transaction.versionMax)
        let bytes = TransactionBytes.bytes(transaction)
        #expect(
            try TransactionBytes.transaction(transaction.id, version: Transaction.versionMax, bytes[...]) == transaction
        )
        #expect(bytes.count == Self.most)
    }

    // MARK: - Any transaction

    private static func transaction(_ random: inout SeededGenerator) -> Transaction {
        let accepted = Instant(milliseconds: 1_800_000_000_000 + Int64(random.next() % 1_000_000))
        func some<Value>(_ value: @autoclosure () -> Value) -> Value? { random.next() % 2 == 0 ? value() : nil }
        func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }
        func name<Kind>() -> Identifier<Kind> { Identifier("n-\(random.next() % 1_000)")! }
        func at() -> Instant { accepted + .milliseconds(Int64(random.next() % 200_000) - 100_000) }
        func sum() -> Amount {
            let unit = pick([
                Amount.Unit.currency(CurrencyCode("EUR")!), .currency(CurrencyCode("JPY")!), .points(name()),
            ])
            return Amount(minorUnits: Int64(random.next() % 1_000_000), unit: unit)!
        }
        func reason() -> StatedReason { StatedReason(name(), text: some(DisplayText(cleaning: "No, sorry")!)) }
        func approval() -> Approval {
            Approval(
                approvalCode: some("A1"), providerReference: some("bank-1"), amount: some(sum()), brand: some("Visa"),
                maskedAccount: some("411111******1111"), balance: some(sum()), pointsEarned: some(sum()),
                receiptLines: some(["one", "two"]) ?? [], displayLines: some(["Thank you"]) ?? [],
                leftOut: some([.brand, .displayLines]) ?? [])
        }
        let outcomes: [Outcome] = [
            .approved(approval()), .declined(reason()), .reversed, .handedOver(pick(Certainty.allCases)),
            .failed(pick(FailureReason.allCases)),
        ]
        let outcome = pick(outcomes)
        let answer: POSAnswer =
            switch outcome {
            case .approved(let same) where random.next() % 2 == 0: .approved(same)
            case .declined(let same) where random.next() % 2 == 0: .declined(same)
            default: pick([POSAnswer.approved(approval()), .declined(reason())])
            }
        let issuedAt = at()
        let codeExpiresAt = some(at())
        let ends: [CommandEnd] = [
            .submitted, .entered(nil), .entered(answer), .refused(name()), .uncertain, .expired, .silent,
            .canceled(pick(Canceler.allCases)),
        ]
        let command = CommandStateMachine(
            carrier: pick([CommandStateMachine.Carrier.terminal, .posAgent]), issuedAt: issuedAt, expiresAt: at(),
            codeExpiresAt: codeExpiresAt,
            state: pick([CommandStateMachine.State.issued(attempts: 0), .received(at: at()), .ended(pick(ends))]))
        let state = pick([
            TransactionStateMachine.State.accepted, .commanded, .authorizing(.done), .pendingCustomer, .unknown,
            .reversing, .ended(outcome), .ended(outcome),
        ])
        let application: ApplicationID = name()
        let customer = pick(["", "c-1", "Zo\u{eb}"])
        let key = SubmissionKey(
            origin: pick([SubmissionKey.Origin.scan, .phone(application: application, customer: customer)]),
            terminal: name(),
            text: pick([SubmissionKeyText("k-1")!, SubmissionKeyText("0190a2b4-5c6d-7e8f-9012-3456789abcde")!]))
        let sighting = pick([
            Evidence.Sighting.receiptNumber(Evidence.Text("R-1")!), .windowClosed, .textSeen(Evidence.Text("ok")!),
            .readBack(Evidence.Text("12")!),
        ])
        let details = OrderDetails(
            attributes: some(Attributes([AttributeName("merchant")!: AttributeValue("m-1")!])!) ?? .none,
            parts: some(SumParts(tax: some(7), taxFree: some(8), service: nil, tip: some(1), instalments: some(3))!),
            title: some(OrderTitle("Shoes")!), customer: pick([nil, key.customerName, CustomerName("another")!]))
        return Transaction(
            id: TransactionID(journal: 3, now: pick([accepted, at()]), random: &random), acceptedAt: accepted,
            acceptedOn: pick([accepted, at(), Instant(milliseconds: 0)]), key: key, pos: some(name()),
            shop: some(name()), application: application, destination: name(),
            operation: pick(RelayDomain.Operation.allCases),
            digest: KeyedDigest((0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) })!,
            informationIsOneTime: pick([true, false]), codeExpiresAt: codeExpiresAt, codeExpiryNamed: some(at()),
            phoneAmount: some(sum()), merchantAmount: some(sum()), amountRequired: pick([true, false]),
            amount: some(sum()), reference: some(RetrievalReferenceNumber(journal: 3, sequence: random.next() >> 30)),
            command: some(command),
            passage: TransactionStateMachine(
                state,
                entered: .init(
                    authorizing: some(at()), pendingCustomer: some(at()), unknown: some(at()), reversing: some(at()),
                    reopened: some(at())), isCancelRequested: pick([true, false])),
            hopStamps: (0..<random.next() % 5).map { _ in
                HopStamp(pick(Hop.allCases), pick(HopStamp.Act.allCases), at: at())
            },
            reconciliation: some([pick(ReconciliationReason.allCases), pick(ReconciliationReason.allCases)]) ?? [],
            evidence: some(Evidence(sighting, amount: pick(Evidence.AmountCheck.allCases), sum: some(sum()))),
            deviceReason: some(name()), text: some(DisplayText(cleaning: "Refused")!), details: details,
            adapterState: some(AdapterState([1, 2, 3])!), version: random.next() % 100)
    }
}
