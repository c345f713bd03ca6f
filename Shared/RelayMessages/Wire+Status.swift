import RelayDomain

extension Outcome {
    init(wire: Baton_V1_Outcome) throws(WireError) {
        switch wire.kind {
        case .approved(let approval): self = .approved(Approval(wire: approval))
        case .declined(let declined): self = .declined(StatedReason(wire: declined))
        case .reversed: self = .reversed
        case .handedOver(let handedOver): self = .handedOver(Certainty(wire: handedOver.sent))
        case .failed(let failed): self = .failed(try word(failed.reason, "outcome.reason"))
        case nil: throw .missing("outcome")
        }
    }

    var wire: Baton_V1_Outcome {
        .with {
            switch self {
            case .approved(let approval): $0.approved = approval.wire
            case .declined(let reason): $0.declined = reason.wire
            case .reversed: $0.reversed = .init()
            case .handedOver(let sent): $0.handedOver = .with { $0.sent = sent.wire }
            case .failed(let reason): $0.failed = .with { $0.reason = reason.rawValue }
            }
        }
    }
}

extension TransactionStatus {
    init(wire: Baton_V1_TransactionStatus) throws(WireError) {
        var reconciliation: [ReconciliationReason] = []
        for text in wire.reconciliation { reconciliation.append(try word(text, "reconciliation")) }
        self.init(
            id: try TransactionID(wire: wire.transaction), state: try word(wire.state, "state"),
            outcome: wire.hasOutcome ? try Outcome(wire: wire.outcome) : nil, sent: Certainty(wire: wire.sent),
            hopStamps: HopStamp.all(wire.hopStamps), reconciliation: reconciliation,
            isCancelRequested: wire.cancelRequested,
            deviceReason: try .optional(wire.deviceReason, "device_reason"),
            text: DisplayText(cleaning: wire.text), amount: wire.hasAmount ? try Amount(wire: wire.amount) : nil,
            version: try RelayMessages.version(wire.version))
    }

    var wireStatus: Baton_V1_TransactionStatus {
        .with {
            $0.transaction = id.wire
            $0.state = state.rawValue
            if let outcome { $0.outcome = outcome.wire }
            $0.sent = sent.wire
            $0.hopStamps = hopStamps.map(\.packed)
            $0.reconciliation = reconciliation.map(\.rawValue)
            $0.cancelRequested = isCancelRequested
            $0.deviceReason = deviceReason?.text ?? ""
            $0.text = text?.text ?? ""
            if let amount { $0.amount = amount.wire }
            $0.version = version
        }
    }
}

/// A transaction's news, as it is published: a hint, and what the journal would tell.
extension TransactionStatus: EnvelopeBody {
    public init(wire body: WireBody) throws(WireError) {
        guard case .status(let status) = body else { throw .unexpected(body.name) }
        try self.init(wire: status)
    }

    public var wire: WireBody { .status(wireStatus) }
}

extension Refused {
    init(wire: Baton_V1_Refused) throws(WireError) {
        self.init(
            try word(wire.code, "code"), busyFor: wire.busyFor > 0 ? .milliseconds(wire.busyFor) : nil,
            detail: wire.detail.isEmpty ? nil : wire.detail, field: wire.field.isEmpty ? nil : wire.field)
    }

    var wire: Baton_V1_Refused {
        .with {
            $0.code = refusal.rawValue
            $0.busyFor = busyFor?.milliseconds ?? 0
            $0.detail = detail ?? ""
            $0.field = field ?? ""
        }
    }
}

extension Baton_V1_Envelope.OneOf_Body {
    /// What the body is, without what it holds: for errors and metrics.
    public var name: String { String(Mirror(reflecting: self).children.first?.label ?? "empty") }
}
