import RelayDomain

/// The gateway's side of one device's connection: bytes in; calls, frames and the end out. Owns no socket and no clock.
///
/// The gateway feeds it each text frame, each pong and, at ``deadline``, the time; it carries the outputs out in order.
public struct GatewaySessionStateMachine: Sendable {
    public enum State: Hashable, Sendable {
        /// Open, and nobody has said a word.
        case fresh
        /// The device has said who it is.
        case greeted(Device)
        /// The router is asked for a session.
        case claiming(Device, CallID)
        case open(Device, ConnectionCount)
        case closed
    }

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
        /// Log this: the device said it for nothing else.
        case remark(DeviceRemark)
        /// Write a close frame and close. The last output there is.
        case close(CloseReason)
    }

    public private(set) var state: State = .fresh
    /// The kind of device that this gateway is for.
    private let kind: DeviceKind
    /// At most ``DeviceLimits/callsMost``, so a search is quick.
    private var openCalls: [(id: CallID, action: DeviceRequest.Action)] = []
    private var eventsSent: UInt64 = 0
    private var faults = 0
    private var unansweredPings = 0
    private var nextPing: Instant
    private var greetingLimit: Instant

    /// A connection that has just opened.
    public init(for kind: DeviceKind, now: Instant) {
        self.kind = kind
        nextPing = now + DeviceLimits.ping
        greetingLimit = now + DeviceLimits.greeting
    }

    /// The device, once it has said who it is.
    public var device: Device? {
        switch state {
        case .greeted(let device), .claiming(let device, _), .open(let device, _): device
        case .fresh, .closed: nil
        }
    }

    /// When to call ``timePassed(_:)``; nil once closed.
    public var deadline: Instant? {
        switch state {
        case .fresh, .greeted: min(nextPing, greetingLimit)
        case .claiming, .open: nextPing
        case .closed: nil
        }
    }

    /// Takes one text frame. `random` makes the nonce: give it the system's generator outside of tests.
    public mutating func receive(
        _ bytes: [UInt8], now: Instant, random: inout some RandomNumberGenerator
    ) -> [Output] {
        guard state != .closed else { return [] }
        unansweredPings = 0
        let frame: DeviceFrame
        do throws(DeviceProtocolError) {
            frame = try DeviceFrame(bytes)
        } catch {
            if case .tooLarge = error { return close(.tooLarge) }
            return fault(error, call: nil)
        }
        guard case .call(let id, let action, let body) = frame else { return fault(.notAFrame, call: nil) }
        guard !openCalls.contains(where: { $0.id == id }) else { return refuse(id, .callInUse) }
        guard openCalls.count < DeviceLimits.callsMost else {
            return refuse(id, .tooManyCalls)
        }
        do throws(DeviceProtocolError) {
            return take(try DeviceRequest(action: action, body), as: id, now: now, random: &random)
        } catch {
            return fault(error, call: id)
        }
    }

    /// A pong, or another sign of life that is no text frame.
    public mutating func heard() { unansweredPings = 0 }

    /// The router granted the session.
    public mutating func welcome(_ connection: ConnectionCount, now: Instant) -> [Output] {
        guard case .claiming(let device, let call) = state else { return [] }
        state = .open(device, connection)
        return send(call, .welcome(Welcome(connection: connection, time: now)))
    }

    /// The router refused the session. The device hears why, and has to connect again.
    public mutating func refuse(_ refused: Refused) -> [Output] {
        guard case .claiming(_, let call) = state else { return [] }
        return [send(.error(call, DeviceError(refused, to: kind)))] + close(.refused)
    }

    /// The router's answer to a call. An answer to a call that is not open, or to another action, says nothing.
    public mutating func answer(_ call: CallID, with reply: DeviceReply) -> [Output] {
        guard let index = openCalls.firstIndex(where: { $0.id == call }), openCalls[index].action.answers(reply) else {
            return []
        }
        openCalls.swapAt(index, openCalls.count - 1)
        openCalls.removeLast()
        if case .refused(let refused) = reply { return [send(.error(call, DeviceError(refused, to: kind)))] }
        return send(call, .reply(reply))
    }

    /// Tells the device something. Before the session stands, or after its end, nothing is told.
    public mutating func tell(_ event: DeviceEvent) -> [Output] {
        guard case .open = state else { return [] }
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

    /// The time may have come for a ping or for the end.
    public mutating func timePassed(_ now: Instant) -> [Output] {
        guard let deadline, now >= deadline else { return [] }
        guard now < nextPing else {
            guard unansweredPings < DeviceLimits.missedPings else { return close(.silent) }
            unansweredPings += 1
            nextPing = now + DeviceLimits.ping
            return [.ping]
        }
        return close(.silent)  // Did not greet in time.
    }

    private mutating func take(
        _ request: DeviceRequest, as id: CallID, now: Instant, random: inout some RandomNumberGenerator
    ) -> [Output] {
        switch (state, request) {
        case (.fresh, .hello(let device, let software)):
            guard device.kind == kind else { return refuse(id, .wrongGateway) + close(.refused) }
            state = .greeted(device)
            greetingLimit = now + DeviceLimits.greeting
            let nonce = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            let greeted = send(id, .greeted(nonce: nonce, time: now))
            return greeted + (software.map { [.remark(.software($0, of: device))] } ?? [])
        case (.greeted(let device), .prove):
            state = .claiming(device, id)
            return [.claim(device)]
        case (.open, .scan(let scan)):
            guard kind == .terminal else { return refuse(id, .unsupported) }
            openCalls.append((id, request.action))
            return [.scan(id, scan)]
        case (.open, .received), (.open, .submit), (.open, .result), (.open, .cancel), (.open, .resume):
            guard let call = request.call, kind.may(call) else { return refuse(id, .unsupported) }
            openCalls.append((id, request.action))
            if case .result(let command, _, let evidence?, at: _) = request {
                return [.remark(.evidence(evidence, of: command)), .call(id, call)]
            }
            return [.call(id, call)]
        case (_, .hello), (_, .prove), (_, .received), (_, .submit), (_, .result), (_, .scan), (_, .cancel),
            (_, .resume):
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
        return faults > DeviceLimits.faultsMost ? answer + close(.faulty) : answer
    }
}

extension DeviceKind {
    /// Whether this kind of device has anything to do with that call.
    fileprivate func may(_ call: DeviceCall) -> Bool {
        switch (self, call) {
        case (_, .received), (_, .resume), (_, .cancel(.command, at: _)), (_, .result(_, .refused, _)): true
        case (.terminal, .submit), (.terminal, .scan), (.terminal, .cancel(.scan, at: _)): true
        case (.pos, .result): true
        case (.terminal, .result), (.pos, .submit), (.pos, .scan), (.pos, .cancel(.scan, at: _)): false
        }
    }
}

extension DeviceRequest.Action {
    /// Whether the reply can be an answer to this action.
    fileprivate func answers(_ reply: DeviceReply) -> Bool {
        switch (self, reply) {
        case (_, .refused): true
        case (.received, .proceed), (.submit, .taken), (.result, .taken), (.scan, .accepted), (.resume, .states),
            (.cancel, .taken):
            true
        case (_, .proceed), (_, .taken), (_, .accepted), (_, .states): false
        }
    }
}
