import RelayDomain

/// What an adapter is to find out or to bring about after an authorization.
struct Errand: Hashable, Sendable {
    enum What: Hashable, Sendable { case inquiry, reversal }

    let followUp: FollowUp
    let what: What
    /// Whether a reversal may have been asked before.
    let isRepeat: Bool

    /// By it a repeat is known while the first is under way.
    struct Key: Hashable, Sendable {
        let transaction: TransactionID
        let what: What
    }

    var key: Key { Key(transaction: followUp.transaction, what: what) }

    /// The destination's word on an errand.
    enum Answer: Hashable, Sendable {
        case inquiry(DestinationAnswer)
        case reversal(ReversalAnswer)

        var word: AdapterAnswer.Word {
            switch self {
            // Neither says anything about an authorization that was sent.
            case .inquiry(.notSent): .inquiry(.unknown)
            case .inquiry(let answer): .inquiry(answer)
            case .reversal(let answer): .reversal(answer)
            }
        }
    }

    /// The answer of a destination that did not answer.
    var silence: Answer {
        switch what {
        case .inquiry: .inquiry(.unknown)
        case .reversal: .reversal(.unknown)
        }
    }
}
