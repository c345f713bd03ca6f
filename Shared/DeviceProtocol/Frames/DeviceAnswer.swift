import RelayDomain

/// The decoded result of a call. The call's action determines its type.
public enum DeviceAnswer: Hashable, Sendable {
    /// To `hello`: the bytes that a later version signs, and the relay's time.
    case greeted(nonce: [UInt8], time: Instant)
    /// To `prove`: the session is open.
    case welcome(Welcome)
    /// To `received`, `submit`, `result`, `scan`, `cancel`, `resume` and `state`.
    case reply(DeviceReply)

    /// How many bytes a nonce may have.
    public static let nonceBytes = 16...64
}

/// What a device gets when its session opens.
public struct Welcome: Hashable, Sendable {
    /// Newer than all of the device's sessions before.
    public let connection: ConnectionCount
    /// The relay's time when it wrote this.
    public let time: Instant
    /// The facts about the device's counter.
    public let counter: CounterFacts
    /// The address on the counter's tag, for phones.
    public let tag: String

    /// The most bytes of a tag's address.
    public static let tagBytesMax = 512

    public init(connection: ConnectionCount, time: Instant, counter: CounterFacts, tag: String) {
        self.connection = connection
        self.time = time
        self.counter = counter
        self.tag = tag
    }
}

extension DeviceAnswer {
    /// - Throws: ``DeviceProtocolError`` if the body is not a result of that action.
    public init(to action: DeviceRequest.Action, _ body: JSONObject) throws(DeviceProtocolError) {
        let fields = FieldReader(body)
        switch action {
        case .hello:
            self = .greeted(
                nonce: try fields.need("nonce", .bytes(Self.nonceBytes)), time: try fields.need("time", .time))
        case .prove:
            self = .welcome(try Welcome(fields))
        case .received:
            guard try fields.need("proceed", .bool) else { throw fields.contradiction("proceed", "true") }
            self = .reply(.proceed(try fields.need("command", .command)))
        case .submit, .result, .cancel:
            guard try fields.need("taken", .bool) else { throw fields.contradiction("taken", "true") }
            self = .reply(
                .taken(try fields.need("command", .command), try fields.may("status", .transactionStatus)))
        case .scan:
            self = .reply(
                .accepted(try fields.need("transaction", .transaction), try fields.may("status", .transactionStatus)))
        case .resume:
            let most = DeviceLimits.resumedMax
            self = .reply(
                .states(
                    try fields.need("commands", .list(of: .commandStatus, most: most)),
                    scans: try fields.may("scans", .list(of: .scanStatus, most: most)) ?? []))
        case .state:
            guard try fields.need("taken", .bool) else { throw fields.contradiction("taken", "true") }
            self = .reply(.noted)
        }
    }

    /// The body to send; nil for a refusal, which is an error frame.
    public var body: JSONObject? {
        switch self {
        case .greeted(let nonce, let time): JSONObject(["nonce": .string(Base64URL.text(nonce)), "time": time.json])
        case .welcome(let welcome): welcome.json
        case .reply(.proceed(let command)):
            JSONObject(["command": .string(command.text), "proceed": .bool(true)])
        case .reply(.taken(let command, let outcome)):
            JSONObject([
                "command": .string(command.text), "taken": .bool(true),
                "status": outcome.map { .object(JSONObject($0)) },
            ])
        case .reply(.accepted(let transaction, let outcome)):
            JSONObject([
                "transaction": .string(transaction.text), "status": outcome.map { .object(JSONObject($0)) },
            ])
        case .reply(.states(let commands, let scans)):
            JSONObject([
                "commands": .array(commands.map(\.json)),
                "scans": scans.isEmpty ? nil : .array(scans.map(\.json)),
            ])
        case .reply(.noted): JSONObject(["taken": .bool(true)])
        case .reply(.refused): nil
        }
    }
}

extension FieldType<ConnectionCount> {
    static var connection: FieldType {
        .object("an object of term and number") { (fields) throws(DeviceProtocolError) in
            ConnectionCount(
                term: try fields.need("term", .count(0...DeviceLimits.wholeNumberMax)),
                number: try fields.need("number", .count(0...DeviceLimits.wholeNumberMax)))
        }
    }
}

extension FieldType<CommandStatus> {
    static var commandStatus: FieldType {
        .object("an object of command and status") { (fields) throws(DeviceProtocolError) in
            CommandStatus(
                command: try fields.need("command", .command), status: try fields.may("status", .transactionStatus))
        }
    }
}

extension CommandStatus {
    var json: JSONValue {
        .object(
            JSONObject([
                "command": .string(command.text),
                "status": status.map {
                    .object(JSONObject($0, command: command, hopStampsMax: DeviceLimits.resumedHopStampsMax))
                },
            ]))
    }
}

extension FieldType<ScanStatus> {
    static var scanStatus: FieldType {
        .object("an object of scan and status") { (fields) throws(DeviceProtocolError) in
            ScanStatus(
                scan: try fields.need("scan", .identifier()), status: try fields.may("status", .transactionStatus))
        }
    }
}

extension ScanStatus {
    var json: JSONValue {
        .object(
            JSONObject([
                "scan": .string(scan.text),
                "status": status.map {
                    .object(JSONObject($0, scan: scan, hopStampsMax: DeviceLimits.resumedHopStampsMax))
                },
            ]))
    }
}
