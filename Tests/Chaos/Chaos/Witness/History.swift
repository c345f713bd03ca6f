import NIOConcurrencyHelpers
import RelayDomain

/// What all phones and devices were told, in the order in which they were told.
///
/// It uses a lock instead of an actor, because terminals call it on their event loop and phones in their tasks.
final class History: Sendable {
    /// What was told of one transaction.
    struct Seen: Hashable, Sendable {
        var outcome: String?
        /// The keys under which phones were told of it.
        var keys: Set<String> = []
        /// Whether a phone was told the outcome: later answers must have it, too.
        var isKnownToPhone = false
    }

    /// A transaction with two different outcomes, or a key with two transactions.
    struct Contradiction: Hashable, Sendable {
        let transaction: String
        let what: String
    }

    private struct State {
        var seen: [String: Seen] = [:]
        var transactions: [String: String] = [:]
        var contradictions: [Contradiction] = []
        var surprises: [String: Int] = [:]
        var answers: [String: Int] = [:]
        var takeovers = Takeovers()
        var floods = 0
        var outcomesAmidFloods = 0
    }

    private let state = NIOLockedValueBox(State())

    var seen: [String: Seen] { state.withLockedValue { $0.seen } }
    var contradictions: [Contradiction] { state.withLockedValue { $0.contradictions } }
    /// Refusals that the relay should never have given, by their code.
    var surprises: [String: Int] { state.withLockedValue { $0.surprises } }
    /// How often phones got each answer.
    var answers: [String: Int] { state.withLockedValue { $0.answers } }
    var takeovers: [Duration] { state.withLockedValue { $0.takeovers.taken } }

    /// A phone or a device was told a transaction's state.
    /// - Parameters:
    ///   - outcome: as ``Outcome/told``.
    ///   - key: the phone's, if a phone was told under it.
    func heard(_ transaction: String, outcome: String?, key: String? = nil) {
        state.withLockedValue { state in
            var seen = state.seen[transaction] ?? Seen()
            if let outcome {
                if let former = seen.outcome, former != outcome {
                    state.contradictions.append(
                        Contradiction(transaction: transaction, what: "was told as \(former), then as \(outcome)"))
                }
                if seen.outcome == nil, state.floods > 0 { state.outcomesAmidFloods += 1 }
                seen.outcome = seen.outcome ?? outcome
                seen.isKnownToPhone = seen.isKnownToPhone || key != nil
            } else if let former = seen.outcome, key != nil, seen.isKnownToPhone {
                state.contradictions.append(
                    Contradiction(transaction: transaction, what: "was told as \(former), then as undecided"))
            }
            if let key {
                seen.keys.insert(key)
                if let former = state.transactions[key], former != transaction {
                    state.contradictions.append(
                        Contradiction(transaction: transaction, what: "key \(key) stood for \(former) before"))
                }
                state.transactions[key] = state.transactions[key] ?? transaction
            }
            state.seen[transaction] = seen
        }
    }

    func answered(_ what: String) { state.withLockedValue { $0.answers[what, default: 0] += 1 } }

    func surprised(by what: String) { state.withLockedValue { $0.surprises[what, default: 0] += 1 } }

    // MARK: Floods

    /// The number of transactions whose outcome was first told during a flood.
    var outcomesAmidFloods: Int { state.withLockedValue { $0.outcomesAmidFloods } }

    func floodBegan() { state.withLockedValue { $0.floods += 1 } }
    func floodEnded() { state.withLockedValue { $0.floods -= 1 } }

    // MARK: Takeovers

    /// The active router is killed now, and a standby waits.
    func routerKilled(at now: ContinuousClock.Instant = .now) {
        state.withLockedValue { $0.takeovers.routerKilled(at: now) }
    }

    /// A router has answered a request that was made at `begin`.
    func routerAnswered(requestOf begin: ContinuousClock.Instant, at now: ContinuousClock.Instant = .now) {
        state.withLockedValue { $0.takeovers.answered(requestOf: begin, at: now) }
    }
}

/// How long no request was answered after an active router had ended.
struct Takeovers: Sendable {
    private(set) var taken: [Duration] = []
    private var killedAt: ContinuousClock.Instant?

    mutating func routerKilled(at now: ContinuousClock.Instant) { killedAt = killedAt ?? now }

    /// Only a request that began after the end can have been answered by the next router.
    mutating func answered(requestOf begin: ContinuousClock.Instant, at now: ContinuousClock.Instant) {
        guard let killedAt, begin > killedAt else { return }
        taken.append(now - killedAt)
        self.killedAt = nil
    }
}

extension Outcome {
    /// The outcome as phones and devices are told it; `sent` says whether a POS certainly has it.
    var told: String {
        if case .handedOver = self { "handedOver" } else { description }
    }
}
