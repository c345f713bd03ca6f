import RelayDomain

/// The device's side of its connection: connects, sends hello and prove, sends calls, receives events, times out, waits
/// and connects again.
///
/// Owns no socket and no clock: `now` is the device's monotonic clock, counted from any start. The shell carries the
/// outputs out in order, feeds in what comes, and calls ``timePassed(_:random:)`` at ``deadline``.
public struct DeviceSessionStateMachine: Sendable {
    /// The states of a device's connection.
    public enum State: Hashable, Sendable {
        /// Not connected, because it has ended or waits before the next attempt.
        case waiting(until: Duration)
        case connecting
        /// The WebSocket is open; `hello` is on its way.
        case greeting
        case proving(askedAt: Duration)
        case open(since: Duration)
        case stopped
    }

    /// What the shell has to do, in order.
    public enum Output: Hashable, Sendable {
        /// Open a WebSocket to the gateway; then ``connected(_:)`` or ``disconnected(_:now:random:)``.
        case connect
        /// Write this text frame.
        case send([UInt8])
        /// Write a close frame, close, and report nothing more about this connection.
        case close(CloseReason)
        /// The session is open: `resume` what has no outcome, then send calls.
        case opened(Welcome)
        /// The session is over; the next attempt comes by itself.
        case lost(Loss)
        case event(DeviceEvent)
        /// The relay answered a call.
        case answered(CallID, DeviceReply)
        /// The relay refused a call, or the result of a call is not known.
        case failed(CallID, CallFailure)
        /// The relay sent what this version cannot read; it was ignored.
        case unreadable(DeviceProtocolError)
    }

    /// Why a session ended or did not come about.
    public enum Loss: Hashable, Sendable {
        case closed(CloseReason)
        case refused(DeviceError)
        /// The WebSocket could not be opened, or broke.
        case unreachable
        case silent
    }

    /// Why a call has no answer.
    public enum CallFailure: Error, Hashable, Sendable {
        case refused(DeviceError)
        /// Repeat under the same command or scan ID.
        case noReply
        case connectionLost
        /// This version does not understand the answer.
        case unreadable(DeviceProtocolError)
    }

    /// Why a call was not even sent.
    public enum CallRefusal: Error, Hashable, Sendable {
        /// There is no session now.
        case notOpen
        /// ``DeviceLimits/callsMax`` calls are open.
        case tooManyCalls(DeviceError)
        /// The frame would be larger than ``DeviceLimits/frameBytesMax``.
        case tooLarge(DeviceError)
    }

    private struct OpenCall: Hashable {
        let id: CallID
        let action: DeviceRequest.Action
        let until: Duration
    }

    /// The device of this connection.
    public let device: Device
    private let description: DeviceDescription
    /// The connection's state.
    public private(set) var state: State
    /// The estimate of the relay's time; kept when the session is lost.
    public private(set) var clock: RelayTimeEstimate?
    /// In the order in which they were made, so the first is the first to time out.
    private var openCalls: [OpenCall] = []
    private var nextCall: Int64 = 1
    private var lastHeard: Duration
    private var backOff = BackOff()

    /// - Parameter firstAttempt: when to connect for the first time; it spreads many devices of one process over time.
    public init(_ device: Device, _ description: DeviceDescription = DeviceDescription(), firstAttempt: Duration) {
        self.device = device
        self.description = description
        state = .waiting(until: firstAttempt)
        lastHeard = firstAttempt
    }

    /// Whether a session is open, so that calls are possible.
    public var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    /// When to call ``timePassed(_:random:)``; nil once stopped.
    public var deadline: Duration? {
        switch state {
        case .waiting(let until): until
        case .connecting, .greeting, .proving: lastHeard + DeviceLimits.greeting
        case .open: openCalls.map(\.until).reduce(lastHeard + DeviceLimits.silence, min)
        case .stopped: nil
        }
    }

    /// The WebSocket is open.
    public mutating func connected(_ now: Duration) -> [Output] {
        guard state == .connecting else { return [] }
        state = .greeting
        lastHeard = now
        return [makeCall(.hello(device, description), now: now)]
    }

    /// The WebSocket could not be opened, broke, or was closed by the gateway.
    public mutating func disconnected(
        _ reason: CloseReason?, now: Duration, random: inout some RandomNumberGenerator
    ) -> [Output] {
        switch state {
        case .connecting, .greeting, .proving, .open:
            lose(reason.map(Loss.closed) ?? .unreachable, now: now, random: &random)
        case .waiting, .stopped: []
        }
    }

    /// A ping, or another sign of life that is not a text frame.
    public mutating func heard(_ now: Duration) { lastHeard = now }

    /// Takes one text frame.
    public mutating func receive(
        _ bytes: [UInt8], now: Duration, random: inout some RandomNumberGenerator
    ) -> [Output] {
        lastHeard = now
        do throws(DeviceProtocolError) {
            switch try DeviceFrame(bytes) {
            case .result(let id, let body): return callEnded(id, .success(body), now: now, random: &random)
            case .error(let id?, let error): return callEnded(id, .failure(error), now: now, random: &random)
            case .event(sequence: _, let name, let body):
                return isOpen ? eventReceived(try DeviceEvent(name: name, body), now: now) : []
            case .call(let id, action: _, _):
                // Reserved for a later version of the relay: this version supports no action of the relay.
                return [.send(DeviceFrame.error(id, DeviceError(notKnownTo: device.kind)).bytes)]
            case .error(nil, _): return [.unreadable(.notAFrame)]
            }
        } catch {
            return [.unreadable(error)]
        }
    }

