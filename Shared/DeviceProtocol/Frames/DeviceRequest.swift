import RelayDomain

/// A decoded call of a device. See `docs/devices.md`, "Calls".
public enum DeviceRequest: Hashable, Sendable {
    /// Who the device claims to be, and its description for the gateway's log.
    case hello(Device, DeviceDescription = DeviceDescription())
    /// The device proves its identity. A later version of the protocol adds a signature.
    case prove
    case received(CommandID, at: Instant)
    case submit(CommandID, SealedInformation, amount: Amount?, at: Instant)
    case result(CommandID, CommandResult, Evidence?, at: Instant)
    case scan(Scan)
    /// The merchant cancels this command, scan or transaction.
    case cancel(Cancelable, at: Instant)
    case resume([CommandID], scans: [SubmissionKeyText] = [])
    /// Whether the device can carry out a command now, and the reason if not.
    case state(isReady: Bool, reason: ReasonCode?)

    /// The actions of a device.
    public enum Action: String, Hashable, Sendable, CaseIterable {
        case hello, prove, received, submit, result, scan, cancel, resume, state
    }

    /// The call's action on the wire.
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

    /// The same in the domain's terms: nil for `hello` and `prove`, which the gateway handles, and for `scan`, which
    /// the gateway has to seal first.
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
    /// The part of a call that is for the log.
    /// - Parameter body: what the call was read from.
    func remark(in body: JSONObject) -> DeviceRemark? {
        guard case .result(let command, _, let evidence, at: _) = self else { return nil }
        if let evidence { return .evidence(evidence, of: command) }
        return (body["evidence"] ?? .null) == .null ? nil : .unfitEvidence(of: command)
    }
}

/// What a device sends only for the gateway's log. It is logged once the router has accepted the call.
public enum DeviceRemark: Hashable, Sendable {
    /// From `hello`: logged with the session.
    case description(DeviceDescription)
    /// From `result`: logged when the router has accepted the result.
    case evidence(Evidence, of: CommandID)
    /// From `result`, likewise: its evidence could not be read, and counts as none.
    case unfitEvidence(of: CommandID)
}

/// A scanned code in the clear: the gateway seals it at once.
public struct Scan: Hashable, Sendable {
    /// Made by the device, the same in each repeat.
    public let scan: SubmissionKeyText
    /// As the scanner reports it; `any` if it does not.
    public let symbology: Symbology
    /// The scanned code, without what the scanner adds around it.
    public let text: ScannedText
    /// The amount that the merchant entered before.
    public let amount: Amount?
    /// When it was read, in relay time.
    public let at: Instant

    public init(scan: SubmissionKeyText, symbology: Symbology, text: ScannedText, amount: Amount?, at: Instant) {
        self.scan = scan
        self.symbology = symbology
        self.text = text
        self.amount = amount
        self.at = at
    }
}

/// A scanned code: a secret. It prints as `•••`.
public struct ScannedText: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// Only for sealing. Never to be logged.
    public let exposed: String

    /// - Returns: nil if the text is empty or longer than ``DeviceLimits/scannedBytesMax``.
    public init?(_ text: String) {
        guard (1...DeviceLimits.scannedBytesMax).contains(text.utf8.count) else { return nil }
        exposed = text
    }

    public var description: String { "•••" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
