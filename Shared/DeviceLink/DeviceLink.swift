import DeviceProtocol
import NIOCore
import NIOPosix
import RelayDomain

/// A device's connection to the relay: keeps a session with a gateway, sends calls, receives events.
///
/// Used only on one event loop: created, called and notified there. It has no task and no lock, so that one process can
/// simulate ten thousand terminals on one loop. ``DeviceSessionStateMachine`` makes its decisions.
public final class DeviceLink {
    /// What the link tells its owner, on the event loop.
    public enum News: Hashable, Sendable {
        /// The session is open: `resume` what has no outcome.
        case opened(Welcome)
        /// The session is over; the link connects again by itself.
        case lost(DeviceSessionStateMachine.Loss)
        case event(DeviceEvent)
        /// The relay answered a call. If ``DeviceReply/outcome`` comes with it, no event tells it.
        case answered(CallID, DeviceReply)
        case failed(CallID, DeviceSessionStateMachine.CallFailure)
        /// The relay sent what this version cannot read; it was ignored.
        case unreadable(DeviceProtocolError)
    }

    /// The gateway to which it connects.
    public let gateway: GatewayAddress
    /// The only event loop on which it may be used.
    public let eventLoop: any EventLoop
    private let news: (News) -> Void
    private var machine: DeviceSessionStateMachine
    private var random = SystemRandomNumberGenerator()
    private var channel: (any Channel)?
    /// Counts connections, so that a late event of an old one is recognised.
    private var attempt: UInt64 = 0
    private var timer: (at: Duration, task: Scheduled<Void>)?
    /// Resolves a gateway's name; nil: the system does.
    var resolver: (any Resolver & Sendable)?

    /// - Parameters:
    ///   - description: what the device is, for the gateway's log.
    ///   - delay: before the first attempt; it spreads many devices of one process over time.
    ///   - news: called on the event loop. It may call the link.
    public init(
        _ device: Device, gateway: GatewayAddress, description: DeviceDescription = DeviceDescription(),
        delay: Duration = .zero, on eventLoop: any EventLoop, news: @escaping (News) -> Void
    ) {
        eventLoop.preconditionInEventLoop()
        self.gateway = gateway
        self.eventLoop = eventLoop
        self.news = news
        machine = DeviceSessionStateMachine(device, description, firstAttempt: Self.now + delay)
    }

    /// This machine's monotonic clock. It continues while the machine sleeps, so that amounts and codes expire then,
    /// too.
    public static var now: Duration { start.duration(to: .now) }
    private static let start = ContinuousClock.now

    /// How long a timer runs at most. Timers do not advance while the machine sleeps: after it wakes, due deadlines are
    /// noticed within this time.
    static let waitMax = Duration.seconds(5)

    /// How long a timer for a deadline runs; if the deadline is farther, the timer is set again.
    static func wait(until deadline: Duration, now: Duration) -> TimeAmount {
        .milliseconds(min(max(deadline - now, .zero), waitMax).milliseconds + 1)
    }

    /// The device of this link.
    public var device: Device { machine.device }
    /// Whether a session is open, so that calls are possible.
    public var isOpen: Bool { machine.isOpen }
    /// The relay's time; nil before the first welcome.
    public var clock: RelayTimeEstimate? { machine.clock }

    /// Connects, and reconnects until ``stop()``.
    public func start() {
        eventLoop.preconditionInEventLoop()
        carryOut(machine.timePassed(Self.now, random: &random))
    }

    /// Calls the relay. The answer comes as ``News/answered(_:_:)`` or ``News/failed(_:_:)``, exactly one of them.
    @discardableResult
    public func call(_ request: DeviceRequest) throws(DeviceSessionStateMachine.CallRefusal) -> CallID {
        eventLoop.preconditionInEventLoop()
        let call = try machine.call(request, now: Self.now)
        carryOut([call.output])
        return call.id
    }

    /// Ends for good. Open calls fail first.
    public func stop() {
        eventLoop.preconditionInEventLoop()
        carryOut(machine.stop())
    }

    // MARK: What a connection tells

    /// An attempt's TCP connection is open, and the upgrade begins.
    func opening(_ channel: any Channel, attempt: UInt64) {
        if attempt == self.attempt { self.channel = channel } else { channel.close(promise: nil) }
    }

    /// The WebSocket is open.
    func connected(attempt: UInt64) {
        guard attempt == self.attempt else { return }
        carryOut(machine.connected(Self.now))
    }

    func heard(_ text: [UInt8], attempt: UInt64) {
        guard attempt == self.attempt else { return }
        carryOut(machine.receive(text, now: Self.now, random: &random))
    }

    func heardSignOfLife(attempt: UInt64) {
        guard attempt == self.attempt else { return }
        machine.heard(Self.now)
    }

    func disconnected(_ reason: CloseReason?, attempt: UInt64) {
        guard attempt == self.attempt else { return }
        forgetConnection()
        carryOut(machine.disconnected(reason, now: Self.now, random: &random))
    }

    // MARK: What the machine wants

    private func carryOut(_ outputs: [DeviceSessionStateMachine.Output]) {
        for output in outputs {
            switch output {
            case .connect:
                WebSocketConnector.open(to: gateway, for: NIOLoopBound(self, eventLoop: eventLoop), attempt: attempt)
            case .send(let bytes): channel.map { WebSocketConnector.send(bytes, on: $0) }
            case .close(let reason):
                channel.map { WebSocketConnector.close($0, reason) }
                forgetConnection()
            case .opened(let welcome): news(.opened(welcome))
            case .lost(let loss): news(.lost(loss))
            case .event(let event): news(.event(event))
            case .answered(let id, let reply): news(.answered(id, reply))
            case .failed(let id, let failure): news(.failed(id, failure))
            case .unreadable(let error): news(.unreadable(error))
            }
        }
        arm()
    }

    private func forgetConnection() {
        channel = nil
        attempt += 1
    }

    /// Keeps one timer. Deadlines mostly move later, so a timer that fires early is set again instead of being replaced
    /// each time.
    private func arm() {
        guard let deadline = machine.deadline else {
            timer?.task.cancel()
            timer = nil
            return
        }
        if let timer, timer.at <= deadline { return }
        timer?.task.cancel()
        let link = NIOLoopBound(self, eventLoop: eventLoop)
        let now = Self.now
        let task = eventLoop.scheduleTask(in: Self.wait(until: deadline, now: now)) { link.value.timerFired() }
        timer = (min(deadline, now + Self.waitMax), task)
    }

    private func timerFired() {
        timer = nil
        carryOut(machine.timePassed(Self.now, random: &random))
    }
}
