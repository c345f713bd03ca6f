import RelayDomain

/// The gateway's side of one device's connection: bytes in; calls, frames and the end out. Owns no socket and no clock.
///
/// The gateway feeds it each text frame, each pong and, at ``deadline``, the time; it carries the outputs out in order.
public struct GatewaySessionStateMachine: Sendable {
    /// The states of a device's connection, seen from the gateway.
    public enum State: Hashable, Sendable {
        /// Open, and nothing has been received.
        case fresh
        /// The device has sent `hello`.
        case greeted(Device)
        /// The router is asked for a session.
        case claiming(Device, CallID)
        case open(Device, ConnectionCount)
        case closed
    }

    /// What the gateway has to do, in order.
    public enum Output: Hashable, Sendable {
        /// Write this text frame.
        case send([UInt8])
        /// Write a WebSocket ping.
        case ping
        /// Ask the router for a session; its answer goes to ``welcome(_:now:)`` or ``refuse(_:)``.
        case claim(Device)
        /// Take this to the router; its answer goes to ``answer(_:with:)``.
        case call(CallID, DeviceCall)
        /// Seal this and take it to the router; its answer goes to ``answer(_:with:)``.
        case scan(CallID, Scan)
        /// Log this remark of the device; the router has accepted the call that contained it.
        case remark(DeviceRemark, of: Device)
        /// Write a close frame and close. The last output there is.
        case close(CloseReason)
    }

    /// The connection's state.
    public private(set) var state: State = .fresh
    /// The kind of device that this gateway is for.
    private let kind: DeviceKind
    /// At most ``DeviceLimits/callsMax``, so a search is quick.
    private var openCalls: [(id: CallID, action: DeviceRequest.Action, remark: DeviceRemark?)] = []
    /// The description in `hello`, until the router grants the session.
    private var description: DeviceDescription?
    private var eventsSent: UInt64 = 0
    private var faults = 0
    private var unansweredPings = 0
    /// The state of a command after which nothing has come from the device.
    private var doubt: Doubt?
    private var nextPing: Instant
    private var greetingDeadline: Instant

    /// A command was sent and the device has been silent since: it may be disconnected without notice, and the next
    /// customer must be refused.
    private enum Doubt: Hashable {
        case waiting(until: Instant)
        case pinged(until: Instant)

        var deadline: Instant {
            switch self {
            case .waiting(let until), .pinged(let until): until
            }
        }
    }

    /// A connection that has just opened.
    public init(for kind: DeviceKind, now: Instant) {
        self.kind = kind
        nextPing = now + DeviceLimits.ping
        greetingDeadline = now + DeviceLimits.greeting
    }

    /// The device, once it has sent `hello`.
    public var device: Device? {
        switch state {
        case .greeted(let device), .claiming(let device, _), .open(let device, _): device
        case .fresh, .closed: nil
        }
    }

    /// When to call ``timePassed(_:)``; nil once closed.
    public var deadline: Instant? {
        switch state {
        case .fresh, .greeted: min(nextPing, greetingDeadline)
        case .claiming, .open: min(nextPing, doubt?.deadline ?? nextPing)
        case .closed: nil
        }
    }

    /// Takes one text frame. `random` makes the nonce: outside of tests use the system's generator.
    public mutating func receive(
        _ bytes: [UInt8], now: Instant, random: inout some RandomNumberGenerator
    ) -> [Output] {
        guard state != .closed else { return [] }
        heard()
        let frame: DeviceFrame
        do throws(DeviceProtocolError) {
            frame = try DeviceFrame(bytes)
        } catch {
            if case .tooLarge = error { return close(.tooLarge) }
            return fault(error, call: nil)
        }
        guard case .call(let id, let action, let body) = frame else { return fault(.notAFrame, call: nil) }
        guard !openCalls.contains(where: { $0.id == id }) else { return refuse(id, .callInUse) }
        guard openCalls.count < DeviceLimits.callsMax else {
            return refuse(id, .tooManyCalls)
        }
        do throws(DeviceProtocolError) {
            let request = try DeviceRequest(action: action, body)
            return deviceRequested(request, body, as: id, now: now, random: &random)
        } catch {
            return fault(error, call: id)
        }
    }

    /// A pong, or another sign of life that is not a text frame.
    public mutating func heard() {
        unansweredPings = 0
        doubt = nil
    }

    /// The gateway was suspended: a device's frames since a command may be unread.
    public mutating func giveTime(_ now: Instant) {
        switch doubt {
        case .waiting: doubt = .waiting(until: now + DeviceLimits.commandSilence)
        case .pinged: doubt = .pinged(until: now + DeviceLimits.pong)
        case nil: break
        }
    }

    /// The router granted the session.
    /// - Parameter tag: the address on the counter's tag.
    public mutating func welcome(
        _ connection: ConnectionCount, now: Instant, counter: CounterFacts, tag: String
    ) -> [Output] {
        guard case .claiming(let device, let call) = state else { return [] }
        state = .open(device, connection)
        defer { description = nil }
        let welcomed = send(call, .welcome(Welcome(connection: connection, time: now, counter: counter, tag: tag)))
        return welcomed + (description.map { [.remark(.description($0), of: device)] } ?? [])
    }

    /// The router refused the session. The device gets the reason, and has to connect again.
    public mutating func refuse(_ refused: Refused) -> [Output] {
        guard case .claiming(_, let call) = state else { return [] }
        return [send(.error(call, DeviceError(refused, to: kind)))] + close(.refused)
    }

