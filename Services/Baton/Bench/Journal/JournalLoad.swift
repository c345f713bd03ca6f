import RelayDomain
import SQLiteLog

/// Transactions as in production: IDs that grow with time, new keys and codes each, the same number every day.
struct JournalLoad {
    /// Transactions per day: a day's tables then have the same size at each journal size.
    static let perDay: Int64 = 100_000
    /// In one commit, as under load.
    static let batch = 64

    private(set) var stored = 0
    private var sequence: UInt64
    private var random = SystemRandomNumberGenerator()
    private let start = Instant(milliseconds: 1_800_000_000_000)

    init(sequence: UInt64) { self.sequence = sequence }

    /// Stores finished transactions, in one commit.
    mutating func fill(_ journal: LogJournal, _ count: Int) async throws {
        var entries: [JournalEntry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            let transaction = ended(authorized(accepted()))
            entries.append(
                JournalEntry(
                    transaction: transaction, events: events([.accepted, .authorizing, .concluded], of: transaction),
                    opening: opening(transaction)))
        }
        try await journal.commit(entries)
    }

    /// One batch of transactions, from acceptance to outcome, in the three commits between a phone's request and its
    /// answer.
    mutating func pass(_ journal: LogJournal) async throws {
        var transactions: [Transaction] = []
        for step in 0..<3 {
            transactions = step == 0 ? (0..<Self.batch).map { _ in accepted() } : transactions
            if step == 1 { transactions = transactions.map(authorized) }
            if step == 2 { transactions = transactions.map(ended) }
            var entries: [JournalEntry] = []
            for transaction in transactions {
                entries.append(
                    JournalEntry(
                        transaction: transaction,
                        events: events([[.accepted, .authorizing, .concluded][step]], of: transaction),
                        opening: step == 0 ? opening(transaction) : nil))
            }
            try await journal.commit(entries)
        }
    }

    /// Stores transactions that wait for their terminal.
    mutating func leaveUnfinished(_ journal: LogJournal, _ count: Int) async throws {
        var entries: [JournalEntry] = []
        for _ in 0..<count {
            let transaction = accepted()
            entries.append(
                JournalEntry(
                    transaction: transaction, events: events([.accepted], of: transaction),
                    opening: opening(transaction)))
        }
        try await journal.commit(entries)
    }

    // MARK: - One transaction

    private mutating func accepted() -> Transaction {
        let at = start + .milliseconds(Int64(stored) * 86_400_000 / Self.perDay)
        stored += 1
        let id = TransactionID(journal: 0, now: at, random: &random)
        guard let application = ApplicationID("wallet"), let destination = DestinationID("bank"),
            let terminal = TerminalID("counter-\(stored % 1_000)"),
            let key = SubmissionKeyText(TransactionID(journal: 0, now: at, random: &random).text)
        else { preconditionFailure("these are identifiers") }
        var transaction = Transaction(
            id: id, acceptedAt: at, acceptedOn: at,
            key: SubmissionKey(
                origin: .phone(application: application, customer: "customer-\(stored % 50_000)"), terminal: terminal,
                text: key),
            pos: nil, application: application, destination: destination, operation: .payment, digest: digest(),
            informationIsOneTime: true, codeExpiresAt: at + .seconds(300), codeExpiryNamed: at + .seconds(300),
            phoneAmount: nil, amountRequired: true)
        transaction.command = CommandStateMachine(
            carrier: .terminal, issuedAt: at, codeExpiresAt: transaction.codeExpiresAt)
        _ = transaction.passage.apply(.commanded, at: at)
        stamp(&transaction, [(.ingress, .received), (.router, .accepted), (.router, .commanded)])
        transaction.version = 1
        return transaction
    }

    private func authorized(_ former: Transaction) -> Transaction {
        var transaction = former
        transaction.amount = CurrencyCode("EUR").flatMap { Amount(minorUnits: 1_250, unit: .currency($0)) }
        transaction.reference = RetrievalReferenceNumber(journal: 0, sequence: sequence)
        _ = transaction.command?.apply(.deviceReceived, at: former.acceptedAt)
        stamp(
            &transaction,
            [(.device, .acknowledged), (.device, .submitted), (.gateway, .received), (.router, .authorized)])
        transaction.version += 1
        return transaction
    }

    private func ended(_ former: Transaction) -> Transaction {
        var transaction = former
        transaction.passage = TransactionStateMachine(.ended(.approved()))
        stamp(&transaction, [(.adapter, .forwarded), (.adapter, .answered), (.router, .concluded)])
        transaction.version += 1
        return transaction
    }

    private func stamp(_ transaction: inout Transaction, _ hopStamps: [(Hop, HopStamp.Act)]) {
        let at = transaction.acceptedAt
        transaction.stamp(hopStamps.map { HopStamp($0, $1, at: at) }, notBefore: at, now: at)
    }

    private mutating func events(
        _ kinds: [JournalEntry.Event.Kind], of transaction: Transaction
    ) -> [JournalEntry.Event] {
        kinds.map { kind in
            sequence += 1
            return JournalEntry.Event(
                sequence: sequence, at: transaction.acceptedAt, wall: transaction.acceptedAt, kind: kind,
                detail: kind == .concluded ? "approved" : "")
        }
    }

    private mutating func opening(_ transaction: Transaction) -> JournalEntry.Opening {
        JournalEntry.Opening(body: digest())
    }

    private mutating func digest() -> KeyedDigest {
        var bytes: [UInt8] = []
        for _ in 0..<4 { withUnsafeBytes(of: random.next()) { bytes.append(contentsOf: $0) } }
        guard let digest = KeyedDigest(bytes) else { preconditionFailure("32 bytes are a digest") }
        return digest
    }
}
