/// The state of one command, from its issue to its end.
///
/// Terminals acknowledge by `submit`, or by `received` while the merchant still has to enter the amount. POS agents
/// acknowledge by `received` and may start only on the reply `proceed`, so a command without acknowledgement was not
/// carried out.
public struct CommandStateMachine: Hashable, Sendable {
    /// The kind of device that carries out the command; silence has a different meaning for each.
    public enum Carrier: String, Hashable, Sendable { case terminal, posAgent }

    public enum State: Hashable, Sendable {
        /// On its way. `attempts` counts how often it was sent in this process; 0 after a restart.
        case issued(attempts: Int)
        case received(at: Instant)
        case ended(CommandEnd)
    }

    public enum Event: Hashable, Sendable {
        /// The device has the command and asks for permission to start.
        case deviceReceived
        /// The terminal submitted: the destination is to be asked.
        case deviceSubmitted
        /// The POS agent entered and sent; with the POS's answer if it can read one.
        case deviceEntered(POSAnswer?)
        /// The device did not carry the command out.
        case deviceRefused(ReasonCode)
        /// The POS agent cannot tell whether the POS program sent.
        case deviceUncertain
        /// The device has a session again.
        case deviceConnected
        /// A repeat of the submission has brought the sealed bytes again, without which a new router cannot send the
        /// command.
        case informationBroughtAgain
        /// The phone or the device cancels it.
        case cancelRequested(Canceler)
        /// ``deadline`` may have passed.
        case timePassed
        /// This process has just loaded the command from the journal.
        case restarted
    }

    public enum Action: Hashable, Sendable {
        /// Send the command to the device, the first time or again.
        case send
        /// Send `proceed` to the device, once everything before it is durable.
        case proceed
        /// Repeat the last answer about a finished command.
        case repeatLastWord
        /// Tell the device that its time limit has passed.
        case tooLate
        /// Tell the device that the command is canceled, or, after `proceed`, that it is to stop if it still can.
        case cancel
        /// The command has ended.
        case end(CommandEnd)
        /// Peers resend and messages cross; nothing changes.
        case outOfTurn
    }

    public let carrier: Carrier
    public let issuedAt: Instant
    /// From this time on the command must not be started; see ``Command/mayStart(at:)``.
    public let expiresAt: Instant
    /// From this time on a terminal's submission is too late.
    public let codeExpiresAt: Instant?
    public private(set) var state: State

    /// An issued command that has been sent once.
    public init(carrier: Carrier, issuedAt: Instant, codeExpiresAt: Instant?) {
        self.init(
            carrier: carrier, issuedAt: issuedAt,
            expiresAt: Swift.min(issuedAt + Limits.timeToLive, codeExpiresAt ?? issuedAt + Limits.timeToLive),
            codeExpiresAt: codeExpiresAt, state: .issued(attempts: 1))
    }

    /// A command as stored in a journal.
    public init(carrier: Carrier, issuedAt: Instant, expiresAt: Instant, codeExpiresAt: Instant?, state: State) {
        self.carrier = carrier
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.codeExpiresAt = codeExpiresAt
        self.state = state
    }

    /// When ``Event/timePassed`` is due; nil once ended.
    public var deadline: Instant? {
        switch state {
        case .issued(attempts: 0): expiresAt
        case .issued(let attempts): min(issuedAt + Limits.acknowledgement * attempts, expiresAt)
        case .received(let at):
            switch carrier {
            case .terminal: min(at + Limits.result, codeExpiresAt ?? at + Limits.result)
            case .posAgent: at + Limits.result
            }
        case .ended: nil
        }
    }

    /// Whether the command could still be started or is being carried out.
    public var isRunning: Bool { deadline != nil }

