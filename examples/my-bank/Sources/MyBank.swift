import DestinationKit
import RelayDomain
import ServiceRuntime

/// What the adapter reads beside what every adapter does.
struct MyBankSettings: Sendable {
    /// In cents.
    let limit: Int

    init(_ settings: Settings) throws {
        limit = try settings.read(
            "BATON_BANK_LIMIT", as: .integer(0...1_000_000), default: 100_00, meaning: "Approves up to so many cents.")
    }
}

/// The destination `my-bank`: what the relay asks, in the bank's terms.
struct MyBank: Destination {
    let bank: Bank

    func describe() -> DestinationManifest {
        DestinationManifest(
            destination: DestinationID("my-bank")!, operations: [.payment], amountRequired: true, zeroPayments: false,
            codesReusable: false, codesOnce: true, visibilityDelay: .seconds(10), concurrent: 64)!
    }

    func authorize(_ authorization: Authorization) async throws -> DestinationAnswer {
        guard let amount = authorization.amount, amount.unit == .currency(CurrencyCode("EUR")!) else {
            return .declined("currencyNotSupported")  // The bank is not asked, so it never books it.
        }
        let reply = try await bank.debit(  // What it throws reads as `unknown`.
            id: authorization.transaction.text, code: authorization.information.exposed, cents: amount.minorUnits)
        switch reply {
        case .booked: return .approved()
        case .refused(let reason): return .declined(reason)  // In whatever words the bank has.
        }
    }

    func inquire(_ inquiry: Inquiry) async throws -> DestinationAnswer {
        switch try await bank.find(inquiry.transaction.transaction.text) {
        case .booked?: .approved()
        case .refused(let reason)?: .declined(reason)
        case nil: .notFound
        }
    }

    func reverse(_ reversal: Reversal) async throws -> ReversalAnswer {
        try await bank.cancel(reversal.transaction.transaction.text)
        return .confirmed  // The bank promises that nothing is booked under this ID any more, nor ever will be.
    }

    func isWell() async -> Bool { true }
}
