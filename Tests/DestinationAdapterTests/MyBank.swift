import DestinationKit
import RelayDomain

// The adapter of docs/destinations.md, as it stands there.

struct MyBank: Destination {
    let bank: BankClient

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
        case .booked: return .approved(Approval(approvalCode: reply.code, receiptLines: reply.receipt))
        case .refused: return .declined(reply.reason, text: reply.sentence)  // In whatever words the bank has.
        case .notConnected: return .notSent
        }
    }

    func inquire(_ inquiry: Inquiry) async throws -> DestinationAnswer {
        let session = inquiry.memory.state.map { String(decoding: $0.bytes, as: UTF8.self) }
        let found = try await bank.find(inquiry.transaction.transaction.text, session: session)
        return switch found.result {
        case .booked: .approved(Approval(approvalCode: found.code))
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

// What a bank's own library might look like.

struct BankClient {
    struct Debit {
        enum Result { case booked, refused, notConnected }
        var result = Result.booked
        var session = ""
        var code: String?
        var receipt: [String] = []
        var reason: String?
        var sentence: String?
    }

    struct Finding {
        enum Result { case booked, refused, takenBack, nothing }
        var result = Result.nothing
        var code: String?
        var reason: String?
        var sentence: String?
    }

    struct Cancellation {
        var isDone = false
        var reason: String?
        var sentence: String?
    }

    var debit = Debit()
    var finding = Finding()
    var cancellation = Cancellation()

    func debit(id: String, code: String, cents: Int64) async throws -> Debit { debit }
    func find(_ id: String, session: String?) async throws -> Finding { finding }
    func cancel(_ id: String, isRepeat: Bool) async throws -> Cancellation { cancellation }
    func answersToPing() async -> Bool { true }
}