    /// Advances by one event at the router's time `now`.
    public mutating func apply(_ event: Event, at now: Instant) -> [Action] {
        switch (state, event) {
        case (.issued, .deviceReceived):
            guard mayStart(at: now) else { return [.tooLate] + end(.expired) }
            state = .received(at: now)
            return [.proceed]
        case (.received, .deviceReceived):
            return mayStart(at: now) ? [.proceed] : [.tooLate]
        case (.ended, .deviceReceived):
            return [.tooLate]

        case (.issued, .deviceSubmitted), (.received, .deviceSubmitted):
            guard carrier == .terminal else { return [.outOfTurn] }
            guard let limit = submissionLimit, now.isBefore(limit: limit) else { return [.tooLate] + end(.silent) }
            return end(.submitted)
        case (.ended(.submitted), .deviceSubmitted):
            return [.repeatLastWord]
        case (.ended, .deviceSubmitted):
            return [.tooLate]

        case (.received, .deviceEntered(let answer)):
            guard carrier == .posAgent else { return [.outOfTurn] }
            return end(.entered(answer))
        case (.received, .deviceUncertain):
            return carrier == .posAgent ? end(.uncertain) : [.outOfTurn]
        case (.issued, .deviceRefused(let reason)), (.received, .deviceRefused(let reason)):
            return end(.refused(reason))
        case (.ended(.uncertain), .deviceEntered(let answer)):
            state = .ended(.entered(answer))  // The outcome does not change; the uncertain result is now known.
            return [.repeatLastWord]
        case (.ended(.uncertain), .deviceRefused(let reason)):
            state = .ended(.refused(reason))
            return [.repeatLastWord]
        case (.ended, .deviceEntered), (.ended, .deviceRefused), (.ended, .deviceUncertain):
            return [.repeatLastWord]
        case (.issued, .deviceEntered), (.issued, .deviceUncertain):
            // Nothing may happen before `proceed`. This device has acted nevertheless, and the POS may have booked.
            return carrier == .posAgent ? [.outOfTurn] + end(.uncertain) : [.outOfTurn]

        case (.issued, .cancelRequested(let by)):
            return [.cancel] + end(.canceled(by))  // Without an acknowledgement nothing was carried out.
        case (.received, .cancelRequested(let by)):
            // The agent has begun: only the agent knows whether it can still stop.
            return carrier == .terminal ? [.cancel] + end(.canceled(by)) : [.cancel]
        case (.ended, .cancelRequested):
            return []

        case (.issued, .deviceConnected), (.issued, .informationBroughtAgain):
            return mayStart(at: now) ? [.send] : end(.expired)
        case (.received, .deviceConnected), (.ended, .deviceConnected), (.received, .informationBroughtAgain),
            (.ended, .informationBroughtAgain):
            return []  // The device asks by itself (`resume`): it knows the command.

        case (.issued(let attempts), .timePassed):
            guard let deadline, now >= deadline else { return [] }
            guard (1..<Limits.attempts).contains(attempts), mayStart(at: now) else { return end(.expired) }
            state = .issued(attempts: attempts + 1)
            return [.send]
        case (.received, .timePassed):
            guard let deadline, now >= deadline else { return [] }
            return end(carrier == .terminal ? .silent : .uncertain)
        case (.ended, .timePassed):
            return []

        case (.issued, .restarted):
            state = .issued(attempts: 0)  // Sent again when the sealed bytes are there again.
            return mayStart(at: now) ? [] : end(.expired)
        case (.received, .restarted), (.ended, .restarted):
            return []  // `deadline` counts from the stored time.
        }
    }

    /// The rule of ``Command/mayStart(at:)``, for the command that this machine follows.
    private func mayStart(at now: Instant) -> Bool { now.isBefore(limit: expiresAt) }

    /// The time from which on a terminal's `submit` is too late.
    private var submissionLimit: Instant? {
        switch state {
        case .issued: expiresAt
        case .received: deadline
        case .ended: nil
        }
    }

    private mutating func end(_ how: CommandEnd) -> [Action] {
        state = .ended(how)
        return [.end(how)]
    }

    /// How long a command may take.
    public enum Limits {
        /// From issue to acknowledgement, for each attempt.
        public static let acknowledgement = Duration.seconds(3)
        /// How often a command is sent without acknowledgement.
        public static let attempts = 2
        /// From issue to start.
        public static let timeToLive = Duration.seconds(30)
        /// From `received` to the result.
        public static let result = Duration.seconds(45)
    }
}

/// How a command ended.
public enum CommandEnd: Hashable, Sendable {
    /// The terminal asked that the destination be asked.
    case submitted
    /// The POS agent entered and sent; the POS's answer if it could read one.
    case entered(POSAnswer?)
    /// The device did not carry it out.
    case refused(ReasonCode)
    /// It is uncertain whether the POS program sent.
    case uncertain
    /// No acknowledgement came in time, so it was not carried out.
    case expired
    /// The terminal acknowledged the command and did not submit in time.
    case silent
    /// Canceled before anything was carried out.
    case canceled(Canceler)
}

/// Who canceled a transaction.
public enum Canceler: String, Hashable, Sendable, CaseIterable {
    case phone, device
}

/// The answer on the POS program's own connection, as the POS program reports it.
public enum POSAnswer: Hashable, Sendable {
    indirect case approved(Approval = Approval())
    case declined(StatedReason)
}

extension POSAnswer {
    public static func declined(_ reason: ReasonCode) -> Self { .declined(StatedReason(reason)) }

    public var isApproved: Bool {
        if case .approved = self { true } else { false }
    }
}

extension POSAnswer: CustomStringConvertible {
    /// For logs and the journal's history, so without what came with it: `approved` or `declined codeUsed`.
    public var description: String {
        switch self {
        case .approved: "approved"
        case .declined(let reason): "declined \(reason.code)"
        }
    }
}

extension CommandStateMachine.Event: CustomStringConvertible {
    /// Such as `entered, approved`.
    public var description: String {
        switch self {
        case .deviceReceived: "received"
        case .deviceSubmitted: "submitted"
        case .deviceEntered(let answer): "\(CommandResult.entered(answer))"
        case .deviceRefused(let reason): "\(CommandResult.refused(reason))"
        case .deviceUncertain: "\(CommandResult.uncertain)"
        case .deviceConnected: "connected"
        case .informationBroughtAgain: "brought again"
        case .cancelRequested(let canceler): "canceled by \(canceler.rawValue)"
        case .timePassed: "time passed"
        case .restarted: "restarted"
        }
    }
}
