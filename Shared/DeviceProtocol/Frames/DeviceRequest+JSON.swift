import RelayDomain

// How calls are read and written.

extension DeviceRequest {
    /// - Throws: ``DeviceProtocolError/unknownAction``, ``DeviceProtocolError/missing(field:expected:)`` or
    ///   ``DeviceProtocolError/unfit(field:expected:)``.
    public init(action: String, _ body: JSONObject) throws(DeviceProtocolError) {
        guard let action = Action(rawValue: action) else { throw .unknownAction }
        let fields = FieldReader(body)
        switch action {
        case .hello:
            self = .hello(try fields.need("device", .device), try DeviceDescription(fields))
        case .prove:
            self = .prove
        case .received:
            self = .received(try fields.need("command", .command), at: try fields.need("at", .time))
        case .submit:
            self = .submit(
                try fields.need("command", .command), try SealedInformation(fields),
                amount: try fields.may("amount", .amount), at: try fields.need("at", .time))
        case .result:
            self = .result(
                try fields.need("command", .command), try CommandResult(fields), Evidence(beside: fields),
                at: try fields.need("at", .time))
        case .scan:
            self = .scan(
                Scan(
                    scan: try fields.need("scan", .identifier()), symbology: try fields.need("symbology", .word),
                    text: try fields.need("text", .scannedText), amount: try fields.may("amount", .amount),
                    at: try fields.need("at", .time)))
        case .cancel:
            self = .cancel(try Cancelable(fields), at: try fields.need("at", .time))
        case .resume:
            let most = DeviceLimits.resumedMax
            let commands = try fields.may("commands", .list(of: .command, most: most)) ?? []
            let scans = try fields.may("scans", .list(of: FieldType<SubmissionKeyText>.identifier(), most: most)) ?? []
            guard commands.count + scans.count <= most else {
                throw fields.contradiction("scans", "at most \(most) commands and scans together")
            }
            self = .resume(commands, scans: scans)
        case .state:
            self = .state(isReady: try fields.need("ready", .bool), reason: try fields.may("reason", .identifier()))
        }
    }

    /// The body to send under ``action``.
    public var body: JSONObject {
        switch self {
        case .hello(let device, let description):
            JSONObject([
                "device": device.json, "maker": description.maker.map(JSONValue.string),
                "model": description.model.map(JSONValue.string),
                "firmware": description.firmware.map(JSONValue.string),
                "serial": description.serial.map(JSONValue.string),
                "capabilities": description.capabilities.isEmpty
                    ? nil : .array(description.capabilities.map { .string($0.text) }),
            ])
        case .prove:
            JSONObject()
        case .received(let command, let at):
            JSONObject(["command": .string(command.text), "at": at.json])
        case .submit(let command, let sealed, let amount, let at):
            JSONObject([
                "command": .string(command.text), "sealed": sealed.json, "readerKey": sealed.keyJSON,
                "amount": amount?.json, "at": at.json,
            ])
        case .result(let command, let result, let evidence, let at):
            JSONObject([
                "command": .string(command.text), "result": .string(result.word), "answer": result.answer?.json,
                "reason": result.reason.map { .string($0.text) }, "evidence": evidence?.json, "at": at.json,
            ])
        case .scan(let scan):
            JSONObject([
                "scan": .string(scan.scan.text), "symbology": .string(scan.symbology.rawValue),
                "text": .string(scan.text.exposed), "amount": scan.amount?.json, "at": scan.at.json,
            ])
        case .cancel(.command(let command), let at):
            JSONObject(["command": .string(command.text), "at": at.json])
        case .cancel(.scan(let scan), let at):
            JSONObject(["scan": .string(scan.text), "at": at.json])
        case .cancel(.transaction(let transaction), let at):
            JSONObject(["transaction": .string(transaction.text), "at": at.json])
        case .resume(let commands, let scans):
            JSONObject([
                "commands": .array(commands.map { .string($0.text) }),
                "scans": scans.isEmpty ? nil : .array(scans.map { .string($0.text) }),
            ])
        case .state(let isReady, let reason):
            JSONObject(["ready": .bool(isReady), "reason": reason.map { .string($0.text) }])
        }
    }
}

