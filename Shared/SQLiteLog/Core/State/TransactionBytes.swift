import RelayDomain

/// A transaction as an entry of the log holds it: whole, but for its ID and version, which stand in the entry.
///
///     32 bytes of the code's digest (first, always: the entry's used code is known by it),
///     fields: a number whose bits say what follows (``Field``),
///     relay time of acceptance minus the ID's, wall time of acceptance minus relay time,
///     terminal, key, application, destination, operation,
///     state, [outcome], then what ``Field`` names, in the order of its bits
///
/// Each instant is a difference, in milliseconds: to acceptance, a command's to its issue, a stamp's to the one before,
/// the named expiry to acceptance by the wall clock. A sum of the same unit as the one before is written
/// without unit; what was said twice is written once. **Fields are only ever added, and no bit is given twice**: a
/// newer Baton reads every older log, and an older one refuses a field that it does not know.
enum TransactionBytes {
    struct Field: OptionSet {
        let rawValue: UInt64

        static let isScan = Field(rawValue: 1 << 0)
        static let customer = Field(rawValue: 1 << 1)
        static let pos = Field(rawValue: 1 << 2)
        static let shop = Field(rawValue: 1 << 3)
        static let isOneTime = Field(rawValue: 1 << 4)
        static let codeExpiresAt = Field(rawValue: 1 << 5)
        static let codeExpiryNamed = Field(rawValue: 1 << 6)
        static let phoneAmount = Field(rawValue: 1 << 7)
        static let merchantAmount = Field(rawValue: 1 << 8)
        static let amountRequired = Field(rawValue: 1 << 9)
        static let amount = Field(rawValue: 1 << 10)
        static let reference = Field(rawValue: 1 << 11)
        static let command = Field(rawValue: 1 << 12)
        static let authorizingAt = Field(rawValue: 1 << 13)
        static let pendingCustomerAt = Field(rawValue: 1 << 14)
        static let unknownAt = Field(rawValue: 1 << 15)
        static let reversingAt = Field(rawValue: 1 << 16)
        static let reopenedAt = Field(rawValue: 1 << 17)
        static let cancelRequested = Field(rawValue: 1 << 18)
        static let hopStamps = Field(rawValue: 1 << 19)
        static let reconciliation = Field(rawValue: 1 << 20)
        static let evidence = Field(rawValue: 1 << 21)
        static let deviceReason = Field(rawValue: 1 << 22)
        static let text = Field(rawValue: 1 << 23)
        static let details = Field(rawValue: 1 << 24)
        static let adapterState = Field(rawValue: 1 << 25)

        /// All that this build knows.
        static let known = Field(rawValue: (1 << 26) - 1)
    }

    /// - Throws: ``ByteReader/Unreadable``.
    static func digest(_ state: ArraySlice<UInt8>) throws(ByteReader.Unreadable) -> KeyedDigest {
        var reader = ByteReader(state)
        return try reader.digest()
    }

    static func bytes(_ transaction: Transaction) -> [UInt8] {
        var writer = ByteWriter(capacity: 384)
        writer.add(transaction)
        return writer.bytes
    }

    /// - Throws: ``ByteReader/Unreadable`` unless ``bytes(_:)`` wrote them.
    static func transaction(
        _ id: TransactionID, version: UInt64, _ state: ArraySlice<UInt8>
    ) throws(ByteReader.Unreadable) -> Transaction {
        var reader = ByteReader(state)
        let transaction = try reader.transaction(id, version: version)
        guard reader.isAtEnd else { throw .malformed }
        return transaction
    }
}

extension TransactionID {
    /// The relay time that it was made at.
    var madeAt: Instant { Instant(milliseconds: Int64(high >> 16)) }
}

