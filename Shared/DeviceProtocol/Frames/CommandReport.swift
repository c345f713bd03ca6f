import RelayDomain

/// A device's last report on a command, as its journal stores it. See `docs/devices.md`, "Repeating".
public enum CommandReport: Hashable, Sendable {
    /// The device has the command, and nothing has been done.
    case met
    /// A terminal asks that the destination be asked. The sealed bytes are kept until the outcome is known, or until
    /// the merchant cancels.
    case submitted(SealedInformation?, Amount?)
    /// A POS agent is about to enter. From here on the code may be in the POS's field, and the cashier may send it.
    case entering(WindowOpening)
    /// A POS agent is about to send. Found after a restart, it means: uncertain.
    case sending
    /// The result.
    case ended(CommandResult, Evidence?)
}

extension CommandReport {
    private enum Name: String, CaseIterable { case met, submitted, entering, sending, ended }

    /// - Throws: ``DeviceProtocolError`` if the bytes are not what ``bytes`` writes.
    public init(_ bytes: [UInt8]) throws(DeviceProtocolError) {
        guard case .object(let object) = try JSONValue(bytes) else { throw .notAFrame }
        let fields = FieldReader(object)
        switch try fields.need("word", FieldType<Name>.word) {
        case .met: self = .met
        case .submitted:
            let isSealed = try fields.may("sealed", .sealed) != nil
            self = .submitted(isSealed ? try SealedInformation(fields) : nil, try fields.may("amount", .amount))
        case .entering: self = .entering(try Self.opening(fields))
        case .sending: self = .sending
        case .ended: self = .ended(try CommandResult(fields), Evidence(beside: fields))
        }
    }

    private static func opening(_ fields: FieldReader) throws(DeviceProtocolError) -> WindowOpening {
        let bounds = 1...WindowOpening.bytesMax
        let window = try fields.need("window", .text(bounds)), serial = try fields.need("opening", .text(bounds))
        guard let opening = WindowOpening(window: window, serial: serial) else { throw .notAFrame }
        return opening
    }

    /// The report as JSON.
    public var bytes: [UInt8] { JSONValue.object(object).bytes }

    /// The same report without what only an open transaction needs.
    public var withoutSealedBytes: CommandReport {
        if case .submitted(_, let amount) = self { .submitted(nil, amount) } else { self }
    }

    private var object: JSONObject {
        switch self {
        case .met: JSONObject(["word": .string(Name.met.rawValue)])
        case .submitted(let sealed, let amount):
            JSONObject([
                "word": .string(Name.submitted.rawValue), "sealed": sealed?.json, "readerKey": sealed?.keyJSON,
                "amount": amount?.json,
            ])
        case .entering(let opening):
            JSONObject([
                "word": .string(Name.entering.rawValue), "window": .string(opening.window),
                "opening": .string(opening.serial),
            ])
        case .sending: JSONObject(["word": .string(Name.sending.rawValue)])
        case .ended(let result, let evidence):
            JSONObject([
                "word": .string(Name.ended.rawValue), "result": .string(result.word), "answer": result.answer?.json,
                "reason": result.reason.map { .string($0.text) }, "evidence": evidence?.json,
            ])
        }
    }
}
