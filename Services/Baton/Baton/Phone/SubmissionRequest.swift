import Foundation
import RelayDomain
import Sealing

/// What a phone sends to `POST /v1/transactions`.
struct SubmissionRequest: Sendable {
    let terminal: TerminalID
    let application: ApplicationID
    let operation: RelayDomain.Operation
    /// The payment code or the membership ID, depending on the operation.
    let information: Secret
    let amount: Amount?
    /// The same in each repeat.
    let key: SubmissionKeyText

    /// The request's body as the phone API takes it.
    var json: Data {
        get throws {
            var code: String?
            var member: String?
            switch operation.information {
            case .paymentCode: code = information.exposed
            case .membershipID: member = information.exposed
            }
            return try JSONEncoder().encode(
                Body(
                    terminal: terminal.text, application: application.text, operation: operation.rawValue, code: code,
                    member: member, amount: amount.map(Body.Sum.init)))
        }
    }

    private struct Body: Encodable {
        let terminal: String
        let application: String
        let operation: String
        let code: String?
        let member: String?
        let amount: Sum?

        struct Sum: Encodable {
            let minorUnits: Int64
            let currency: String?
            let program: String?

            init(_ amount: Amount) {
                minorUnits = amount.minorUnits
                switch amount.unit {
                case .currency(let code): (currency, program) = (code.text, nil)
                case .points(let id): (currency, program) = (nil, id.text)
                }
            }
        }
    }
}

extension SubmissionKeyText {
    /// A new random key.
    static func new() -> SubmissionKeyText {
        guard let key = SubmissionKeyText(UUID().uuidString.lowercased()) else {
            preconditionFailure("a UUID is made of hexadecimal digits and hyphens")
        }
        return key
    }
}
