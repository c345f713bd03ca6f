import RelayDomain

// How a transaction's status is read and written: the fields of `outcome`, and of `status` in `resume`'s result.

extension FieldType<TransactionStatus> {
    static var transactionStatus: FieldType {
        .object("a transaction's status") { (fields) throws(DeviceProtocolError) in try TransactionStatus(fields) }
    }
}

extension TransactionStatus {
    init(_ fields: FieldReader) throws(DeviceProtocolError) {
        let sent = try fields.need("sent", FieldType<Certainty>.word)
        self.init(
            id: try fields.need("transaction", .transaction),
            state: try fields.need("state", .word(orUnknown: .unknown)),
            outcome: try fields.may("outcome", .outcome(sent: sent)), sent: sent,
            hopStamps: try fields.may("hopStamps", .known(of: .hopStamp, most: DeviceLimits.hopStampsMax)) ?? [],
            reconciliation: try fields.may(
                "reconcile", .known(of: .word, most: DeviceLimits.hopStampsMax)) ?? [],
            isCancelRequested: try fields.may("cancelRequested", .bool) ?? false,
            deviceReason: try fields.may("deviceReason", .identifier()),
            text: try fields.may("text", .displayText), amount: try fields.may("amount", .amount),
            version: try fields.need("version", .count(0...DeviceLimits.wholeNumberMax)))
    }
}

extension JSONObject {
    /// The fields of a status, and those of the transaction's application and operation.
    init(_ passing: Passing) {
        self.init(passing.status, application: passing.application, operation: passing.operation)
    }

    /// The fields of a status. If there are more hop stamps than a frame has room for, the newest.
    init(
        _ status: TransactionStatus, command: CommandID? = nil, scan: SubmissionKeyText? = nil,
        application: ApplicationID? = nil, operation: Operation? = nil,
        hopStampsMax: Int = DeviceLimits.hopStampsMax
    ) {
        self.init([
            "application": application.map { .string($0.text) },
            "operation": operation.map { .string($0.rawValue) },
            "command": command.map { .string($0.text) },
            "scan": scan.map { .string($0.text) },
            "transaction": .string(status.id.text),
            "state": .string(status.state.rawValue),
            "outcome": status.outcome?.json,
            "sent": .string(status.sent.rawValue),
            "cancelRequested": status.isCancelRequested ? .bool(true) : nil,
            "hopStamps": .array(status.hopStamps.suffix(hopStampsMax).map(\.json)),
            "reconcile": status.reconciliation.isEmpty
                ? nil : .array(status.reconciliation.map { .string($0.rawValue) }),
            "deviceReason": status.deviceReason.map { .string($0.text) },
            "text": status.text.map { .string($0.text) },
            "amount": status.amount?.json,
            "version": .integer(Int64(clamping: status.version)),
        ])
    }
}

extension FieldType<Outcome> {
    private enum Kind: String, CaseIterable { case approved, declined, reversed, handedOver, failed, later }

    /// `sent` says beside the outcome how certain a handover is. An unknown outcome of a later version is read as one
    /// that a person has to check; an unknown reason of a failure as `notSent`, because every failure promises that
    /// nothing was sent.
    static func outcome(sent: Certainty) -> FieldType {
        .object("an object of kind and reason") { (fields) throws(DeviceProtocolError) in
            switch try fields.need("kind", FieldType<Kind>.word(orUnknown: .later)) {
            case .approved: .approved(try fields.may("approval", .approval) ?? Approval())
            case .declined: .declined(try StatedReason(fields))
            case .reversed: .reversed
            case .handedOver: .handedOver(sent)
            case .later: .handedOver(.maybe)
            case .failed: .failed(try fields.need("reason", .word(orUnknown: .notSent)))
            }
        }
    }
}

extension Outcome {
    var json: JSONValue {
        switch self {
        case .approved(let approval): approval.answer
        case .declined(let reason): reason.answer
        case .reversed: .object(JSONObject(["kind": .string("reversed")]))
        case .handedOver: .object(JSONObject(["kind": .string("handedOver")]))
        case .failed(let reason):
            .object(JSONObject(["kind": .string("failed"), "reason": .string(reason.rawValue)]))
        }
    }
}

extension FieldType<HopStamp> {
    static var hopStamp: FieldType {
        .object("an object of hop, act and at") { (fields) throws(DeviceProtocolError) in
            HopStamp(
                try fields.need("hop", .word), try fields.need("act", .word), at: try fields.need("at", .time))
        }
    }
}

extension HopStamp {
    var json: JSONValue {
        .object(
            JSONObject(["hop": .string(hop.rawValue), "act": .string(act.rawValue), "at": at.json]))
    }
}
