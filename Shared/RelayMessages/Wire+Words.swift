import RelayDomain

// Translates the words that several messages share. An `init(wire:)` reads and checks, and throws a WireError that
// names the field; `wire` writes, and cannot fail.

extension Identifier {
    /// - Throws: ``WireError/outOfBounds(_:)`` with the field's name.
    init(wire text: String, _ field: String) throws(WireError) {
        guard let id = Identifier(text) else { throw .outOfBounds(field) }
        self = id
    }

    /// Reads an empty text as nothing.
    static func optional(_ text: String, _ field: String) throws(WireError) -> Identifier? {
        text.isEmpty ? nil : try Identifier(wire: text, field)
    }
}

extension TransactionID {
    init(wire: Baton_V1_TransactionID) throws(WireError) {
        guard let journal = UInt8(exactly: wire.journal),
            let id = TransactionID(high: wire.high, low: wire.low, journal: journal)
        else { throw .outOfBounds("transaction") }
        self = id
    }

    var wire: Baton_V1_TransactionID {
        .with {
            $0.high = high
            $0.low = low
            $0.journal = UInt32(journal)
        }
    }
}

extension CommandID {
    init(wire: Baton_V1_TransactionID) throws(WireError) { self.init(try TransactionID(wire: wire)) }

    var wire: Baton_V1_TransactionID { transaction.wire }
}

extension KeyedDigest {
    init(wire bytes: some Collection<UInt8>, _ field: String) throws(WireError) {
        guard let digest = KeyedDigest(bytes) else { throw .outOfBounds(field) }
        self = digest
    }
}

extension SealedInformation {
    init(wire bytes: some Sequence<UInt8>, readerKey: String) throws(WireError) {
        guard let sealed = SealedInformation(Array(bytes), readerKey: try .optional(readerKey, "reader_key")) else {
            throw .outOfBounds("sealed")
        }
        self = sealed
    }
}

/// Reads a word of a closed set by its name.
func word<Word: RawRepresentable>(_ text: String, _ field: String) throws(WireError) -> Word
where Word.RawValue == String {
    guard let word = Word(rawValue: text) else { throw .outOfBounds(field) }
    return word
}

/// Reads the name of a customer.
func customer(_ text: String) throws(WireError) -> String {
    guard text.utf8.count <= SubmissionKey.customerBytesMax else { throw .outOfBounds("customer") }
    return text
}

/// Reads a transaction's version.
func version(_ number: UInt64) throws(WireError) -> UInt64 {
    guard number <= Transaction.versionMax else { throw .outOfBounds("version") }
    return number
}

extension Amount {
    init(wire: Baton_V1_Amount) throws(WireError) {
        let unit: Unit
        switch wire.unit {
        case .currency(let text):
            guard let code = CurrencyCode(text) else { throw .outOfBounds("amount.currency") }
            unit = .currency(code)
        case .program(let text): unit = .points(try ProgramID(wire: text, "amount.program"))
        case nil: throw .missing("amount.unit")
        }
        guard let amount = Amount(minorUnits: wire.minorUnits, unit: unit) else {
            throw .outOfBounds("amount.minor_units")
        }
        self = amount
    }

    var wire: Baton_V1_Amount {
        .with {
            $0.minorUnits = minorUnits
            switch unit {
            case .currency(let code): $0.currency = code.text
            case .points(let program): $0.program = program.text
            }
        }
    }
}

extension Amount {
    /// The sum of an operation, if one was named: of the unit that the operation counts.
    static func optional(_ wire: Baton_V1_Amount?, of operation: Operation) throws(WireError) -> Amount? {
        guard let wire else { return nil }
        let amount = try Amount(wire: wire)
        guard operation.counts(amount.unit) else { throw .outOfBounds("amount.unit") }
        return amount
    }
}

extension Operation {
    init(wire: Baton_V1_Operation) throws(WireError) {
        switch wire {
        case .payment: self = .payment
        case .accrue: self = .accrue
        case .redeem: self = .redeem
        case .unspecified, .UNRECOGNIZED: throw .outOfBounds("operation")
        }
    }

    var wire: Baton_V1_Operation {
        switch self {
        case .payment: .payment
        case .accrue: .accrue
        case .redeem: .redeem
        }
    }
}

extension Certainty {
    /// What cannot be read is not certain.
    init(wire: Baton_V1_Certainty) {
        switch wire {
        case .no: self = .no
        case .yes: self = .yes
        case .maybe, .unspecified, .UNRECOGNIZED: self = .maybe
        }
    }

    var wire: Baton_V1_Certainty {
        switch self {
        case .no: .no
        case .maybe: .maybe
        case .yes: .yes
        }
    }
}

extension SealingContext {
    init(wire: Baton_V1_SealingContext) throws(WireError) {
        self.init(
            application: try ApplicationID(wire: wire.application, "sealed_for.application"),
            terminal: try TerminalID(wire: wire.terminal, "sealed_for.terminal"),
            operation: try Operation(wire: wire.operation),
            key: try SubmissionKeyText(wire: wire.key, "sealed_for.key"),
            expiresAt: wire.hasExpiresAt ? Instant(milliseconds: wire.expiresAt) : nil)
    }

    var wire: Baton_V1_SealingContext {
        .with {
            $0.application = application.text
            $0.terminal = terminal.text
            $0.operation = operation.wire
            $0.key = key.text
            if let expiresAt { $0.expiresAt = expiresAt.milliseconds }
        }
    }
}

extension Information {
    init(wire: Baton_V1_Information, for operation: Operation) throws(WireError) {
        self.init(
            kind: operation.information,
            sealed: try SealedInformation(wire: wire.sealed, readerKey: wire.readerKey),
            digest: try KeyedDigest(wire: wire.digest, "information.digest"),
            expiresAt: wire.hasExpiresAt ? Instant(milliseconds: wire.expiresAt) : nil)
    }

    var wire: Baton_V1_Information {
        .with {
            $0.sealed = .init(sealed.bytes)
            $0.readerKey = sealed.readerKey?.text ?? ""
            $0.digest = .init(digest.bytes)
            if let expiresAt { $0.expiresAt = expiresAt.milliseconds }
        }
    }
}
