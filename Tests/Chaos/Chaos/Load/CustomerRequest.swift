import Foundation
import RelayDomain

/// One customer's request. It never changes: a repeat under the same key is the same request.
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
    /// The amount that the phone names, in cents; nil if it names none.
    var amount: Int64?

    /// The applications have the names of the sandbox POS's windows.
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