extension Transaction {
    fileprivate var fields: TransactionBytes.Field {
        var fields: TransactionBytes.Field = []
        func has(_ value: (some Any)?, _ field: TransactionBytes.Field) { if value != nil { fields.insert(field) } }
        switch key.origin {
        case .scan: fields.insert(.isScan)
        case .phone(_, let customer): if !customer.isEmpty { fields.insert(.customer) }
        }
        has(pos, .pos)
        has(shop, .shop)
        if informationIsOneTime { fields.insert(.isOneTime) }
        has(codeExpiresAt, .codeExpiresAt)
        has(codeExpiryNamed, .codeExpiryNamed)
        has(phoneAmount, .phoneAmount)
        has(merchantAmount, .merchantAmount)
        if amountRequired { fields.insert(.amountRequired) }
        has(amount, .amount)
        has(reference, .reference)
        has(command, .command)
        has(passage.entered.authorizing, .authorizingAt)
        has(passage.entered.pendingCustomer, .pendingCustomerAt)
        has(passage.entered.unknown, .unknownAt)
        has(passage.entered.reversing, .reversingAt)
        has(passage.entered.reopened, .reopenedAt)
        if passage.isCancelRequested { fields.insert(.cancelRequested) }
        if !hopStamps.isEmpty { fields.insert(.hopStamps) }
        if !reconciliation.isEmpty { fields.insert(.reconciliation) }
        has(evidence, .evidence)
        has(deviceReason, .deviceReason)
        has(text, .text)
        if details != .none { fields.insert(.details) }
        has(adapterState, .adapterState)
        return fields
    }
}

extension ByteWriter {
    fileprivate mutating func add(_ transaction: Transaction) {
        let (accepted, on) = (transaction.acceptedAt, transaction.acceptedOn)
        var unit: Amount.Unit?
        let digest = transaction.digest.words
        for place in digest.indices { add(fixed: digest[place]) }
        add(transaction.fields.rawValue)
        add(accepted, minus: transaction.id.madeAt)
        add(on, minus: accepted)
        add(transaction.terminal)
        add(key: transaction.key.text.text)
        add(transaction.application)
        add(transaction.destination)
        add(transaction.operation)
        add(transaction.passage.state.name)
        if let outcome = transaction.outcome { add(outcome, after: &unit) }
        if case .phone(_, let customer) = transaction.key.origin, !customer.isEmpty { add(text: customer) }
        if let pos = transaction.pos { add(pos) }
        if let shop = transaction.shop { add(shop) }
        if let at = transaction.codeExpiresAt { add(at, minus: accepted) }
        if let on = transaction.codeExpiryNamed { add(on, minus: transaction.acceptedOn) }
        if let amount = transaction.phoneAmount { add(amount, after: &unit) }
        if let amount = transaction.merchantAmount { add(amount, after: &unit) }
        if let amount = transaction.amount { add(amount, after: &unit) }
        if let reference = transaction.reference { add(reference.number) }
        if let command = transaction.command { add(command, of: transaction, after: &unit) }
        let entered = transaction.passage.entered
        if let at = entered.authorizing { add(at, minus: accepted) }
        if let at = entered.pendingCustomer { add(at, minus: accepted) }
        if let at = entered.unknown { add(at, minus: accepted) }
        if let at = entered.reversing { add(at, minus: accepted) }
        if let at = entered.reopened { add(at, minus: accepted) }
        if !transaction.hopStamps.isEmpty { add(transaction.hopStamps, after: accepted) }
        if !transaction.reconciliation.isEmpty { add(bits: transaction.reconciliation) }
        if let evidence = transaction.evidence { add(evidence, after: &unit) }
        if let reason = transaction.deviceReason { add(reason) }
        if let text = transaction.text { add(text: text.text) }
        if transaction.details != .none { add(transaction.details, beside: transaction.key.customerName) }
        if let state = transaction.adapterState { add(field: state.bytes) }
    }
}

