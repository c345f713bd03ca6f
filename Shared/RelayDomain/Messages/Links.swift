// What may pass on each of the bus's links. A router's core takes the one half and gives the other.

/// What ingress and operators ask a router.
public enum RouterRequest: Hashable, Sendable {
    /// Answered at the outcome, or at `waitUntil` with the state of then.
    case submit(SubmitTransaction, waitUntil: Instant)
    /// Answered likewise.
    case query(TransactionQuery, waitUntil: Instant)
    /// No more of it. Answered like a query once the wish is durable; at once if there is an outcome already.
    case cancel(TransactionID, waitUntil: Instant)
    /// A person closes what waits for one.
    case reconcile(TransactionID, Reconciliation)
    /// Is there such a terminal, and is its device there?
    case resolve(TerminalID)
    /// Replaces the registry as a whole, if it still is the version that the change was compared with.
    case apply(Shop, ShopChange)
    /// Tells the registry: the version in force, or an earlier one.
    case getShop(version: UInt64? = nil)
    /// Tells who has changed the registry, and when.
    case shopHistory
    /// Tells what the router has before it.
    case overview
}

/// A person's word on a transaction that was marked, for the record.
public struct Reconciliation: Hashable, Sendable {
    /// Who closes it: 1 to 64 Unicode scalars on one line (`isPlain`).
    public let name: String
    /// What was found out: 1 to 400 Unicode scalars on one line.
    public let reason: String
    /// How a reversal that the destination refuses ends. A transaction that has its outcome keeps it.
    public let outcome: Outcome?

    /// - Returns: nil if a text is out of bounds, or the outcome is neither approved, declined nor reversed.
    public init?(name: String, reason: String, outcome: Outcome?) {
        guard name.isPlain(1...64), reason.isPlain(1...400) else { return nil }
        switch outcome {
        case nil, .approved, .declined, .reversed: break
        case .handedOver, .failed: return nil
        }
        self.name = name
        self.reason = reason
        self.outcome = outcome
    }
}

/// By what a transaction is asked for.
public enum TransactionQuery: Hashable, Sendable {
    case id(TransactionID)
    case key(SubmissionKey)
}

/// A router's one answer to a ``RouterRequest``.
public enum RouterReply: Hashable, Sendable {
    case status(TransactionStatus)
    case refused(Refused)
    case terminal(TerminalInfo)
    /// `warnings`: what the operator should know of what was registered, in sentences.
    case registry(version: UInt64, Shop, warnings: [String] = [])
    /// The newest first, at most ``ShopVersion/toldMost``.
    case history([ShopVersion])
    case overview(Overview)
}

/// A refusal, and what the refused party can make use of.
public struct Refused: Hashable, Sendable {
    public let refusal: Refusal
    /// How long the device has been busy with another transaction; at most ``busyMost``.
    public let busyFor: Duration?
    /// What is longer is said as this.
    public static let busyMost = Duration.seconds(86_400)
    /// A sentence for a person, where the code does not say it all.
    public let detail: String?
    /// The field of the message at fault, such as `amount`.
    public let field: String?

    public init(_ refusal: Refusal, busyFor: Duration? = nil, detail: String? = nil, field: String? = nil) {
        self.refusal = refusal
        self.busyFor = busyFor.map { min($0, Self.busyMost) }
        self.detail = detail
        self.field = field
    }
}

public struct TerminalInfo: Hashable, Sendable {
    public let terminal: TerminalID
    public let isPaired: Bool
    /// Whether the device that would carry a command out has a session.
    public let isOnline: Bool
    /// Whether that device says that it could carry a command out now; ready, if it has no session.
    public let readiness: DeviceReadiness
    /// Whether the relay terminal itself has a session: of a paired one, another device than the one that carries commands out.
    public let isTerminalOnline: Bool

    public init(
        terminal: TerminalID, isPaired: Bool, isOnline: Bool, readiness: DeviceReadiness = .ready,
        isTerminalOnline: Bool = true
    ) {
        self.terminal = terminal
        self.isPaired = isPaired
        self.isOnline = isOnline
        self.readiness = readiness
        self.isTerminalOnline = isTerminalOnline
    }
}

