import RelayDomain
import Sealing

// What a POS program shows or answers may hold the code; what leaves the agent never does. After a restart the code is
// perhaps not known (nil): then nothing passes into which the POS program may have copied it.

extension Evidence.Sighting {
    /// More letters and digits than a receipt's number has, and fewer than most payment codes (16 to 24).
    private static let receiptSignsMax = 12

    /// The same without its text, if that holds the code. If the code is not known, no text passes but a receipt's
    /// number of at most 12 letters and digits: the cashier finds the sale by it. A code that is as short, and that the
    /// POS program calls its receipt's number, is not told from one.
    func withholding(_ code: SecretFinder?) -> Evidence.Sighting {
        switch self {
        case .receiptNumber(let text):
            .receiptNumber(code?.finds(in: text.text) ?? (text.signs > Self.receiptSignsMax) ? .withheld : text)
        case .windowClosed: .windowClosed
        case .textSeen(let text): .textSeen(code?.finds(in: text.text) ?? true ? .withheld : text)
        case .readBack(let text): .readBack(code?.finds(in: text.text) ?? true ? .withheld : text)
        }
    }
}

extension Evidence.Text {
    /// How many letters and digits it has.
    fileprivate var signs: Int { text.count { $0.isLetter || $0.isNumber } }
}

extension POSAnswer {
    /// The same without the texts that hold the code; if it is not known, without all texts but a masked account.
    func withholding(_ code: SecretFinder?) -> POSAnswer {
        switch self {
        case .approved(let approval):
            .approved(code.map(approval.withholding) ?? approval.leavingOut { field, _ in field != .maskedAccount })
        case .declined(let reason):
            .declined(
                code.map(reason.withholding) ?? StatedReason(reason.code.mayHoldCode ? .unspecified : reason.code))
        }
    }
}

extension ReasonCode {
    /// Whether it may hold a code that is not known: words for programs have fewer than 4 digits.
    fileprivate var mayHoldCode: Bool { text.count(where: \.isNumber) >= 4 }
}

extension Confirmation {
    func withholding(_ code: SecretFinder?) -> Confirmation {
        switch self {
        case .sending(let sighting): .sending(sighting.withholding(code))
        case .finished(let sighting, let answer): .finished(sighting.withholding(code), answer?.withholding(code))
        }
    }
}

extension DriverFailure {
    /// The same without the POS program's word, if that holds the code, or may because the code is not known, or could
    /// hold a full account number. The word is judged here, before a step's name comes before it and it is cut.
    func withholding(_ code: SecretFinder?) -> DriverFailure {
        switch self {
        case .refused(let reason):
            code?.finds(in: reason.text) ?? reason.mayHoldCode || reason.text.mayHoldAccountNumber
                ? .refused(.driverFailed) : self
        case .unreachable, .broken, .silent, .readBackDiffers: self
        }
    }
}
