import RelayDomain

/// An inquiry or a reversal that an adapter has to carry out.
package struct FollowUpTask: Hashable, Sendable {
    package enum What: Hashable, Sendable { case inquiry, reversal }

    package let followUp: FollowUp
    package let what: What
    /// Whether a reversal may have been sent before.
    package let isRepeat: Bool

    package init(followUp: FollowUp, what: What, isRepeat: Bool) {
        self.followUp = followUp
        self.what = what
        self.isRepeat = isRepeat
    }

    /// Identifies a repeat while the first is in progress.
    package struct Key: Hashable, Sendable {
        let transaction: TransactionID
        let what: What
    }

    var key: Key { Key(transaction: followUp.transaction, what: what) }

    /// The destination's answer to a follow-up.
    package enum Answer: Hashable, Sendable {
        case inquiry(DestinationAnswer)
        case reversal(ReversalAnswer)

        var word: AdapterAnswer.Word {
            switch self {
            // `notSent` is a statement about an authorization, so it cannot answer an inquiry.
            case .inquiry(.notSent): .inquiry(.unknown)
            case .inquiry(let answer): .inquiry(answer)
            case .reversal(let answer): .reversal(answer)
            }
        }
    }

    /// The answer to send if the destination did not answer.
    package var silence: Answer {
        switch what {
        case .inquiry: .inquiry(.unknown)
        case .reversal: .reversal(.unknown)
        }
    }
}
