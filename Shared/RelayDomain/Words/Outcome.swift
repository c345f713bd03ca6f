/// How a transaction ended. Once durable it never changes.
public enum Outcome: Hashable, Sendable {
    /// Booked, by the explicit answer of the destination (or of the POS).
    indirect case approved(Approval = Approval())
    /// Not booked, by the explicit answer of the destination (or of the POS).
    indirect case declined(StatedReason)
    /// Reversed, confirmed by the destination: nothing is booked, and nothing ever will be.
    case reversed
    /// The POS program sent the information on its own connection; the answer is not known here.
    case handedOver(Certainty)
    /// Nothing was sent to the destination.
    case failed(FailureReason)

    /// Whether the destination was asked.
    public var sent: Certainty {
        switch self {
        case .approved, .declined, .reversed: .yes
        case .handedOver(let certainty): certainty
        case .failed: .no
        }
    }
}

extension Outcome {
    public static func declined(_ reason: ReasonCode) -> Self { .declined(StatedReason(reason)) }

    public var isApproved: Bool { approval != nil }

    /// What came with the yes.
    public var approval: Approval? {
        if case .approved(let approval) = self { approval } else { nil }
    }

    /// Its word and its reason, without what else was said: for the record.
    public var kind: (word: String, reason: String?) {
        switch self {
        case .approved: ("approved", nil)
        case .declined(let reason): ("declined", reason.code.text)
        case .reversed: ("reversed", nil)
        case .handedOver(let sent): ("handedOver", sent.rawValue)
        case .failed(let reason): ("failed", reason.rawValue)
        }
    }
}

extension Outcome: CustomStringConvertible {
    /// Such as `approved` or `declined insufficientFunds`, and what of an approval was left out.
    public var description: String {
        let leftOut = approval?.leftOut.map(\.rawValue).sorted() ?? []
        let remark = leftOut.isEmpty ? nil : "(left out: \(leftOut.joined(separator: ", ")))"
        return [kind.word, kind.reason, remark].compactMap(\.self).joined(separator: " ")
    }
}

/// What is certain about a message having reached its destination.
public enum Certainty: String, Hashable, Sendable, CaseIterable {
    case no, maybe, yes
}