    /// Calls the relay. The answer comes as ``Output/answered(_:_:)`` or ``Output/failed(_:_:)``, exactly one of them.
    public mutating func call(
        _ request: DeviceRequest, now: Duration
    ) throws(CallRefusal) -> (id: CallID, output: Output) {
        guard isOpen else { throw .notOpen }
        guard openCalls.count < DeviceLimits.callsMax else {
            throw .tooManyCalls(DeviceError(.tooManyCalls, by: device.kind))
        }
        let call = open(request, now: now)
        guard call.bytes.count <= DeviceLimits.frameBytesMax else {
            openCalls.removeLast()
            throw .tooLarge(DeviceError(.tooLarge(bytes: call.bytes.count), from: device.kind))
        }
        return (call.id, .send(call.bytes))
    }

    /// Ends for good.
    public mutating func stop() -> [Output] {
        defer { state = .stopped }
        switch state {
        case .connecting, .greeting, .proving, .open: return forsakeCalls() + [.close(.done)]
        case .waiting, .stopped: return []
        }
    }

    /// It may be time to connect, to end a call without an answer, or to close the connection.
    public mutating func timePassed(_ now: Duration, random: inout some RandomNumberGenerator) -> [Output] {
        guard let deadline, now >= deadline else { return [] }
        switch state {
        case .waiting:
            state = .connecting
            lastHeard = now
            return [.connect]
        case .connecting, .greeting, .proving:
            return [.close(.silent)] + lose(.silent, now: now, random: &random)
        case .open:
            guard now < lastHeard + DeviceLimits.silence else {
                return [.close(.silent)] + lose(.silent, now: now, random: &random)
            }
            let unanswered = openCalls.filter { $0.until <= now }
            openCalls.removeAll { $0.until <= now }
            return unanswered.map { .failed($0.id, .noReply) }
        case .stopped:
            return []
        }
    }

    private mutating func eventReceived(_ event: DeviceEvent, now: Duration) -> [Output] {
        if case .time(let time) = event { clock = RelayTimeEstimate(time, askedAt: now, heardAt: now) }
        return [.event(event)]
    }

    private mutating func makeCall(_ request: DeviceRequest, now: Duration) -> Output {
        .send(open(request, now: now).bytes)
    }

    private mutating func open(_ request: DeviceRequest, now: Duration) -> (id: CallID, bytes: [UInt8]) {
        guard let id = CallID(nextCall) else { preconditionFailure("a connection does not live for 2^53 calls") }
        nextCall += 1
        openCalls.append(OpenCall(id: id, action: request.action, until: now + request.action.replyLimit))
        return (id, DeviceFrame.call(id, action: request.action.rawValue, request.body).bytes)
    }

    private mutating func callEnded(
        _ id: CallID, _ result: Result<JSONObject, DeviceError>, now: Duration,
        random: inout some RandomNumberGenerator
    ) -> [Output] {
        guard let index = openCalls.firstIndex(where: { $0.id == id }) else { return [] }  // It had timed out before.
        let call = openCalls.remove(at: index)
        do throws(DeviceProtocolError) {
            switch result {
            case .failure(let error) where !isOpen:
                return [.close(.done)] + lose(.refused(error), now: now, random: &random)
            case .failure(let error):
                return [.failed(id, .refused(error))]
            case .success(let body):
                return answerReceived(try DeviceAnswer(to: call.action, body), to: id, now: now)
            }
        } catch {
            if isOpen { return [.failed(id, .unreadable(error))] }
            return [.unreadable(error), .close(.protocolError)]
                + lose(.closed(.protocolError), now: now, random: &random)
        }
    }

    private mutating func answerReceived(_ answer: DeviceAnswer, to id: CallID, now: Duration) -> [Output] {
        switch (answer, state) {
        case (.greeted, .greeting):
            state = .proving(askedAt: now)
            return [makeCall(.prove, now: now)]
        case (.welcome(let welcome), .proving(let askedAt)):
            state = .open(since: now)
            clock = RelayTimeEstimate(welcome.time, askedAt: askedAt, heardAt: now)
            return [.opened(welcome)]
        case (.reply(let reply), _):
            return [.answered(id, reply)]
        case (.greeted, _), (.welcome, _):
            return []
        }
    }

    private mutating func lose(
        _ loss: Loss, now: Duration, random: inout some RandomNumberGenerator
    ) -> [Output] {
        if case .open(let since) = state, now - since >= BackOff.stableAfter { backOff.reset() }
        var wait = backOff.next(random: &random)
        if loss == .closed(.replaced) { wait += BackOff.replaced }
        state = .waiting(until: now + wait)
        return forsakeCalls() + [.lost(loss)]
    }

    /// Open calls fail with the session. `hello` and `prove` are not reported: they are the machine's own calls.
    private mutating func forsakeCalls() -> [Output] {
        defer { openCalls = [] }
        return openCalls.compactMap { call in
            call.action == .hello || call.action == .prove ? nil : .failed(call.id, .connectionLost)
        }
    }
}

extension DeviceRequest.Action {
    /// How long a device waits for the reply.
    fileprivate var replyLimit: Duration {
        switch self {
        case .submit, .scan: DeviceLimits.submissionReply
        case .hello, .prove, .received, .result, .cancel, .resume, .state: DeviceLimits.reply
        }
    }
}
