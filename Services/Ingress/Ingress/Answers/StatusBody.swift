import RelayDomain

extension TransactionStatus {
    /// What a phone reads about its transaction: the schema `Transaction` of docs/openapi.yaml.
    var json: [UInt8] {
        var text = JSONBodyWriter()
        text.object { text in
            text.member("id", id.text)
            text.member("state", state.rawValue)
            if let outcome { text.object("outcome") { outcome.write(to: &$0) } }
            text.member("sent", sent.rawValue)
            if isCancelRequested { text.member("cancelRequested", true) }
            if let amount { text.object("amount") { amount.write(to: &$0) } }
            text.member("deviceReason", deviceReason?.text)
            text.member("text", self.text?.text)
            if !reconciliation.isEmpty {
                text.array("reconcile", of: reconciliation) { $0.element($1.rawValue) }
            }
            text.array("hopStamps", of: hopStamps) { text, stamp in
                text.object {
                    $0.member("hop", stamp.hop.rawValue)
                    $0.member("act", stamp.act.rawValue)
                    $0.member("at", stamp.at)
                }
            }
            text.member("version", Int64(clamping: version))
        }
        return text.bytes
    }
}

extension Outcome {
    fileprivate func write(to text: inout JSONBodyWriter) {
        switch self {
        case .approved: text.member("kind", "approved")
        case .declined(let reason):
            text.member("kind", "declined")
            text.member("reason", reason.text)
        case .reversed: text.member("kind", "reversed")
        case .handedOver: text.member("kind", "handedOver")
        case .failed(let reason):
            text.member("kind", "failed")
            text.member("reason", reason.rawValue)
        }
    }
}

extension Amount {
    fileprivate func write(to text: inout JSONBodyWriter) {
        text.member("minorUnits", minorUnits)
        switch unit {
        case .currency(let currency): text.member("currency", currency.text)
        case .points(let program): text.member("program", program.text)
        }
    }
}

extension TerminalInfo {
    /// What a program reads about the terminal whose tag it has: the schema `Terminal` of docs/openapi.yaml.
    func json(publicURL: String) -> [UInt8] {
        var text = JSONBodyWriter(reserving: 192)
        text.object { text in
            text.member("terminal", terminal.text)
            text.member("paired", isPaired)
            text.member("online", isOnline)
            text.member("submit", publicURL + "/v1/transactions")
        }
        return text.bytes
    }
}
