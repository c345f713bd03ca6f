import RelayDomain
import Testing

@testable import DeviceProtocol

@Suite(.timeLimit(.minutes(2))) struct DeviceSessionTests {
    private var session = DeviceSessionStateMachine(Some.terminal, firstAttempt: .seconds(1))
    private var random = SeededGenerator(seed: 1)

    @Test mutating func aDeviceConnectsGreetsProvesAndIsOpen() throws {
        #expect(session.timePassed(.milliseconds(999), random: &random) == [])
        #expect(session.timePassed(.seconds(1), random: &random) == [.connect])
        #expect(try action(session.connected(.seconds(1))) == "hello")
        #expect(try action(received(1, .greeted(nonce: Array(0..<16), time: Some.now), .seconds(1))) == "prove")
        let welcome = Some.welcome
        #expect(received(2, .welcome(welcome), .milliseconds(1_100)) == [.opened(welcome)])
        #expect(session.isOpen)
    }

    /// The relay's clock is taken for the middle of the round trip, and carried on by the monotonic clock.
    @Test mutating func theRelaysTimeIsLearnt() throws {
        open(at: .seconds(5), roundTrip: .milliseconds(100))
        let clock = try #require(session.clock)
        #expect(clock.time(at: .seconds(5)) == Some.now + .milliseconds(50))
        #expect(clock.time(at: .seconds(65)) == Some.now + .milliseconds(60_050))
        #expect(clock.moment(of: Some.now + .milliseconds(60_050)) == .seconds(65))
    }

    /// Another router has taken over, with a clock of its own.
    @Test mutating func theRelaysTimeIsCorrectedWithoutANewSession() throws {
        open(at: .seconds(5))
        let frame = Array(#"[6,1,"time",{"time":1796003600000}]"#.utf8)
        let later = Some.now + .seconds(3_600)
        #expect(session.receive(frame, now: .seconds(10), random: &random) == [.event(.time(later))])
        #expect(try #require(session.clock).time(at: .seconds(11)) == later + .seconds(1))
        #expect(session.isOpen)
    }

    @Test mutating func aCallIsAnsweredOnce() throws {
        open()
        let call = try session.call(.received(Some.command, at: Some.now), now: .seconds(2))
        #expect(try action([call.output]) == "received")
        #expect(
            received(call.id.number, .reply(.proceed(Some.command)), .seconds(3)) == [
                .answered(call.id, .proceed(Some.command))
            ])
        #expect(received(call.id.number, .reply(.proceed(Some.command)), .seconds(3)) == [])
    }

    @Test mutating func aRefusedCallFails() throws {
        open()
        let call = try session.call(.received(Some.command, at: Some.now), now: .seconds(2))
        let error = DeviceError(Refused(.tooLate), to: .terminal)
        let outputs = session.receive(DeviceFrame.error(call.id, error).bytes, now: .seconds(3), random: &random)
        #expect(outputs == [.failed(call.id, .refused(error))])
    }

    @Test mutating func aCallWithoutReplyIsGivenUpInTime() throws {
        open(at: .seconds(2))
        let call = try session.call(.received(Some.command, at: Some.now), now: .seconds(2))
        #expect(session.deadline == .seconds(12))
        #expect(session.timePassed(.seconds(11), random: &random) == [])
        #expect(session.timePassed(.seconds(12), random: &random) == [.failed(call.id, .noReply)])
        #expect(session.isOpen)
    }

    /// A customer waits: what was submitted is repeated soon, whatever calls are open beside it.
    @Test mutating func aSubmissionWithoutReplyIsGivenUpSooner() throws {
        open(at: .seconds(2))
        let resume = try session.call(.resume([]), now: .seconds(2))
        let submit = try session.call(.submit(Some.command, Some.sealed, amount: nil, at: Some.now), now: .seconds(2))
        #expect(session.deadline == .seconds(5))
        #expect(session.timePassed(.seconds(5), random: &random) == [.failed(submit.id, .noReply)])
        #expect(session.deadline == .seconds(12))
        #expect(session.timePassed(.seconds(12), random: &random) == [.failed(resume.id, .noReply)])
    }

    @Test mutating func callsOfALostConnectionFail() throws {
        open()
        let call = try session.call(.resume([Some.command]), now: .seconds(2))
        let outputs = session.disconnected(nil, now: .seconds(3), random: &random)
        #expect(outputs == [.failed(call.id, .connectionLost), .lost(.unreachable)])
        #expect(throws: DeviceSessionStateMachine.CallRefusal.notOpen) {
            try session.call(.resume([]), now: .seconds(3))
        }
    }

    @Test mutating func noMoreCallsAreMadeThanAllowed() throws {
        open()
        for _ in 0..<DeviceLimits.callsMax { _ = try session.call(.resume([]), now: .seconds(2)) }
        let error = DeviceError(.tooManyCalls, by: .terminal)
        #expect(throws: DeviceSessionStateMachine.CallRefusal.tooManyCalls(error)) {
            try session.call(.resume([]), now: .seconds(2))
        }
    }

    @Test mutating func aCallThatIsTooLargeIsNotOpen() throws {
        open()
        let names = [CommandID](repeating: Some.command, count: DeviceLimits.frameBytesMax / 32)
        var refused = 0
        for _ in 0..<DeviceLimits.callsMax {
            do throws(DeviceSessionStateMachine.CallRefusal) {
                _ = try session.call(.resume(names), now: .seconds(2))
            } catch {
                if case .tooLarge = error { refused += 1 }
            }
        }
        #expect(refused == DeviceLimits.callsMax)
        #expect(throws: Never.self) { try session.call(.resume([]), now: .seconds(2)) }
    }

    /// Each byte of a scanned text may be six of JSON.
    @Test mutating func theLongestScanFitsAFrame() throws {
        open()
        let text = try #require(ScannedText(String(repeating: "\u{1}", count: DeviceLimits.scannedBytesMax)))
        let scan = Scan(
            scan: try #require(SubmissionKeyText("s")), symbology: .qr, text: text, amount: nil, at: Some.now)
        #expect(throws: Never.self) { try session.call(.scan(scan), now: .seconds(2)) }
    }

    @Test mutating func silenceEndsTheSessionAndSignsOfLifeProlongIt() {
        open(at: .seconds(2))
        session.heard(.seconds(30))
        #expect(session.timePassed(.seconds(89), random: &random) == [])
        #expect(session.timePassed(.seconds(90), random: &random) == [.close(.silent), .lost(.silent)])
    }

    @Test mutating func aRefusedSessionIsTriedAgainLater() throws {
        _ = session.timePassed(.seconds(1), random: &random)
        _ = session.connected(.seconds(1))
        let error = DeviceError(Refused(.unknownTerminal), to: .terminal)
        let outputs = session.receive(
            DeviceFrame.error(CallID(1), error).bytes, now: .seconds(1), random: &random)
        #expect(outputs == [.close(.done), .lost(.refused(error))])
        #expect(session.deadline != nil)
    }

    @Test mutating func whatCannotBeReadIsPassedOver() {
        open()
        let outputs = session.receive(Array(#"[6,1,"dance",{}]"#.utf8), now: .seconds(2), random: &random)
        #expect(outputs == [.unreadable(.unknownEvent)])
        #expect(session.isOpen)
    }

    /// The frame is reserved for a later relay; a device of today says that it does not know the action.
    @Test mutating func aCallOfTheRelayIsAnsweredAsNotKnown() throws {
        open()
        let call = Array(#"[2,7,"diagnose",{"depth":1}]"#.utf8)
        guard case .send(let bytes)? = session.receive(call, now: .seconds(2), random: &random).first,
            case .error(let id, let error) = try DeviceFrame(bytes)
        else { throw Surprise("no answer") }
        #expect(id == CallID(7) && error.code == .rule(.unsupported) && error.stage == .device)
        #expect(session.isOpen)
    }

    @Test mutating func aDoubleKeepsItsDistance() throws {
        open(at: .seconds(2))
        _ = session.disconnected(.replaced, now: .seconds(3), random: &random)
        #expect(try #require(session.deadline) >= .seconds(63))
    }

    @Test mutating func stoppedMeansStopped() throws {
        open()
        #expect(session.stop() == [.close(.done)])
        #expect(session.deadline == nil)
        #expect(session.timePassed(.seconds(500), random: &random) == [])
        #expect(session.disconnected(nil, now: .seconds(500), random: &random) == [])
    }

    /// Waits grow to their bound, spread over the whole span, and start anew after a session that held.
    @Test mutating func waitsGrowAndSpread() {
        var backOff = BackOff()
        var longest = Duration.zero
        for attempt in 0..<200 {
            let wait = backOff.next(random: &random)
            #expect(wait <= min(BackOff.first * (1 << min(attempt, 10)), BackOff.most))
            longest = max(longest, wait)
        }
        #expect(longest > BackOff.most * 9 / 10)
        backOff.reset()
        #expect(backOff.next(random: &random) <= BackOff.first)
    }

    /// Whatever the network and the gateway do, each call ends once, and the device comes back.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func eachCallEndsExactlyOnce(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var device = DeviceSessionStateMachine(Some.terminal, firstAttempt: .zero)
        var gateway = GatewaySessionStateMachine(for: .terminal, now: Some.now)
        var now = Duration.zero
        var toGateway: [[UInt8]] = [], toDevice: [[UInt8]] = []
        var made = 0, ended: [CallID: Int] = [:], opened = 0, connected = false

        func carryOut(_ outputs: [DeviceSessionStateMachine.Output]) {
            for output in outputs {
                switch output {
                case .connect:
                    connected = true
                    (toGateway, toDevice) = ([], [])
                    gateway = GatewaySessionStateMachine(for: .terminal, now: Some.now + now)
                    carryOut(device.connected(now))
                case .send(let bytes): toGateway.append(bytes)
                case .close: connected = false
                case .opened:
                    opened += 1
                    ended = [:]  // Call numbers go on, but those of before have ended.
                case .answered(let id, _), .failed(let id, _): ended[id, default: 0] += 1
                case .lost, .event, .unreadable: break
                }
            }
        }
        func carryOut(_ outputs: [GatewaySessionStateMachine.Output]) {
            for output in outputs {
                switch output {
                case .send(let bytes): toDevice.append(bytes)
                case .ping: device.heard(now)
                case .remark: break
                case .claim:
                    carryOut(
                        gateway.welcome(
                            ConnectionCount(term: 1, number: 1), now: Some.now + now, counter: Some.counter,
                            tag: Some.tag))
                case .call(let id, .received(let command, at: _)):
                    if .random(using: &random) { carryOut(gateway.answer(id, with: .proceed(command))) }
                case .call(let id, _), .scan(let id, _):
                    carryOut(gateway.answer(id, with: .refused(Refused(.relayLost))))
                case .close(let reason):
                    connected = false
                    carryOut(device.disconnected(reason, now: now, random: &random))
                }
            }
        }

        for _ in 0..<400 {
            now += .milliseconds(Int64.random(in: 0...2_000, using: &random))
            switch Int.random(in: 0..<12, using: &random) {
            case 0 where connected:
                connected = false
                carryOut(device.disconnected(nil, now: now, random: &random))
            case 1 where !toDevice.isEmpty: toDevice.removeFirst()
            case 2: carryOut(device.receive([0x5B], now: now, random: &random))
            case 3, 4, 5:
                if let call = try? device.call(.received(Some.command, at: Some.now), now: now) {
                    made += 1
                    ended[call.id] = 0
                    carryOut([call.output])
                }
            default:
                if connected, !toGateway.isEmpty {
                    carryOut(gateway.receive(toGateway.removeFirst(), now: Some.now + now, random: &random))
                }
                if connected, !toDevice.isEmpty {
                    carryOut(device.receive(toDevice.removeFirst(), now: now, random: &random))
                }
            }
            carryOut(device.timePassed(now, random: &random))
            if connected { carryOut(gateway.timePassed(Some.now + now)) }
            #expect(ended.values.allSatisfy { $0 <= 1 }, "seed \(seed)")
        }
        carryOut(device.stop())
        #expect(ended.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        #expect(opened > 0 && made > 0, "seed \(seed)")
    }

    private mutating func open(at now: Duration = .seconds(1), roundTrip: Duration = .zero) {
        _ = session.timePassed(now - roundTrip, random: &random)
        _ = session.connected(now - roundTrip)
        _ = received(1, .greeted(nonce: Array(0..<16), time: Some.now), now - roundTrip)
        _ = received(2, .welcome(Some.welcome), now)
    }

    private mutating func received(
        _ number: Int64, _ answer: DeviceAnswer, _ now: Duration
    ) -> [DeviceSessionStateMachine.Output] {
        guard let id = CallID(number), let body = answer.body else { return [] }
        return session.receive(DeviceFrame.result(id, body).bytes, now: now, random: &random)
    }

    private func action(_ outputs: [DeviceSessionStateMachine.Output]) throws -> String? {
        guard case .send(let bytes)? = outputs.first, case .call(_, let action, _) = try DeviceFrame(bytes) else {
            return nil
        }
        return action
    }
}
