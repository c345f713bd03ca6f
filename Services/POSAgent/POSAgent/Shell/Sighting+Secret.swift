import RelayDomain
import Sealing

// What a POS program shows or answers may hold the code; what leaves the agent never does. After a restart the code is
// perhaps not known: then no text passes that may be a sentence, only what the POS program names by itself.

extension Evidence.Sighting {
    /// The same without its text, if that holds the code. If the code is not known, no text but a receipt's number
    /// passes.
    func withholding(_ code: Secret?) -> Evidence.Sighting {
        switch self {
        case .receiptNumber(let text): .receiptNumber(code?.isIn(text.text) ?? false ? .withheld : text)
        case .windowClosed: .windowClosed
        case .textSeen(let text): .textSeen(code?.isIn(text.text) ?? true ? .withheld : text)
        case .readBack(let text): .readBack(code?.isIn(text.text) ?? true ? .withheld : text)
        }
    }
}

extension POSAnswer {
    /// The same without the texts that hold the code; if it is not known, without those that may be sentences.
    func withholding(_ code: Secret?) -> POSAnswer {
        switch self {
        case .approved(let approval):
            .approved(code.map(approval.withholding) ?? approval.leavingOut { field, _ in field.isSentence })
        case .declined(let reason): .declined(code.map(reason.withholding) ?? StatedReason(reason.code))
        }
    }
}

extension Approval.Field {
    /// Whether it is text for people, in which anything may stand.
    fileprivate var isSentence: Bool {
        switch self {
        case .receiptLines, .displayLines: true
        case .approvalCode, .providerReference, .amount, .brand, .maskedAccount, .balance, .pointsEarned: false
        }
    }
}

extension Confirmation {
    func withholding(_ code: Secret?) -> Confirmation {
        switch self {
        case .sending(let sighting): .sending(sighting.withholding(code))
        case .finished(let sighting, let answer): .finished(sighting.withholding(code), answer?.withholding(code))
        }
    }
}

extension DriverFailure {
    /// The same without the POS program's word, if that holds the code.
    func withholding(_ code: Secret?) -> DriverFailure {
        switch self {
        case .refused(let reason): .refused(code?.isIn(reason.text) ?? false ? .driverFailed : reason)
        case .unreachable, .broken, .silent, .readBackDiffers: self
        }
    }
}
