import DeviceLink
import DeviceProtocol
import RelayDomain

/// A scanned code that the relay may not have yet. Its text is a secret, and lives here alone.
struct ScanAttempt: Hashable, Sendable {
    /// What is certain: whether the relay has the scan.
    enum Certainty: Hashable, Sendable {
        /// An attempt waits for its answer; those before it, if there were any, were refused, at last for this.
        case asked(after: DeviceError?)
        /// The relay does not have it, for this; the next attempt comes by itself.
        case refused(DeviceError)
        /// The relay does not have it, for want of a sum, which the merchant is asked for.
        case wantsSum(AmountPrompt)
        /// The result of an attempt is uncertain: `resume` tells.
        case possible
    }

    private(set) var scan: Scan
    var certainty = Certainty.asked(after: nil)
    /// The merchant's sum, which a refusal gives back.
    private(set) var sum: Keypad.KeyedSum?
    /// Whether a phone has tapped at the paired counter since: the customer may have paid the sum there, and a refusal
    /// gives nothing back.
    var isPassedBy = false
    /// From then on the scan is not submitted again: it may be another customer's turn.
    private(set) var until: Duration

    init(_ scan: Scan, sum: Keypad.KeyedSum?, now: Duration) {
        self.scan = scan
        self.sum = sum
        until = now + TerminalCore.scanLife
    }

    var id: SubmissionKeyText { scan.scan }

    var question: AmountPrompt? {
        if case .wantsSum(let question) = certainty { question } else { nil }
    }

    /// The merchant keyed the sum: the customer is still there, and the scan's life begins anew.
    func answered(_ amount: Amount, now: Duration) -> ScanAttempt {
        var attempt = ScanAttempt(
            Scan(scan: id, symbology: scan.symbology, text: scan.text, amount: amount, at: scan.at),
            sum: Keypad.KeyedSum(amount: amount, until: now + Keypad.inputTimeout), now: now)
        attempt.certainty = .asked(after: nil)
        return attempt
    }
}
