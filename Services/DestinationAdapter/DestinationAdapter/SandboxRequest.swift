import DestinationKit
import RelayDomain

/// An authorization in the sandbox's words.
struct SandboxRequest: Encodable {
    struct Amount: Encodable {
        let minorUnits: Int64
        var currency: String?
        var program: String?
    }

    let transaction: String
    let reference: String
    let operation: String
    var code: String?
    var member: String?
    var amount: Amount?
    /// Unix milliseconds.
    let notAfter: Int64

    init(_ authorization: Authorization) {
        transaction = authorization.transaction.text
        reference = authorization.reference.text
        operation = authorization.operation.rawValue
        notAfter = authorization.notAfter.milliseconds
        switch authorization.operation.information {
        case .paymentCode: code = authorization.information.exposed
        case .membershipID: member = authorization.information.exposed
        }
        amount = authorization.amount.map { amount in
            switch amount.unit {
            case .currency(let currency): Amount(minorUnits: amount.minorUnits, currency: currency.text)
            case .points(let program): Amount(minorUnits: amount.minorUnits, program: program.text)
            }
        }
    }
}

/// A reversal in the sandbox's words.
struct SandboxReversal: Encodable {
    let transaction: String
    let reference: String
    let `repeat`: Bool

    init(_ reversal: Reversal) {
        transaction = reversal.transaction.transaction.text
        reference = reversal.transaction.reference.text
        `repeat` = reversal.isRepeat
    }
}
