import RelayDomain

/// A call of a device, understood. See `docs/devices.md`, "Calls".
public enum DeviceRequest: Hashable, Sendable {
    /// Who I say I am, and what I am, for the gateway's log.
    case hello(Device, DeviceDescription = DeviceDescription())
    /// I am who I said. A signature comes with a later version of the protocol.
    case prove
    case received(CommandID, at: Instant)
    case submit(CommandID, SealedInformation, amount: Amount?, at: Instant)
    case result(CommandID, CommandResult, Evidence?, at: Instant)
    case scan(Scan)
    /// The merchant cancels this command, scan or transaction.
    case cancel(Cancelable, at: Instant)
    case resume([CommandID], scans: [SubmissionKeyText] = [])
    /// Whether I could carry a command out now, and my word for why not.
    case state(isReady: Bool, reason: ReasonCode?)

    /// What a device may call.
    public enum Action: String, Hashable, Sendable, CaseIterable {
        case hello, prove, received, submit, result, scan, cancel, resume, state
    }

    public var action: Action {
        switch self {
        case .hello: .hello
        case .prove: .prove
        case .received: .received
        case .submit: .submit
        case .result: .result
        case .scan: .scan
        case .cancel: .cancel
        case .resume: .resume
        case .state: .state
        }
    }

    /// The same in the domain's terms: nil for `hello` and `prove`, which end at the gateway, and for `scan`, which the
    /// gateway has to seal first.
    public var call: DeviceCall? {
        switch self {
        case .hello, .prove, .scan: nil
        case .received(let command, let at): .received(command, at: at)
        case .submit(let command, let sealed, let amount, let at): .submit(command, sealed, amount: amount, at: at)
        case .result(let command, let result, let evidence, let at): .result(command, result, evidence, at: at)
        case .cancel(let cancelable, let at): .cancel(cancelable, at: at)
        case .resume(let commands, let scans): .resume(commands, scans: scans)
        case .state(let isReady, let reason): .state(isReady: isReady, reason: reason)
        }
    }
}

extension DeviceRequest {
    /// What of a call is for the log.
    var remark: DeviceRemark? {
        if case .result(let command, _, let evidence?, at: _) = self { .evidence(evidence, of: command) } else { nil }
    }
}

/// What a device says for the gateway's log alone. It is logged once the router has taken the device's word for it.
public enum DeviceRemark: Hashable, Sendable {
    /// Said by `hello`: logged with the session.
    case description(DeviceDescription)
    /// Said by `result`: logged when the router has taken the result.
    case evidence(Evidence, of: CommandID)
}

/// What a terminal's scanner read. Plain: the gateway seals it at once.
public struct Scan: Hashable, Sendable {
    /// Made by the device, the same in each repeat.
    public let scan: SubmissionKeyText
    public let symbology: Symbology
    public let text: ScannedText
    /// What the merchant keyed before.
    public let amount: Amount?
    public let at: Instant

    public init(scan: SubmissionKeyText, symbology: Symbology, text: ScannedText, amount: Amount?, at: Instant) {
        self.scan = scan
        self.symbology = symbology
        self.text = text
        self.amount = amount
        self.at = at
    }
}

/// A code out of a scanner: a secret. Printed, it is `•••`.
public struct ScannedText: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// For the one who seals it. Never to be logged.
    public let exposed: String

    /// - Returns: nil if the text is empty or longer than ``DeviceLimits/scannedBytesMax``.
    public init?(_ text: String) {
        guard (1...DeviceLimits.scannedBytesMax).contains(text.utf8.count) else { return nil }
        exposed = text
    }

    public var description: String { "•••" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
