import Foundation
import RelayDomain

/// What one customer wants. It never changes: a repeat under the same key is the same request.
struct CustomerRequest: Hashable, Sendable {
    /// The one-time code or the membership.
    enum Information: Hashable, Sendable {
        case code(String)
        case member(String)
    }

    let key: String
    let terminal: String
    let operation: RelayDomain.Operation
    let information: Information
    /// What the phone says the sum is, in cents; nil if it says nothing.
    var amount: Int64?

    /// Applications are called as the sandbox POS's windows are.
    var application: String {
        switch operation {
        case .payment: "sandbox-pay"
        case .accrue: "sandbox-points"
        case .redeem: "sandbox-rewards"
        }
    }

    /// The request's body.
    var json: Data {
        get throws {
            var fields: [String: Any] = [
                "terminal": terminal, "application": application, "operation": operation.rawValue,
            ]
            switch information {
            case .code(let code): fields["code"] = code
            case .member(let member): fields["member"] = member
            }
            if let amount { fields["amount"] = ["minorUnits": amount, "currency": "EUR"] as [String: Any] }
            return try JSONSerialization.data(withJSONObject: fields, options: .sortedKeys)
        }
    }
}
