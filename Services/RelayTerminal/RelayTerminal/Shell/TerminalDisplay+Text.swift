import DeviceLink
import RelayDomain

extension TerminalDisplay {
    /// The one line that stands on the display.
    var text: String {
        switch self {
        case .online: "ready"
        case .offline: "no connection to the relay; trying again"
        case .askAmount(let application, let operation, let phone):
            "\(application?.text ?? "the scanned code") wants \(operation.map { "a \($0.rawValue)" } ?? "an amount"): key the amount"
                + (phone.map { " (the phone says \($0))" } ?? "")
        case .amountsDiffer(let keyed, let phone):
            "the phone says \(phone), you keyed \(keyed): key the phone's sum, or yours once more, or cancel"
        case .questionOver:
            "the question for the amount is over, nothing was sent: the customer may tap or show the code again"
        case .amountReady(let amount): "\(amount): waiting for the tap or scan"
        case .sumTakenBack(let amount): "\(amount) is taken back: nothing waits"
        case .sumLapsed(let amount): "\(amount) is no longer waiting: nobody tapped or showed a code in time"
        case .sumTooLate(let amount):
            "\(amount) was not used: the question for it is over. Key the amount for the customer who is here now"
        case .sumNotKept(let amount): "one thing at a time: \(amount) was not used; key it after the outcome"
        case .sumOfAnother(let amount): "\(amount) is taken back: this may be another customer"
        case .sumPassedBy(let amount): "\(amount) is taken back: this customer pays what stands on the POS"
        case .notCountedHere(let amount):
            switch amount.unit {
            case .currency(let currency):
                "\(amount) was not used: this shop counts no \(currency.text); look for the right unit in shop.yaml"
            case .points:  // What was typed as the program's name may be a code.
                "\(amount.minorUnits) points were not used: this shop has no such program; look for its name in shop.yaml"
            }
        case .noSum: "there is no amount to clear"
        case .asking(let application, let operation, let amount):
            (["asking"] + [application?.text, operation?.rawValue, amount?.description].compactMap(\.self))
                .joined(separator: " ")
        case .outcome(let status): status.line
        case .passing(let passing):
            "at the POS, \(passing.application) \(passing.operation.rawValue): \(passing.status.line)"
        case .serving: "open: customers are served here"
        case .notServing: "closed: customers are turned away until you write: ready yes"
        case .busy: "one thing at a time: wait for the outcome, then scan again"
        case .idle: "there is nothing to cancel"
        case .canceled: "canceled: nothing was sent"
        case .canceling: "CANCELING, NOT CERTAIN YET: do not try again, the relay has yet to hear of it"
        case .cancelNoted: "the relay takes it back: wait for the outcome"
        case .reading(let amount): "the scanner is reading\(amount.map { " for \($0)" } ?? ""); cancel drops this scan"
        case .scanDropped: "the scan is dropped: nothing was sent of it"
        case .scanFailed(let failure): failure.sentence
        case .scanTimedOut:
            "the scanner read nothing within \(TerminalCore.readingTimeout.components.seconds) s, nothing was sent: scan again"
        case .scannerBusy: "the scanner is not done with the scan before: scan again in a moment"
        case .scannerStuck: "the scanner does not answer: restart the terminal"
        case .sameScan: "this code was scanned a moment ago: nothing more was sent"
        case .scanNotBegun:
            "nothing was sent of the scan that had to wait; to cancel the customer before it, write cancel again"
        case .scanNeedsSession: "no connection to the relay: scan again when the terminal is ready"
        case .tryingAgain(let error): "trying again (\(error.code.text)): \(error.text)"
        case .refused(let error): "refused (\(error.code.text)): \(error.text)"
        case .scanNotTaken: "the relay did not get the scan, nothing was sent: scan again"
        case .earlierScan(let scan, let ago, let status):
            "\(scan.name(ago)): \(status?.line ?? "asking what came of it")"
        case .earlierScanNotTaken(let scan, let ago):
            "\(scan.name(ago)): the relay did not get it, nothing was sent"
        case .noAnswer: "NO ANSWER: look at the relay before trying again"
        }
    }
}

extension ScanRecord {
    /// Such as `scan of 12.50 EUR, 3 min ago`: the merchant remembers sum and time.
    fileprivate func name(_ ago: Duration) -> String {
        let minutes = ago.components.seconds / 60
        let time = minutes >= 120 ? "\(minutes / 60) h ago" : minutes >= 2 ? "\(minutes) min ago" : "just now"
        return "scan\(amount.map { " of \($0)" } ?? ""), \(time)"
    }
}

extension TransactionStatus {
    fileprivate var line: String {
        let sum = amount.map { " \($0)" } ?? ""
        let what =
            switch outcome {
            case .approved(let approval): "APPROVED\(approval.sum(asked: amount))\(approval.shown)"
            case .declined(let reason): "DECLINED\(sum): \(reason.text?.text ?? reason.code.text)"
            case .reversed: "REVERSED\(sum): nothing is booked"
            case .handedOver(.yes): "HANDED OVER: look at the POS"
            case .handedOver where reconciliation.isEmpty:
                "HANDED OVER, NOT CERTAIN: look at the POS before doing anything else"
            case .handedOver: "HANDED OVER, NOT CERTAIN"
            case .failed(let reason):
                "FAILED: \(deviceReason?.text ?? reason.rawValue); nothing was sent, it may be tried again"
            case nil where reconciliation.contains(.reversalRefused): "NOT TAKEN BACK"
            case nil where state == .unknown: "NOT CERTAIN YET: do not try again, the relay goes on asking"
            case nil where state == .reversing: "BEING TAKEN BACK: do not try again until it is"
            case nil where state == .pendingCustomer: "the customer is being asked"
            case nil: "under way"
            }
        let marks = reconciliation.isEmpty ? "" : ". " + reconciliation.map(\.sentence).joined(separator: " ")
        return "\(what)\(marks) (transaction \(id))"
    }
}

extension Approval {
    /// What was approved, and what was asked for where that is another sum.
    fileprivate func sum(asked: Amount?) -> String {
        guard let approved = amount ?? asked else { return "" }
        return " \(approved)" + (asked.map { $0 == approved ? "" : " INSTEAD OF \($0)" } ?? "")
    }

    /// What the destination has for the display, or the approval code.
    fileprivate var shown: String {
        let lines = displayLines.isEmpty ? approvalCode.map { ["approval code \($0)"] } ?? [] : displayLines.map(\.text)
        return lines.isEmpty ? "" : ": " + lines.joined(separator: " / ")
    }
}

extension ReconciliationReason {
    /// What the merchant has to know, as `docs/errors.yaml` tells devices.
    var sentence: String {
        switch self {
        case .handedOverMaybe: "Check the POS before doing anything else."
        case .contradictingAnswer: "The outcome does not change. Tell the shop's accounting."
        case .enteredOutOfTurn: "Enter nothing before `proceed`. Check the POS before doing anything else."
        case .reversalRefused: "The result is not known yet. Do not try again."
        case .restoredFromBackup:
            "It may have been booked. Check the destination's or the POS's records before doing anything else."
        }
    }
}
