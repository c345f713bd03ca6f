/// A fault on request, selected by the last four digits of an amount or a member's ID. The table is in docs/sandbox.md.
package struct SandboxFault: Hashable, Sendable {
    /// The four digits.
    package let ending: Int
    let effect: Effect

    enum Effect: Hashable, Sendable {
        case declines(DeclineReason)
        case slow(seconds: Int)
        case lost, silent, underWay, answersTwice
        case unknownButBooked, unknownForEver
        case asksCustomer, customerAccepts, customerRefuses
        case refusesReversal, doubtsReversalTwice, unclosable, reversesSilently
    }

    /// How long the customer of ``Effect/customerAccepts`` and ``Effect/customerRefuses`` takes to decide.
    static let customerThinks: Duration = .seconds(3)

    /// - Returns: nil if the four digits select no fault.
    init?(ending: Int) {
        let slow = 9201...9260
        guard let effect = slow.contains(ending) ? .slow(seconds: ending - 9200) : Self.effects[ending] else {
            return nil
        }
        self.ending = ending
        self.effect = effect
    }

    /// The fault that an order selects: by its amount, else by its member (`…-9101`).
    package init?(minorUnits: Int64, member: String?) {
        let byAmount = SandboxFault(ending: Int(minorUnits % 10_000))
        let byMember = member.flatMap { member in
            let digits = member.suffix(5)
            return digits.utf8.count == 5 && digits.first == "-"
                ? Int(digits.dropFirst()).flatMap(SandboxFault.init(ending:)) : nil
        }
        guard let fault = byAmount ?? byMember else { return nil }
        self = fault
    }

    private static let effects: [Int: Effect] = [
        9101: .declines(.insufficientFunds), 9102: .declines(.notPermitted), 9103: .declines(.limitExceeded),
        9104: .declines(.suspectedFraud),
        9301: .lost, 9302: .silent, 9303: .underWay, 9304: .answersTwice, 9305: .unknownButBooked,
        9306: .unknownForEver,
        9401: .asksCustomer, 9402: .customerAccepts, 9403: .customerRefuses,
        9501: .refusesReversal, 9502: .doubtsReversalTwice, 9503: .unclosable, 9504: .reversesSilently,
    ]

    /// How the request reaches the ledger, before it is processed.
    package var arrival: Delivery {
        switch effect {
        case .lost: .never
        case .underWay: .after(.seconds(5))
        case .declines, .slow, .silent, .answersTwice, .unknownButBooked, .unknownForEver, .asksCustomer,
            .customerAccepts, .customerRefuses, .refusesReversal, .doubtsReversalTwice, .unclosable, .reversesSilently:
            .atOnce
        }
    }

    /// How the first answer to an authorization is delivered.
    package var delivery: Delivery {
        switch effect {
        case .slow(let seconds): .after(.seconds(seconds))
        case .lost, .silent, .unclosable: .never
        case .answersTwice: .twice
        case .declines, .underWay, .unknownButBooked, .unknownForEver, .asksCustomer, .customerAccepts,
            .customerRefuses, .refusesReversal, .doubtsReversalTwice, .reversesSilently:
            .atOnce
        }
    }

    /// The customer's decision after ``customerThinks``, without a confirmation request; nil: none.
    var customerAccepts: Bool? {
        switch effect {
        case .customerAccepts: true
        case .customerRefuses: false
        case .declines, .slow, .lost, .silent, .underWay, .answersTwice, .unknownButBooked, .unknownForEver,
            .asksCustomer, .refusesReversal, .doubtsReversalTwice, .unclosable, .reversesSilently:
            nil
        }
    }

    /// The answer to a reversal of a booked transaction, instead of carrying it out; nil: it is carried out.
    /// - Parameter attempt: 1 for the first.
    func answerToReversal(attempt: Int) -> ReversalFinding? {
        switch effect {
        case .refusesReversal, .unclosable: .refused(.alreadySettled)
        case .doubtsReversalTwice: attempt <= 2 ? .unknown : nil
        case .declines, .slow, .lost, .silent, .underWay, .answersTwice, .unknownButBooked, .unknownForEver,
            .asksCustomer, .customerAccepts, .customerRefuses, .reversesSilently:
            nil
        }
    }
}