extension ByteReader {
    fileprivate mutating func transaction(_ id: TransactionID, version: UInt64) throws(Unreadable) -> Transaction {
        let digest = try digest()
        let fields = TransactionBytes.Field(rawValue: try number())
        guard fields.isSubset(of: .known) else {
            throw .newer("fields \(fields.subtracting(.known).rawValue) of a transaction")
        }
        let accepted = try instant(id.madeAt)
        let on = try instant(accepted)
        var unit: Amount.Unit?
        func has(_ field: TransactionBytes.Field) -> Bool { fields.contains(field) }

        let terminal: TerminalID = try name()
        let key = try key()
        let application: ApplicationID = try name()
        let destination: DestinationID = try name()
        let operation: RelayDomain.Operation = try word()
        let state = try state(after: &unit)
        let customer = has(.customer) ? try customer() : ""
        guard !has(.customer) || !has(.isScan) else { throw .malformed }
        let pos: POSID? = has(.pos) ? try name() : nil
        let shop: ShopID? = has(.shop) ? try name() : nil
        let codeExpiresAt = has(.codeExpiresAt) ? try instant(accepted) : nil
        let codeExpiryNamed = has(.codeExpiryNamed) ? try instant(on) : nil
        let phoneAmount = has(.phoneAmount) ? try amount(after: &unit) : nil
        let merchantAmount = has(.merchantAmount) ? try amount(after: &unit) : nil
        let amount = has(.amount) ? try amount(after: &unit) : nil
        let reference = has(.reference) ? try reference() : nil
        var outcome: Outcome?
        if case .ended(let ended) = state { outcome = ended }
        let command =
            has(.command)
            ? try command(accepted, codeExpiresAt: codeExpiresAt, outcome: outcome, after: &unit) : nil
        let entered = TransactionStateMachine.Entered(
            authorizing: has(.authorizingAt) ? try instant(accepted) : nil,
            pendingCustomer: has(.pendingCustomerAt) ? try instant(accepted) : nil,
            unknown: has(.unknownAt) ? try instant(accepted) : nil,
            reversing: has(.reversingAt) ? try instant(accepted) : nil,
            reopened: has(.reopenedAt) ? try instant(accepted) : nil)
        let hopStamps = has(.hopStamps) ? try hopStamps(after: accepted) : []
        let reconciliation: Set<ReconciliationReason> = has(.reconciliation) ? try bits() : []
        let evidence = has(.evidence) ? try evidence(after: &unit) : nil
        let deviceReason: ReasonCode? = has(.deviceReason) ? try name() : nil
        let text = has(.text) ? try displayText() : nil
        let origin = has(.isScan) ? SubmissionKey.Origin.scan : .phone(application: application, customer: customer)
        let submissionKey = SubmissionKey(origin: origin, terminal: terminal, text: key)
        let details = has(.details) ? try details(beside: submissionKey.customerName) : .none
        let adapterState = has(.adapterState) ? try adapterState() : nil
        return Transaction(
            id: id, acceptedAt: accepted, acceptedOn: on, key: submissionKey, pos: pos, shop: shop,
            application: application, destination: destination, operation: operation, digest: digest,
            informationIsOneTime: has(.isOneTime), codeExpiresAt: codeExpiresAt, codeExpiryNamed: codeExpiryNamed,
            phoneAmount: phoneAmount, merchantAmount: merchantAmount, amountRequired: has(.amountRequired),
            amount: amount, reference: reference, command: command,
            passage: TransactionStateMachine(state, entered: entered, isCancelRequested: has(.cancelRequested)),
            hopStamps: hopStamps, reconciliation: reconciliation, evidence: evidence, deviceReason: deviceReason,
            text: text, details: details, adapterState: adapterState, version: version)
    }

    private mutating func customer() throws(Unreadable) -> String {
        let text = try text()
        guard (1...SubmissionKey.customerBytesMax).contains(text.utf8.count) else { throw .malformed }
        return text
    }

    private mutating func reference() throws(Unreadable) -> RetrievalReferenceNumber {
        guard let reference = RetrievalReferenceNumber(number: try number()) else { throw .malformed }
        return reference
    }

    private mutating func displayText() throws(Unreadable) -> DisplayText {
        guard let text = DisplayText(cleaning: try text()) else { throw .malformed }
        return text
    }

    private mutating func adapterState() throws(Unreadable) -> AdapterState {
        guard let state = AdapterState(Array(try field())) else { throw .malformed }
        return state
    }

    /// A stored authorization counts as handed over: nobody can know that it was not.
    private mutating func state(after unit: inout Amount.Unit?) throws(Unreadable) -> TransactionStateMachine.State {
        let name: TransactionStatus.StateName = try word()
        return switch name {
        case .accepted: .accepted
        case .commanded: .commanded
        case .authorizing: .authorizing(.done)
        case .pendingCustomer: .pendingCustomer
        case .unknown: .unknown
        case .reversing: .reversing
        case .ended: .ended(try outcome(after: &unit))
        }
    }
}