extension DeviceDescription {
    fileprivate init(_ fields: FieldReader) throws(DeviceProtocolError) {
        let text = FieldType<String>.text(Self.textBytes)
        self.init(
            maker: try fields.may("maker", text), model: try fields.may("model", text),
            firmware: try fields.may("firmware", text), serial: try fields.may("serial", text),
            capabilities: try fields.may(
                "capabilities", .list(of: FieldType<ReasonCode>.identifier(), most: Self.capabilitiesMax)) ?? [])
    }
}

extension Cancelable {
    /// Reads the one of `command`, `scan` and `transaction` that is present.
    fileprivate init(_ fields: FieldReader) throws(DeviceProtocolError) {
        let command = try fields.may("command", .command)
        let scan = try fields.may("scan", FieldType<SubmissionKeyText>.identifier())
        let transaction = try fields.may("transaction", .transaction)
        switch (command, scan, transaction) {
        case (let command?, nil, nil): self = .command(command)
        case (nil, let scan?, nil): self = .scan(scan)
        case (nil, nil, let transaction?): self = .transaction(transaction)
        case (nil, nil, nil): self = .command(try fields.need("command", .command))
        case (.some, .some, _), (.some, _, .some), (_, .some, .some):
            throw fields.contradiction(
                command == nil ? "scan" : "command", "one of command, scan and transaction, and no other beside it")
        }
    }
}

/// The two kinds of device, as `hello` names them.
public enum DeviceKind: String, Hashable, Sendable, CaseIterable { case terminal, pos }

extension Device {
    public var kind: DeviceKind {
        switch self {
        case .terminal: .terminal
        case .pos: .pos
        }
    }

    /// The device's ID without its kind.
    public var id: String {
        switch self {
        case .terminal(let id): id.text
        case .pos(let id): id.text
        }
    }

    var json: JSONValue { .object(JSONObject(["kind": .string(kind.rawValue), "id": .string(id)])) }
}

extension FieldType<Device> {
    static var device: FieldType {
        .object("an object of kind and id") { (fields) throws(DeviceProtocolError) in
            switch try fields.need("kind", FieldType<DeviceKind>.word) {
            case .terminal: .terminal(try fields.need("id", .identifier()))
            case .pos: .pos(try fields.need("id", .identifier()))
            }
        }
    }
}

extension FieldType<ScannedText> {
    static var scannedText: FieldType {
        .string("text of 1 to \(DeviceLimits.scannedBytesMax) bytes") { ScannedText($0) }
    }
}

extension FieldType<Evidence> {
    static var evidence: FieldType {
        .object("an object of kind, amount and perhaps text and sum") { (fields) throws(DeviceProtocolError) in
            Evidence(
                try Evidence.Sighting(fields), amount: try fields.need("amount", .word),
                sum: try fields.may("sum", .amount))
        }
    }
}

extension FieldType<Evidence.Text> {
    static var evidenceText: FieldType {
        .string("text of 1 to \(Evidence.Text.bytesMax) bytes") { Evidence.Text($0) }
    }
}

extension Evidence {
    /// The evidence beside a result. The result counts without it: what cannot be read is none.
    init?(beside fields: FieldReader) {
        guard let evidence = try? fields.may("evidence", .evidence) else { return nil }
        self = evidence
    }

    var json: JSONValue {
        .object(
            JSONObject([
                "kind": .string(sighting.kind.rawValue), "text": sighting.text.map { .string($0.text) },
                "amount": .string(amount.rawValue), "sum": sum?.json,
            ]))
    }
}

extension Evidence.Sighting {
    fileprivate init(_ fields: FieldReader) throws(DeviceProtocolError) {
        switch try fields.need("kind", FieldType<Kind>.word) {
        case .receiptNumber: self = .receiptNumber(try fields.need("text", .evidenceText))
        case .windowClosed: self = .windowClosed
        case .textSeen: self = .textSeen(try fields.need("text", .evidenceText))
        case .readBack: self = .readBack(try fields.need("text", .evidenceText))
        }
    }
}
