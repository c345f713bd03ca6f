import RelayDomain

extension TerminalDisplay {
    /// The one line that stands on the display.
    var text: String {
        switch self {
        case .online: "ready"
        case .offline: "no connection to the relay; trying again"
        case .askAmount(let application, let operation, let phone):
            "\(application) wants a \(operation.rawValue): key the amount"
                + (phone.map { " (the phone says \($0))" } ?? "")
        case .amountReady(let amount): "\(amount): waiting for the tap or scan"
        case .asking(let application, let operation, let amount):
            (["asking"] + [application?.text, operation?.rawValue, amount?.description].compactMap(\.self))
                .joined(separator: " ")
        case .outcome(let status): status.line
        case .busy: "one thing at a time: wait for the outcome, then scan again"
        case .idle: "there is nothing to cancel"
        case .canceled: "canceled: nothing was sent"
        case .canceling: "CANCELING, NOT CERTAIN YET: do not try again, the relay has yet to hear of it"
        case .cancelNoted: "the relay takes it back: wait for the outcome"
        case .scanNeedsSession: "no connection to the relay: scan again when the terminal is ready"
        case .tryingAgain(let error): "trying again (\(error.code.text)): \(error.text)"
        case .refused(let error): "refused (\(error.code.text)): \(error.text)"
        case .scanInDoubt:
            "NOT CERTAIN what came of a scan before the restart: look at the relay before scanning that code again"
        case .noAnswer: "NO ANSWER: look at the relay before trying again"
        }
    }
}

extension TransactionStatus {
    fileprivate var line: String {
        let sum = amount.map { " \($0)" } ?? ""
        let what =
            switch outcome {
            case .approved: "APPROVED\(sum)"
            case .declined(let reason): "DECLINED\(sum): \(text?.text ?? reason.text)"
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

extension ReconciliationReason {
    /// What the merchant has to know, as `docs/errors.yaml` tells devices.
    var sentence: String {
        switch self {
        case .handedOverMaybe: "Look at the POS before doing anything else."
        case .enteredOutOfTurn: "Enter nothing before `proceed`. Look at the POS before doing anything else."
        case .contradictingAnswer: "The outcome stays as it is; tell whoever keeps the books."
        case .enteredOutOfTurn: "Look at the POS before doing anything else."
        case .reversalRefused: "What became of it is not known yet; do not try again."
        case .restoredFromBackup:
            "It may have been carried out; look at the destination's or the POS's records before doing anything else."
        }
    }
}
