import DestinationKit
import RelayDomain
import Sandbox

/// The destination: the sandbox's ledger with its edge. Its decisions are durable.
final class SimDestination: SimProcess {
    private var ledger = SandboxLedger()
    private var entriesSeen = 0
    private var approvals = 0
    /// Whether it refuses a code that was used before, or leaves that to the relay.
    private lazy var codesOnce = world.chance(0.5)

    override var skew: ClosedRange<Int64> { SimClock.skew }

    private var time: Instant { clock.time(at: world.now) }

    // MARK: - Its own line to phones

    /// Issues a one-time code.
    func issue(_ code: String) {
        carryOut(
            .issueCodes(
                [SimShop.digest(code)],
                terms: CodeTerms(application: nil, limit: nil, expiresAt: SimClock.epoch + .seconds(1_000_000))))
    }

    func open(_ member: String) {
        carryOut(
            .openAccount(
                AccountKey(member: SimShop.digest(member), program: SimShop.program),
                Account(tail: String(member.suffix(4)), points: 100_000_000)))
    }

    // MARK: - Adapters

    func authorize(_ asked: AuthorizationOrder, _ respond: @escaping (DestinationAnswer) -> Void) {
        var order = codesOnce ? asked : withCodeOfItsOwn(asked)
        guard let fault = order.fault else {
            return respond(word(carryOut(.authorize(order)), of: order.transaction))
        }
        world.tally.count("fault \(fault.ending)")
        // Like the sandbox: the limit applies when the request arrives, not to later delays.
        if fault.arrival != .atOnce, let limit = order.notAfter, time <= limit { order.notAfter = nil }
        deliver(fault.arrival) { [self, order] in
            let answer = carryOut(.authorize(order))
            guard case .decision(_, repeated: false) = answer else {
                return respond(word(answer, of: order.transaction))
            }
            // Two objects on two lines are no answer that anybody knows.
            deliver(fault.delivery) { [self] in
                respond(fault.delivery == .twice ? .unknown : word(answer, of: order.transaction))
            }
        }
    }

    /// For a destination that accepts codes twice, each transaction's code is a new one.
    private func withCodeOfItsOwn(_ order: AuthorizationOrder) -> AuthorizationOrder {
        guard case .code = order.instrument else { return order }
        var order = order
        let text = "own \(order.transaction.text)"
        order.instrument = .code(SimShop.digest(text))
        issue(text)
        return order
    }

    func carryOut(_ task: FollowUpTask, _ respond: @escaping (FollowUpTask.Answer) -> Void) {
        let transaction = SimShop.ledgerID(task.followUp.transaction)
        switch task.what {
        case .inquiry: respond(.inquiry(word(carryOut(.inquire(transaction)), of: transaction)))
        case .reversal:
            guard case .reversal(let said, let delivery) = carryOut(.reverse(transaction, task.followUp.reference))
            else { return respond(task.silence) }
            deliver(delivery) {
                switch said {
                case .confirmed: respond(.reversal(.confirmed))
                case .refused(let why): respond(.reversal(.refused(why.rawValue)))
                case .unknown: respond(.reversal(.unknown))
                }
            }
        }
    }

    private func deliver(_ delivery: Delivery, _ happen: @escaping () -> Void) {
        switch delivery {
        case .atOnce, .twice: happen()
        case .after(let span): after(span, happen)
        case .never: break
        }
    }

    @discardableResult
    private func carryOut(_ request: LedgerRequest) -> LedgerAnswer {
        let answer = ledger.carryOut(request, now: time, random: &world.random)
        for entry in ledger.entries[entriesSeen...] {
            tell("\(entry.kind) \(entry.transaction.text.suffix(8))")
            world.properties.moved(entry)
        }
        entriesSeen = ledger.entries.count
        return answer
    }

    /// As the sandbox's adapter reads the sandbox's words; but each yes comes with other words than the one before.
    private func word(_ answer: LedgerAnswer, of transaction: LedgerTransactionID) -> DestinationAnswer {
        switch answer {
        case .decision(let finding, repeated: _), .finding(let finding):
            switch finding {
            case .approved:
                approvals += 1
                let approval = SimShop.approval(approvals)
                world.properties.approved(transaction, with: approval)
                return .approved(approval)
            case .declined(let why): return .declined(why.rawValue)
            case .pendingCustomer: return .pendingCustomer
            case .notFound: return .notFound
            case .reversed: return .reversed
            case .unknown: return .unknown
            }
        case .codesIssued, .account, .reversal, .contradiction: return .unknown
        }
    }
}
