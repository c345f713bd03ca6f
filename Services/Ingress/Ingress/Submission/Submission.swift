import JSONText
import RelayDomain
import Sealing

/// A valid request of a phone, with its information still in the clear: it exists only until it is sealed, within one
/// turn.
struct Submission {
    let terminal: TerminalID
    let application: ApplicationID
    let operation: Operation
    let information: Secret
    let amount: Amount?
    let codeExpiresAt: Instant?
    let key: SubmissionKeyText

    /// Checks a request, field by field. The router checks whether the code has expired, after it has looked up the
    /// key: a repeat gets the transaction that the first request began.
    /// - Throws: ``Refusing`` with the first thing that is wrong: `malformed` or `tooLarge`.
    init(_ body: SubmissionBody, key: SubmissionKeyText) throws(Refusing) {
        self.key = key
        terminal = try Self.identifier(body.terminal, "terminal")
        application = try Self.identifier(body.application, "application")
        let operation = try Self.operation(body.operation)
        self.operation = operation
        information = try Self.information(of: body, for: operation)
        amount = try body.amount.map { body throws(Refusing) in try Self.amount(body, for: operation) }
        codeExpiresAt = try body.codeExpiresAt.map { text throws(Refusing) in
            guard let milliseconds = RFC3339.milliseconds(text) else {
                throw Refusing(.malformed, "codeExpiresAt: a time such as 2026-11-22T10:11:24Z is expected (RFC 3339).")
            }
            return Instant(milliseconds: milliseconds)
        }
    }

    private static func identifier<Kind>(_ text: String?, _ field: String) throws(Refusing) -> Identifier<Kind> {
        guard let text else { throw Refusing(.malformed, "\(field) is missing. It is required.") }
        guard let identifier = Identifier<Kind>(text) else {
            throw Refusing(.malformed, "\(field): 1 to 64 of the characters A-Z a-z 0-9 . _ - are expected.")
        }
        return identifier
    }

    private static func operation(_ text: String?) throws(Refusing) -> Operation {
        guard let text else { throw Refusing(.malformed, "operation is missing. It is required.") }
        guard let operation = Operation(rawValue: text) else {
            throw Refusing(.malformed, "operation: one of payment, accrue, redeem is expected.")
        }
        return operation
    }

    private static func information(of body: SubmissionBody, for operation: Operation) throws(Refusing) -> Secret {
        let (field, text, other, isOtherSet) =
            switch operation.information {
            case .paymentCode: ("code", body.code, "member", body.member != nil)
            case .membershipID: ("member", body.member, "code", body.code != nil)
            }
        guard !isOtherSet else {
            throw Refusing(.malformed, "\(other) does not go with \(operation.rawValue). Send \(field) alone.")
        }
        guard let text else {
            throw Refusing(.malformed, "\(field) is missing. \(operation.rawValue) requires it.")
        }
        guard !text.isEmpty else {
            throw Refusing(.malformed, "\(field) is empty. At least one character is expected.")
        }
        guard let secret = Secret(text) else {
            throw Refusing(.tooLarge, "\(field): at most \(Secret.most) bytes of UTF-8 are taken.")
        }
        return secret
    }

    private static func amount(
        _ body: SubmissionBody.AmountBody, for operation: Operation
    ) throws(Refusing) -> Amount {
        guard let minorUnits = body.minorUnits else {
            throw Refusing(.malformed, "amount.minorUnits is missing. An amount requires it.")
        }
        let unit: Amount.Unit
        switch operation.information {
        case .paymentCode:
            guard body.program == nil, let text = body.currency else {
                throw Refusing(.malformed, "amount.currency: a payment counts money. Send currency, not program.")
            }
            guard let currency = CurrencyCode(text) else {
                throw Refusing(.malformed, "amount.currency: three capital letters (ISO 4217) are expected.")
            }
            unit = .currency(currency)
        case .membershipID:
            guard body.currency == nil, body.program != nil else {
                throw Refusing(
                    .malformed, "amount.program: \(operation.rawValue) counts points. Send program, not currency.")
            }
            unit = .points(try identifier(body.program, "amount.program"))
        }
        guard let amount = Amount(minorUnits: minorUnits, unit: unit) else {
            throw Refusing(.malformed, "amount.minorUnits: 0 to \(Amount.most) are taken.")
        }
        return amount
    }
}
