import RelayDomain

/// An event that the relay sends to a device. See `docs/devices.md`, "Events".
public enum DeviceEvent: Hashable, Sendable {
    case command(Command)
    /// End this command if that is still possible; its `result` says whether it was.
    case cancel(CommandID)
    /// A transaction's status, under the command or the scan by which this device knows it.
    case outcome(CommandID?, scan: SubmissionKeyText?, TransactionStatus)
    /// The status of a transaction that passes at the tag of this paired terminal.
    case passing(Passing)
    /// The relay's time, because the device's estimate has become wrong.
    case time(Instant)

    /// The event's word on the wire.
    public enum Name: String, Hashable, Sendable, CaseIterable { case command, cancel, outcome, passing, time }

    /// The event's word on the wire.
    public var name: Name {
        switch self {
        case .command: .command
        case .cancel: .cancel
        case .outcome: .outcome
        case .passing: .passing
        case .time: .time
        }
    }
}

extension DeviceEvent {
    /// - Throws: ``DeviceProtocolError/unknownEvent``, or the invalid field.
    public init(name: String, _ body: JSONObject) throws(DeviceProtocolError) {
        guard let name = Name(rawValue: name) else { throw .unknownEvent }
        let fields = FieldReader(body)
        switch name {
        case .command:
            self = .command(
                Command(
                    id: try fields.need("command", .command), what: try fields.need("what", .word),
                    application: try fields.need("application", .identifier()),
                    destination: try fields.need("destination", .identifier()),
                    operation: try fields.need("operation", .word), amount: try fields.may("amount", .amount),
                    amountOf: try fields.may("amountOf", .word) ?? .phone,
                    amountRequired: try fields.need("amountRequired", .bool),
                    sealed: try SealedInformation(fields),
                    sealedFor: try fields.need("sealedFor", .sealingContext),
                    expiresAt: try fields.need("expiresAt", .time)))
        case .cancel:
            self = .cancel(try fields.need("command", .command))
        case .outcome:
            self = .outcome(
                try fields.may("command", .command), scan: try fields.may("scan", .identifier()),
                try TransactionStatus(fields))
        case .passing:
            self = .passing(
                Passing(
                    application: try fields.need("application", .identifier()),
                    operation: try fields.need("operation", .word), status: try TransactionStatus(fields)))
        case .time: self = .time(try fields.need("time", .time))
        }
    }

    /// The body to send under ``name``.
    public var body: JSONObject {
        switch self {
        case .command(let command):
            JSONObject([
                "command": .string(command.id.text),
                "what": .string(command.what.rawValue),
                "application": .string(command.application.text),
                "destination": .string(command.destination.text),
                "operation": .string(command.operation.rawValue),
                "amount": command.amount?.json,
                "amountOf": command.amountOf.map { .string($0.rawValue) },
                "amountRequired": .bool(command.amountRequired),
                "sealed": command.sealed.json, "readerKey": command.sealed.keyJSON,
                "sealedFor": command.sealedFor.json,
                "expiresAt": command.expiresAt.json,
            ])
        case .cancel(let command): JSONObject(["command": .string(command.text)])
        case .outcome(let command, let scan, let status): JSONObject(status, command: command, scan: scan)
        case .passing(let passing): JSONObject(passing)
        case .time(let time): JSONObject(["time": time.json])
        }
    }
}

extension FieldType<SealingContext> {
    static var sealingContext: FieldType {
        .object("an object of application, terminal, operation, key and expiresAt") {
            (fields) throws(DeviceProtocolError) in
            SealingContext(
                application: try fields.need("application", .identifier()),
                terminal: try fields.need("terminal", .identifier()), operation: try fields.need("operation", .word),
                key: try fields.need("key", .identifier()), expiresAt: try fields.may("expiresAt", .time))
        }
    }
}

extension SealingContext {
    var json: JSONValue {
        .object(
            JSONObject([
                "application": .string(application.text), "terminal": .string(terminal.text),
                "operation": .string(operation.rawValue), "key": .string(key.text), "expiresAt": expiresAt?.json,
            ]))
    }
}
