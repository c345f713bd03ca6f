import JSONText
import RelayDomain

extension TransactionStatus {
    /// What a phone reads about its transaction, and an operator about any: the schema `Transaction` of
    /// docs/openapi.yaml.
    public var json: [UInt8] {
        var text = JSONWriter()
        text.object { text in
            text.field("id", id.text)
            text.field("state", state.rawValue)
            if let outcome { text.object("outcome") { outcome.write(to: &$0) } }
            text.field("sent", sent.rawValue)
            if isCancelRequested { text.field("cancelRequested", true) }
            if let amount { text.object("amount") { amount.write(to: &$0) } }
            text.field("deviceReason", deviceReason?.text)
            text.field("text", self.text?.text)
            if !reconciliation.isEmpty {
                text.array("reconcile") { text in
                    for reason in reconciliation { text.element(reason.rawValue) }
                }
            }
            text.array("hopStamps") { text in
                for stamp in hopStamps {
                    text.object {
                        $0.field("hop", stamp.hop.rawValue)
                        $0.field("act", stamp.act.rawValue)
                        $0.field("at", time: stamp.at.milliseconds)
                    }
                }
            }
            text.field("version", Int64(clamping: version))
        }
        return text.bytes
    }
}

extension Outcome {
    fileprivate func write(to text: inout JSONWriter) {
        switch self {
        case .approved(let approval):
            text.field("kind", "approved")
            if !approval.isBare { text.object("approval") { approval.write(to: &$0) } }
        case .declined(let reason):
            text.field("kind", "declined")
            text.field("reason", reason.code.text)
            text.field("text", reason.text?.text)
        case .reversed: text.field("kind", "reversed")
        case .handedOver: text.field("kind", "handedOver")
        case .failed(let reason):
            text.field("kind", "failed")
            text.field("reason", reason.rawValue)
        }
    }
}

extension Approval {
    fileprivate func write(to text: inout JSONWriter) {
        text.field("approvalCode", approvalCode?.text)
        text.field("providerReference", providerReference?.text)
        if let amount { text.object("amount") { amount.write(to: &$0) } }
        text.field("brand", brand?.text)
        text.field("maskedAccount", maskedAccount?.text)
        if let balance { text.object("balance") { balance.write(to: &$0) } }
        if let pointsEarned { text.object("pointsEarned") { pointsEarned.write(to: &$0) } }
        write(receiptLines, "receiptLines", to: &text)
        write(displayLines, "displayLines", to: &text)
    }

    private func write<Kind>(_ lines: [BoundedText<Kind>], _ name: StaticString, to text: inout JSONWriter) {
        guard !lines.isEmpty else { return }
        text.array(name) { text in
            for line in lines { text.element(line.text) }
        }
    }
}

extension Amount {
    fileprivate func write(to text: inout JSONWriter) {
        text.field("minorUnits", minorUnits)
        switch unit {
        case .currency(let currency): text.field("currency", currency.text)
        case .points(let program): text.field("program", program.text)
        }
    }
}