    /// The router's answer to a call. An answer to a call that is not open, or to another action, is ignored.
    public mutating func answer(_ call: CallID, with reply: DeviceReply) -> [Output] {
        guard let index = openCalls.firstIndex(where: { $0.id == call }), openCalls[index].action.answers(reply) else {
            return []
        }
        openCalls.swapAt(index, openCalls.count - 1)
        let remark = openCalls.removeLast().remark
        if case .refused(let refused) = reply { return [send(.error(call, DeviceError(refused, to: kind)))] }
        var outputs = send(call, .reply(reply))
        if let remark, let device { outputs.append(.remark(remark, of: device)) }
        return outputs
    }

    /// Sends the device an event; before the session is open, and after its end, nothing.
    public mutating func tell(_ event: DeviceEvent, now: Instant) -> [Output] {
        guard case .open = state else { return [] }
        if case .command = event, doubt == nil { doubt = .waiting(until: now + DeviceLimits.commandSilence) }
        eventsSent += 1
        return [send(.event(sequence: eventsSent, name: event.name.rawValue, event.body))]
    }

    /// Ends the connection; calls that are still open get no answer.
    public mutating func close(_ reason: CloseReason) -> [Output] {
        guard state != .closed else { return [] }
        state = .closed
        openCalls = []
        return [.close(reason)]
    }

    /// It may be time for a ping or for the end.
    public mutating func timePassed(_ now: Instant) -> [Output] {
        guard let deadline, now >= deadline else { return [] }
        switch doubt {
        case .waiting(let until) where now >= until:
            doubt = .pinged(until: now + DeviceLimits.pong)
            return [.ping]
        case .pinged(let until) where now >= until:
            return close(.silent)
        case .waiting, .pinged, nil:
            return now < nextPing ? close(.silent) : ping(now)  // Too early for a ping: `hello` or `prove` is late.
        }
    }

    private mutating func ping(_ now: Instant) -> [Output] {
        guard unansweredPings < DeviceLimits.missedPings else { return close(.silent) }
        unansweredPings += 1
        nextPing = now + DeviceLimits.ping
        return [.ping]
    }

    private mutating func deviceRequested(
        _ request: DeviceRequest, _ body: JSONObject, as id: CallID, now: Instant,
        random: inout some RandomNumberGenerator
    ) -> [Output] {
        switch (state, request) {
        case (.fresh, .hello(let device, let description)):
            guard device.kind == kind else { return refuse(id, .wrongGateway) + close(.refused) }
            state = .greeted(device)
            greetingDeadline = now + DeviceLimits.greeting
            let nonce = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            self.description = description.isEmpty ? nil : description
            return send(id, .greeted(nonce: nonce, time: now))
        case (.greeted(let device), .prove):
            state = .claiming(device, id)
            return [.claim(device)]
        case (.open, .scan(let scan)):
            guard kind == .terminal else { return refuse(id, .unsupported) }
            openCalls.append((id, request.action, nil))
            return [.scan(id, scan)]
        case (.open, .received), (.open, .submit), (.open, .result), (.open, .cancel), (.open, .resume),
            (.open, .state):
            guard let call = request.call, kind.may(call) else { return refuse(id, .unsupported) }
            openCalls.append((id, request.action, request.remark(in: body)))
            return [.call(id, call)]
        case (_, .hello), (_, .prove), (_, .received), (_, .submit), (_, .result), (_, .scan), (_, .cancel),
            (_, .resume), (_, .state):
            return refuse(id, .outOfTurn)
        }
    }

    private func send(_ frame: DeviceFrame) -> Output { .send(frame.bytes) }

    private func send(_ call: CallID, _ answer: DeviceAnswer) -> [Output] {
        answer.body.map { [send(.result(call, $0))] } ?? []
    }

    private func refuse(_ id: CallID, _ rule: SessionRule) -> [Output] {
        [send(.error(id, DeviceError(rule, by: kind)))]
    }

    private func refuse(_ id: CallID, _ refusal: Refusal) -> [Output] {
        [send(.error(id, DeviceError(Refused(refusal), to: kind)))]
    }

    private mutating func fault(_ error: DeviceProtocolError, call: CallID?) -> [Output] {
        faults += 1
        let answer = [send(.error(call, DeviceError(error, from: kind)))]
        return faults > DeviceLimits.faultsMax ? answer + close(.faulty) : answer
    }
}

extension DeviceKind {
    /// Whether this kind of device may make the call.
    fileprivate func may(_ call: DeviceCall) -> Bool {
        switch (self, call) {
        case (.pos, .resume(_, let scans)): scans.isEmpty
        case (_, .received), (.terminal, .resume), (_, .cancel(.command, at: _)), (_, .result(_, .refused, _, _)),
            (_, .state):
            true
        case (.terminal, .submit), (.terminal, .scan), (.terminal, .cancel): true
        case (.pos, .result): true
        case (.terminal, .result), (.pos, .submit), (.pos, .scan), (.pos, .cancel): false
        }
    }
}

extension DeviceRequest.Action {
    /// Whether the reply can be an answer to this action.
    fileprivate func answers(_ reply: DeviceReply) -> Bool {
        switch (self, reply) {
        case (_, .refused): true
        case (.received, .proceed), (.submit, .taken), (.result, .taken), (.scan, .accepted), (.resume, .states),
            (.cancel, .taken), (.state, .noted):
            true
        case (_, .proceed), (_, .taken), (_, .accepted), (_, .states), (_, .noted): false
        }
    }
}
