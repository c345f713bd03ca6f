import DestinationKit
import RelayDomain

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
        if let session = AdapterState(Array(reply.session.utf8)) { authorization.memory.keep(session) }
        switch reply.result {
        case .booked: return .approved
        case .refused: return .declined(reply.reason, text: reply.sentence)  // In whatever words the bank has.
        case .notConnected: return .notSent
        }
    }

    func inquire(_ inquiry: Inquiry) async throws -> DestinationAnswer {
        let session = inquiry.memory.state.map { String(decoding: $0.bytes, as: UTF8.self) }
        let found = try await bank.find(inquiry.transaction.transaction.text, session: session)
        return switch found.result {
        case .booked: .approved
        case .refused: .declined(found.reason, text: found.sentence)
        case .takenBack: .reversed
        case .nothing: .notFound
        }
    }

    func reverse(_ reversal: Reversal) async throws -> ReversalAnswer {
        let reply = try await bank.cancel(reversal.transaction.transaction.text, isRepeat: reversal.isRepeat)
        return reply.isDone ? .confirmed : .refused(reply.reason, text: reply.sentence)
    }

    func isWell() async -> Bool { await bank.answersToPing() }
}
