import RelayDomain

/// What an adapter is to find out or to bring about after an authorization.
package struct FollowUpTask: Hashable, Sendable {
    package enum What: Hashable, Sendable { case inquiry, reversal }

    package let followUp: FollowUp
    package let what: What
    /// Whether a reversal may have been asked before.
    package let isRepeat: Bool

    package init(followUp: FollowUp, what: What, isRepeat: Bool) {
        self.followUp = followUp
        self.what = what
        self.isRepeat = isRepeat
    }

    /// By it a repeat is known while the first is under way.
    package struct Key: Hashable, Sendable {
        let transaction: TransactionID
        let what: What
    }

    var key: Key { Key(transaction: followUp.transaction, what: what) }

    /// The destination's word on a follow-up.
    package enum Answer: Hashable, Sendable {
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
    package var silence: Answer {
        switch what {
        case .inquiry: .inquiry(.unknown)
        case .reversal: .reversal(.unknown)
        }
    }
}
