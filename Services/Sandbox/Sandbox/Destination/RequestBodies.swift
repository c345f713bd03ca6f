import RelayDomain

/// A whole number in JSON. With this type a fraction or a too large number is an error of the field, not of the whole
/// body.
struct WholeNumber: Codable {
    let value: Int64

    init(_ value: Int64) { self.value = value }

    init(from decoder: any Decoder) throws {
        let field = try decoder.singleValueContainer()
        do {
            value = try field.decode(Int64.self)
        } catch {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no whole number in range"))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var field = encoder.singleValueContainer()
        try field.encode(value)
    }
}

/// An amount in JSON: `{minorUnits, currency | program}`.
struct AmountBody: Codable {
    let minorUnits: WholeNumber
    let currency: String?
    let program: String?

    init(_ amount: Amount) {
        minorUnits = WholeNumber(amount.minorUnits)
        switch amount.unit {
        case .currency(let code): (currency, program) = (code.text, nil)
        case .points(let id): (currency, program) = (nil, id.text)
        }
    }

    /// - Parameter field: the field's name, for the problem.
    func domain(_ field: String) throws(SandboxProblem) -> Amount {
        let unit: Amount.Unit
        switch (currency, program) {
        case (let text?, nil):
            guard let code = CurrencyCode(text) else {
                throw .invalid("\(field).currency", "Three capital letters are expected.")
            }
            unit = .currency(code)
        case (nil, let text?):
            unit = .points(try identifier(text, "\(field).program"))
        case (nil, nil), (_?, _?):
            throw .invalid(field, "Give either `currency` or `program`.")
        }
        guard let amount = Amount(minorUnits: minorUnits.value, unit: unit) else {
            throw .invalid("\(field).minorUnits", "From 0 to \(Amount.most) are meant.")
        }
        return amount
    }
}

/// `POST /authorizations`.
struct AuthorizationBody: Decodable {
    let transaction: String
    let reference: String
    let operation: String
    let code: String?
    let member: String?
    let amount: AmountBody
    let notAfter: WholeNumber?

    func order(_ digests: InstrumentDigests) throws(SandboxProblem) -> AuthorizationOrder {
        guard let operation = Operation(rawValue: operation) else {
            throw .invalid("operation", "`payment`, `accrue` or `redeem` is meant.")
        }
        let amount = try amount.domain("amount")
        let instrument: Instrument
        switch (code, member, amount.unit) {
        case (let code?, nil, _):
            instrument = .code(digests.code(try secret(code, "code")))
        case (nil, let member?, .points(let program)):
            instrument = .member(AccountKey(member: digests.member(try secret(member, "member")), program: program))
        case (nil, _?, .currency):
            throw .invalid("amount", "With a member an amount in a `program` is expected.")
        case (nil, nil, _), (_?, _?, _):
            throw .invalid("code", "Give either `code` or `member`.")
        }
        return AuthorizationOrder(
            transaction: try identifier(transaction, "transaction"), reference: try referenceNumber(reference),
            operation: operation, instrument: instrument, amount: amount,
            notAfter: notAfter.map { Instant(milliseconds: $0.value) },
            fault: SandboxFault(minorUnits: amount.minorUnits, member: member))
    }

    private func secret(_ text: String, _ field: String) throws(SandboxProblem) -> String {
        guard (1...4_096).contains(text.utf8.count) else { throw .invalid(field, "1 to 4096 bytes are expected.") }
        return text
    }
}

/// `POST /reversals`. The sandbox treats repeats like first reversals.
struct ReversalBody: Decodable {
    let transaction: String
    let reference: String
}

/// `POST /authorizations/{transaction}/confirm`.
struct ConfirmationBody: Decodable {
    let accept: Bool?
}

/// `POST /codes`.
struct CodesBody: Decodable {
    let application: String?
    let amountMax: AmountBody?
    let ttlSeconds: WholeNumber?
    let count: WholeNumber?
}

/// `POST /members`.
struct MemberBody: Decodable {
    let member: String
    let program: String
    let points: WholeNumber
}

/// Reads an identifier of any kind from a field.
func identifier<Kind>(_ text: String, _ field: String) throws(SandboxProblem) -> Identifier<Kind> {
    guard let identifier = Identifier<Kind>(text) else {
        throw .invalid(field, "1 to 64 of the characters A-Z a-z 0-9 . _ - are expected.")
    }
    return identifier
}

func referenceNumber(_ text: String) throws(SandboxProblem) -> RetrievalReferenceNumber {
    guard text.utf8.count == 12, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
        let reference = UInt64(text).flatMap(RetrievalReferenceNumber.init(number:))
    else { throw .invalid("reference", "Twelve digits are expected.") }
    return reference
}
