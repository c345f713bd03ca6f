import RelayDomain

/// Transactions and journal entries as a router makes them, for tests of journals.
public struct JournalSamples: Sendable {
    /// The source of IDs and digests.
    public var random: SeededGenerator
    /// The time of all samples.
    public let now = Instant(milliseconds: 1_800_000_000_000)

    /// Samples that are equal for equal seeds.
    public init(seed: UInt64 = 1) { random = SeededGenerator(seed: seed) }

    /// A payment at a paired counter, accepted and commanded.
    /// - Parameters:
    ///   - key: at most 32 bytes; the code's digest is made of it.
    ///   - oneTime: whether the code works once.
    public mutating func transaction(
        _ key: String = "key-1", at: Instant? = nil, codeExpiresAt: Instant? = nil, oneTime: Bool = true
    ) -> Transaction {
        var transaction = Transaction(
            id: TransactionID(journal: 0, now: at ?? now, random: &random), acceptedAt: at ?? now,
            acceptedOn: at ?? now,
            key: SubmissionKey(
                origin: .phone(application: ApplicationID("app")!, customer: ""), terminal: TerminalID("t-1")!,
                text: SubmissionKeyText(key)!),
            pos: POSID("till"), application: ApplicationID("app")!, destination: DestinationID("bank")!,
            operation: .payment,
            digest: KeyedDigest(Array(key.utf8) + Array(repeating: 0, count: 32 - key.utf8.count))!,
            informationIsOneTime: oneTime, codeExpiresAt: codeExpiresAt, codeExpiryNamed: codeExpiresAt,
            phoneAmount: Amount(minorUnits: 5, unit: .currency(CurrencyCode("EUR")!)),
            merchantAmount: Amount(minorUnits: 6, unit: .currency(CurrencyCode("EUR")!)),
            amountRequired: true)
        transaction.command = CommandStateMachine(carrier: .posAgent, issuedAt: at ?? now, codeExpiresAt: codeExpiresAt)
        _ = transaction.passage.apply(.commanded, at: at ?? now)
        transaction.stamp(.accepted, at: at ?? now)
        transaction.version = 1
        return transaction
    }

    /// The body's digest of every sample.
    public let body = KeyedDigest(Array(repeating: 3, count: 32))!

    /// Its first entry: acceptance.
    public func opening(_ transaction: Transaction, sequence: UInt64) -> JournalEntry {
        JournalEntry(
            transaction: transaction,
            events: [
                .init(sequence: sequence, at: transaction.acceptedAt, wall: transaction.acceptedOn, kind: .accepted)
            ],
            opening: .init(body: body))
    }

    /// Its last entry: the POS reported the result.
    public func concluded(
        _ transaction: Transaction, sequence: UInt64, approved: Bool = true, at: Instant? = nil
    ) -> JournalEntry {
        let now = at ?? transaction.acceptedAt
        var transaction = transaction
        transaction.version += 1
        _ = transaction.command?.apply(.deviceReceived, at: now)
        for case .end(let end) in transaction.command?.apply(
            .deviceEntered(approved ? .approved() : .declined(ReasonCode("no")!)), at: now) ?? []
        {
            _ = transaction.passage.apply(.commandEnded(end), at: now)
        }
        return JournalEntry(
            transaction: transaction,
            events: [.init(sequence: sequence, at: now, wall: now, kind: .concluded, detail: "approved")])
    }
}