/// One of a device's sessions.
public struct DeviceSession: Hashable, Sendable {
    public let device: Device
    public let count: ConnectionCount

    public init(device: Device, count: ConnectionCount) {
        self.device = device
        self.count = count
    }
}

/// What a gateway tells a router.
public enum GatewayMessage: Hashable, Sendable {
    /// The device has a session with me: a new one, or (with its count) one that I had before the journal changed hands.
    case claim(Device, ConnectionCount?, readiness: DeviceReadiness = .ready)
    case sessionEnded(DeviceSession)
    case call(DeviceSession, DeviceCall, gatewayAt: Instant)
}

/// What a router tells a gateway.
public enum GatewayOrder: Hashable, Sendable {
    /// Answers a claim.
    case claimed(DeviceSession, CounterFacts)
    case claimRefused(Device, Refused)
    /// Answers a call.
    case reply(DeviceReply)
    case command(DeviceSession, Command)
    /// Somebody wants no more of this command.
    case cancel(DeviceSession, CommandID)
    /// How a command or a scan of this device ended.
    case outcome(DeviceSession, CommandID?, scan: SubmissionKeyText?, TransactionStatus)
    /// What passes at the tag of a paired counter, for its relay terminal.
    case passing(DeviceSession, Passing)
    /// A newer session exists; close this one.
    case sessionReplaced(DeviceSession)
    /// The registry names this device, or its pairing, no more; close this one.
    case sessionUnregistered(DeviceSession)
    case tables(GatewayTables)
}

/// What a gateway has to look up by itself.
public struct GatewayTables: Hashable, Sendable {
    /// The registry's version.
    public let version: UInt64
    public let scanRules: [ScanRule]
    public let pairings: [POSID: TerminalID]

    public init(version: UInt64, scanRules: [ScanRule], pairings: [POSID: TerminalID]) {
        self.version = version
        self.scanRules = scanRules
        self.pairings = pairings
    }

    /// Knows nothing yet.
    public static let empty = GatewayTables(version: 0, scanRules: [], pairings: [:])

    /// The one rule that a scanned code matches.
    public func rule(for symbology: Symbology, _ text: String) -> ScanRule? {
        scanRules.first { $0.matches(symbology, text) }
    }

    /// Which journal a device's sessions belong to; nil for a POS that is paired with no terminal.
    public func journal(of device: Device, outOf journals: Int) -> UInt8? {
        switch device {
        case .terminal(let terminal): terminal.journal(outOf: journals)
        case .pos(let pos): pairings[pos]?.journal(outOf: journals)
        }
    }
}

extension TerminalID {
    /// The journal that holds this terminal's transactions: FNV-1a (64 bit) of its text, modulo their number.
    /// - Parameter journals: from 1 to 100.
    public func journal(outOf journals: Int) -> UInt8 {
        UInt8(text.fnv1a % UInt64(journals))
    }
}

extension String {
    /// A number that other texts hardly have: FNV-1a (64 bit) of the UTF-8 bytes.
    public var fnv1a: UInt64 {
        utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}

/// What an adapter tells a router.
public enum AdapterMessage: Hashable, Sendable {
    /// I can take requests.
    case ready(DestinationManifest)
    /// I take nothing more; what I was asked I still answer.
    case draining
    case answer(AdapterAnswer)
    /// Answers ``AdapterOrder/askHealth``: whether the destination would decide now.
    case health(isGood: Bool)
}

/// What a router tells an adapter.
public enum AdapterOrder: Hashable, Sendable {
    case authorize(AuthorizationRequest)
    /// What became of it? Asked as often as the router wants to know.
    case inquire(FollowUp)
    /// Take it back, or see that it never happens. `isRepeat`: it may have been said before.
    case reverse(FollowUp, isRepeat: Bool)
    /// How is the destination?
    case askHealth
    /// Answers ``AdapterMessage/ready(_:)``: the shop has no such destination, so nothing will be asked.
    case notRegistered(DestinationID)
}
