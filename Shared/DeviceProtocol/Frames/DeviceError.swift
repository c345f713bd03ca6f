import RelayDomain

/// Why a call was not carried out, and what is certain nevertheless.
public struct DeviceError: Error, Hashable, Sendable {
    /// The stable word for programs.
    public let code: DeviceErrorCode
    /// A sentence for the device's log that says what to do. Not for programs.
    public let text: String
    /// The field at fault.
    public let field: String?
    /// Whose fault it is.
    public let blame: Refusal.Blame
    /// Where it was noticed.
    public let stage: Refusal.Stage
    /// Whether anything can have reached the destination because of this call.
    public let sent: Certainty
    /// How to try again; `sameKey` means: under the same command or scan ID.
    public let retry: Refusal.Retry
    /// For how long the device has been busy with another transaction.
    public let busyFor: Duration?

    /// The most bytes of a text from a peer; a longer one is cut.
    public static let textBytesMax = 512

    public init(
        code: DeviceErrorCode, text: String, field: String? = nil, blame: Refusal.Blame, stage: Refusal.Stage,
        sent: Certainty, retry: Refusal.Retry, busyFor: Duration? = nil
    ) {
        self.code = code
        self.text = text
        self.field = field
        self.blame = blame
        self.stage = stage
        self.sent = sent
        self.retry = retry
        self.busyFor = busyFor
    }
}

extension DeviceError {
    /// A refusal of the relay, in a device's terms: where the domain blames a phone, the device is to blame.
    public init(_ refused: Refused, to device: DeviceKind) {
        let refusal = refused.refusal
        let code = DeviceErrorCode.refusal(refusal)
        let blame: Refusal.Blame =
            switch refusal.blame {
            case .phone, .terminal, .pos: device == .pos ? .pos : .terminal
            case .relay, .destination, .network: refusal.blame
            }
        self.init(
            code: code, text: refused.detail ?? code.sentence, field: refused.field, blame: blame,
            stage: refusal.stage == .ingress ? .gateway : refusal.stage, sent: refusal.sent, retry: refusal.retry,
            busyFor: refused.busyFor)
    }

    /// A frame that cannot be accepted.
    init(_ error: DeviceProtocolError, from device: DeviceKind) {
        let code: DeviceErrorCode =
            switch error {
            case .tooLarge: .refusal(.tooLarge)
            case .unknownAction, .unknownEvent: .rule(.unsupported)
            case .notJSON, .notAFrame, .missing, .unfit: .refusal(.malformed)
            }
        self.init(
            code: code, text: error.description, field: error.field, blame: device == .pos ? .pos : .terminal,
            stage: .gateway, sent: .no, retry: .no)
    }

    /// A breach of the session's rules, noticed by the gateway.
    init(_ rule: SessionRule, by device: DeviceKind) {
        self.init(
            code: .rule(rule), text: rule.sentence, blame: device == .pos ? .pos : .terminal, stage: .gateway,
            sent: .no, retry: rule.retry)
    }
}

extension DeviceError {
    /// A device's answer to a call of the relay whose action it does not know.
    init(notKnownTo device: DeviceKind) {
        self.init(
            code: .rule(.unsupported), text: "This \(device == .pos ? "agent" : "terminal") does not know the action.",
            blame: .relay, stage: .device, sent: .no, retry: .no)
    }

    /// Reads an error frame. Unknown words of a later version are read as the most careful known ones.
    init(code: String, text: String, details: JSONObject) throws(DeviceProtocolError) {
        guard let code = ReasonCode(code) else {
            throw .unfit(field: "code", expected: "1 to 64 of A-Z a-z 0-9 . _ -")
        }
        let fields = FieldReader(details)
        self.init(
            code: DeviceErrorCode(code), text: String(decoding: text.utf8.prefix(Self.textBytesMax), as: UTF8.self),
            field: try fields.may("field", .text(0...256)),
            blame: (try fields.may("blame", .text(0...64))).flatMap(Refusal.Blame.init) ?? .relay,
            stage: (try fields.may("stage", .text(0...64))).flatMap(Refusal.Stage.init) ?? .gateway,
            sent: (try fields.may("sent", .text(0...64))).flatMap(Certainty.init) ?? .maybe,
            retry: (try fields.may("retry", .retry)) ?? .no, busyFor: try fields.may("busyFor", .span))
    }

    var details: JSONObject {
        JSONObject([
            "blame": .string(blame.rawValue), "stage": .string(stage.rawValue), "sent": .string(sent.rawValue),
            "retry": retry.json, "field": field.map(JSONValue.string),
            "busyFor": busyFor.map { .integer($0.milliseconds) },
        ])
    }
}

extension FieldType<Refusal.Retry> {
    static var retry: FieldType {
        .object("an object of how and after") { (fields) throws(DeviceProtocolError) in
            let after = try fields.may("after", .span)
            return switch try fields.need("how", .text(0...64)) {
            case "sameKey": .sameKey(after: after)
            case "newKey": .newKey
            case "newCode": .newCode
            default: .no
            }
        }
    }
}

extension Refusal.Retry {
    var json: JSONValue {
        switch self {
        case .no: .object(JSONObject(["how": .string("no")]))
        case .sameKey(let after):
            .object(JSONObject(["how": .string("sameKey"), "after": after.map { .integer($0.milliseconds) }]))
        case .newKey: .object(JSONObject(["how": .string("newKey")]))
        case .newCode: .object(JSONObject(["how": .string("newCode")]))
        }
    }
}
