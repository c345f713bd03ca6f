/// The state of one link between two processes, seen from one of its ends: a pure value, events in, actions out.
///
/// ```
/// calling end:    connecting ──ready──▶ greeting ──welcome──▶ open ──▶ ended(why)
///                      ▲ ◀──disconnected──┘ (hello again each second)
/// answering end:  connecting ──hello──▶ open ──▶ ended(why)
/// ```
///
/// Nothing but hello, welcome and refusals crosses before `open`. Once open, both ends send a beat each second, and
/// each end drops the link after three seconds without a message: ZeroMQ's own heartbeats detect a dead machine, but
/// not a process that hangs, whose I/O thread still answers. An ended link is never used again: its owner makes a new
/// one, so that no message for the old link can arrive on the new one.
struct LinkStateMachine {
    /// How often each end of an open link sends at least.
    static let beatPeriod = Duration.seconds(1)
    /// After this time without a message the other end is lost: three beats missed.
    static let silenceMax = Duration.seconds(3)
    /// How often hello is repeated until the welcome comes.
    static let helloPeriod = Duration.seconds(1)

    /// Who says hello: the end that connects calls, the end that binds answers.
    enum End { case calling, answering }

    enum State: Equatable {
        case connecting
        case greeting(helloDue: ContinuousClock.Instant)
        case open(heard: ContinuousClock.Instant, beatDue: ContinuousClock.Instant)
        case ended(LinkLoss)
    }

    enum Event: Equatable {
        /// The connection can carry messages. (Answering ends learn of their peers only by hello.)
        case ready
        /// The connection has broken.
        case disconnected
        case heard(Word)
        /// Another link has a higher term for the same journal.
        case superseded
        /// A message could not be sent because the other end is not there.
        case unreachable
        /// Reading is suspended here, so silence says nothing about the other end.
        case notListening
        /// Time has passed.
        case tick
    }

    /// The kind of message from the other end.
    enum Word: Equatable { case hello, welcome, beat, goodbye, unsupportedVersion, message }

    enum Action: Equatable {
        case sendHello
        /// Answer a hello: the first opens the link; a second may have crossed with the first answer.
        case sendWelcome
        case sendBeat
        /// Tell a peer that its messages are refused, because it has sent no hello or its link has ended: it sends
        /// hello again.
        case sendGoodbye
        /// The link is open: tell the owner.
        case open
        /// Pass the message on to the owner.
        case deliver
        /// The link was open and is lost: tell the owner.
        case lose(LinkLoss)
        /// Release the link's connection.
        case discard
    }

    let end: End
    private(set) var state: State = .connecting

    init(_ end: End) { self.end = end }

    var isOpen: Bool {
        switch state {
        case .open: true
        case .connecting, .greeting, .ended: false
        }
    }

    /// When `tick` is due next.
    var nextDue: ContinuousClock.Instant? {
        switch state {
        case .connecting, .ended: nil
        case .greeting(let helloDue): helloDue
        case .open(let heard, let beatDue): min(heard + Self.silenceMax, beatDue)
        }
    }

    /// Advances by one event.
    mutating func apply(_ event: Event, now: ContinuousClock.Instant) -> [Action] {
        switch (end, state, event) {
        case (_, .ended, _): return []

        case (.calling, .connecting, .ready):
            state = .greeting(helloDue: now + Self.helloPeriod)
            return [.sendHello]
        case (.calling, .greeting(let due), .tick):
            guard due <= now else { return [] }
            state = .greeting(helloDue: now + Self.helloPeriod)
            return [.sendHello]
        case (.calling, .greeting, .heard(.welcome)):
            state = .open(heard: now, beatDue: now + Self.beatPeriod)
            return [.open]
        case (.calling, .greeting, .disconnected):
            // Nothing was open yet, so ZeroMQ's own reconnect is enough: hello is sent again when it is ready.
            state = .connecting
            return []
        case (.calling, _, .heard(.unsupportedVersion)):
            return lose(.unsupportedVersion)

        case (.answering, .connecting, .heard(.hello)):
            state = .open(heard: now, beatDue: now + Self.beatPeriod)
            return [.sendWelcome, .open]
        case (.answering, .open, .heard(.hello)):
            // The hello crossed with the welcome, or the welcome was lost: the peer needs it again.
            peerHeard(now)
            return [.sendWelcome]
        case (.answering, .connecting, .heard(.message)), (.answering, .connecting, .heard(.beat)):
            // The peer believes in a link that this end does not have, such as one from before a restart.
            return [.sendGoodbye, .discard]

        case (_, .open(let heard, let due), .tick):
            if now - heard >= Self.silenceMax { return lose(.silent) }
            guard due <= now else { return [] }
            state = .open(heard: heard, beatDue: max(due + Self.beatPeriod, now))
            return [.sendBeat]
        case (_, .open, .heard(.message)):
            peerHeard(now)
            return [.deliver]
        case (_, .open, .heard(.beat)), (_, .open, .notListening), (.calling, .open, .heard(.welcome)):
            peerHeard(now)
            return []
        case (_, .open, .heard(.goodbye)): return lose(.goodbye)
        case (_, .open, .disconnected): return lose(.disconnected)
        case (_, .open, .unreachable): return lose(.unreachable)
        case (_, _, .superseded): return lose(.superseded)

        case (_, _, .ready), (_, _, .disconnected), (_, _, .unreachable), (_, _, .notListening), (_, _, .tick),
            (_, _, .heard(.hello)), (_, _, .heard(.welcome)), (_, _, .heard(.beat)), (_, _, .heard(.goodbye)),
            (_, _, .heard(.unsupportedVersion)), (_, _, .heard(.message)):
            return []  // Peers repeat messages and messages cross; a message out of turn changes nothing.
        }
    }

    private mutating func peerHeard(_ now: ContinuousClock.Instant) {
        guard case .open(_, let due) = state else { return }
        state = .open(heard: now, beatDue: due)
    }

    private mutating func lose(_ reason: LinkLoss) -> [Action] {
        let wasOpen = isOpen
        state = .ended(reason)
        return wasOpen ? [.lose(reason), .discard] : [.discard]
    }
}
