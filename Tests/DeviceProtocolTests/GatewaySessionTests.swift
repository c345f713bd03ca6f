import RelayDomain
import Testing

@testable import DeviceProtocol

@Suite(.timeLimit(.minutes(2))) struct GatewaySessionTests {
    private var session = GatewaySessionStateMachine(for: .terminal, now: Some.now)
    private var random = SeededGenerator(seed: 1)

    @Test mutating func aDeviceGreetsProvesAndIsWelcome() throws {
        let greeted = try result(of: received(1, .hello(Some.terminal)))
        guard case .greeted(let nonce, time: Some.now) = try DeviceAnswer(to: .hello, greeted) else {
            throw Surprise("no greeting")
        }
        #expect(nonce.count == 32 && Set(nonce).count > 16)
        #expect(received(2, .prove) == [.claim(Some.terminal)])
        let count = ConnectionCount(term: 2, number: 9)
        let welcome = try result(of: session.welcome(count, now: Some.now, counter: Some.counter, tag: Some.tag))
        #expect(
            try DeviceAnswer(to: .prove, welcome)
                == .welcome(Welcome(connection: count, time: Some.now, counter: Some.counter, tag: Some.tag)))
        #expect(session.state == .open(Some.terminal, count))
    }

    /// A stranger writes no log: what a device says of itself is handed out once the router has granted its session,
    /// what it says of a command once the router has taken it.
    @Test mutating func whatIsForTheLogIsHandedOutAfterTheRoutersWord() throws {
        func remarks(_ outputs: [GatewaySessionStateMachine.Output]) -> [DeviceRemark] {
            outputs.compactMap { if case .remark(let remark, of: Some.pos) = $0 { remark } else { nil } }
        }
        session = GatewaySessionStateMachine(for: .pos, now: Some.now)
        let description = DeviceDescription(maker: "Acme", firmware: "till/2")
        #expect(remarks(received(1, .hello(Some.pos, description)) + received(2, .prove)) == [])
        let welcomed = session.welcome(
            ConnectionCount(term: 1, number: 1), now: Some.now, counter: Some.counter, tag: Some.tag)
        #expect(remarks(welcomed) == [.description(description)])

        let evidence = Evidence(.receiptNumber(Evidence.Text("R-1")!), amount: .unchecked)
        let result = DeviceRequest.result(Some.command, .entered(nil), evidence, at: Some.now)
        #expect(remarks(received(3, result)) == [])
        #expect(remarks(session.answer(try id(3), with: .refused(Refused(.unknownCommand)))) == [])
        _ = received(4, result)
        #expect(
            remarks(session.answer(try id(4), with: .taken(Some.command))) == [.evidence(evidence, of: Some.command)])

        let unfit = #"{"command":"\#(Some.command.text)","result":"entered","evidence":{"kind":"photo"},"at":1}"#
        let call = Array(#"[2,5,"result",\#(unfit)]"#.utf8)
        #expect(remarks(session.receive(call, now: Some.now, random: &random)) == [])
        #expect(remarks(session.answer(try id(5), with: .taken(Some.command))) == [.unfitEvidence(of: Some.command)])
    }

    @Test mutating func whoIsRefusedLeavesNoTraceInTheLog() {
        _ = received(1, .hello(Some.terminal, DeviceDescription(maker: "Acme")))
        _ = received(2, .prove)
        let refused = session.refuse(Refused(.unknownTerminal)) + session.close(.done)
        #expect(!refused.contains { if case .remark = $0 { true } else { false } })
    }

    @Test mutating func nothingElseIsHeardBeforeTheWelcome() throws {
        for request in Some.requests.map(\.value) where ![.hello, .prove].contains(request.action) {
            #expect(try code(of: received(1, request)) == .refusal(.outOfTurn))
        }
        #expect(try code(of: received(1, .prove)) == .refusal(.outOfTurn))
        _ = received(1, .hello(Some.terminal))
        #expect(try code(of: received(2, .hello(Some.terminal))) == .refusal(.outOfTurn))
        _ = received(3, .prove)
        #expect(try code(of: received(4, .prove)) == .refusal(.outOfTurn))
        #expect(try code(of: received(5, .received(Some.command, at: Some.now))) == .refusal(.outOfTurn))
        #expect(session.tell(.cancel(Some.command), now: Some.now) == [])
    }

    @Test mutating func aDeviceOfTheOtherKindIsSentAway() throws {
        let outputs = received(1, .hello(Some.pos))
        #expect(try code(of: outputs) == .rule(.wrongGateway))
        #expect(outputs.last == .close(.refused))
    }

    @Test mutating func aRefusedClaimIsExplainedAndCloses() throws {
        _ = received(1, .hello(Some.terminal))
        _ = received(2, .prove)
        let outputs = session.refuse(Refused(.unknownTerminal))
        #expect(try code(of: outputs) == .refusal(.unknownTerminal))
        #expect(outputs.last == .close(.refused))
        #expect(received(3, .prove) == [])
    }

    @Test mutating func callsAreHandedOnAndAnsweredOnce() throws {
        open()
        let call = DeviceCall.submit(Some.command, Some.sealed, amount: nil, at: Some.now)
        let outputs = received(3, .submit(Some.command, Some.sealed, amount: nil, at: Some.now))
        #expect(outputs == [.call(try id(3), call)])
        #expect(session.answer(try id(3), with: .proceed(Some.command)) == [], "no answer to submit")
        let answer = try result(of: session.answer(try id(3), with: .taken(Some.command)))
        #expect(try DeviceAnswer(to: .submit, answer) == .reply(.taken(Some.command)))
        #expect(session.answer(try id(3), with: .taken(Some.command)) == [])
    }

    @Test mutating func aRefusalBecomesAnErrorFrame() throws {
        open()
        _ = received(3, .received(Some.command, at: Some.now))
        let outputs = session.answer(try id(3), with: .refused(Refused(.tooLate)))
        #expect(try code(of: outputs) == .refusal(.tooLate))
    }

    @Test mutating func aScanIsHandedOnPlainForTheGatewayToSeal() throws {
        open()
        guard case .scan(let scan)? = Some.requests.map(\.value).first(where: { $0.action == .scan }) else {
            Issue.record("no example is a scan")
            return
        }
        #expect(received(3, .scan(scan)) == [.scan(try id(3), scan)])
        let outputs = session.answer(try id(3), with: .accepted(Some.transaction))
        #expect(try DeviceAnswer(to: .scan, try result(of: outputs)) == .reply(.accepted(Some.transaction)))
    }

    @Test mutating func noMoreCallsAreOpenThanAllowed() throws {
        open()
        for number in 10..<10 + Int64(DeviceLimits.callsMax) {
            #expect(received(number, .received(Some.command, at: Some.now)).count == 1)
        }
        #expect(try code(of: received(99, .received(Some.command, at: Some.now))) == .rule(.tooManyCalls))
        #expect(try code(of: received(10, .received(Some.command, at: Some.now))) == .rule(.callInUse))
        _ = session.answer(try id(10), with: .proceed(Some.command))
        #expect(received(99, .resume([])) == [.call(try id(99), .resume([]))])
    }

    @Test mutating func eachKindOfDeviceHasItsOwnCalls() throws {
        open()
        #expect(try code(of: received(3, .result(Some.command, .uncertain, nil, at: Some.now))) == .rule(.unsupported))
        #expect(
            try code(of: received(4, .result(Some.command, .entered(nil), nil, at: Some.now))) == .rule(.unsupported))
        let refusal = CommandResult.refused(try #require(ReasonCode("deviceBusy")))
        #expect(received(5, .result(Some.command, refusal, nil, at: Some.now)).count == 1)
        session = GatewaySessionStateMachine(for: .pos, now: Some.now)
        open(as: Some.pos)
        #expect(
            try code(of: received(3, .submit(Some.command, Some.sealed, amount: nil, at: Some.now)))
                == .rule(.unsupported))
        #expect(received(4, .result(Some.command, .uncertain, nil, at: Some.now)).count == 1)
        let scans = [try #require(SubmissionKeyText("s-1"))]
        #expect(try code(of: received(5, .resume([], scans: scans))) == .rule(.unsupported))
        #expect(try code(of: received(6, .cancel(.transaction(Some.transaction), at: Some.now))) == .rule(.unsupported))
        let scan = try #require(Some.requests.map(\.value).first { $0.action == .scan })
        #expect(try code(of: received(7, scan)) == .rule(.unsupported))
    }

    @Test mutating func bothKindsSayWhetherTheyAreReady() throws {
        for (kind, device) in [(DeviceKind.terminal, Some.terminal), (.pos, Some.pos)] {
            session = GatewaySessionStateMachine(for: kind, now: Some.now)
            open(as: device)
            let reason = try #require(ReasonCode("noPaper"))
            let outputs = received(3, .state(isReady: false, reason: reason))
            #expect(outputs == [.call(try id(3), .state(isReady: false, reason: reason))])
            let answer = try result(of: session.answer(try id(3), with: .noted))
            #expect(try DeviceAnswer(to: .state, answer) == .reply(.noted))
        }
    }

    @Test mutating func anActionOfTheFutureIsAnswered() throws {
        open()
        for action in ["dance", "CANCEL"] {
            let outputs = session.receive(Array(#"[2,7,"\#(action)",{"x":1}]"#.utf8), now: Some.now, random: &random)
            #expect(try code(of: outputs) == .rule(.unsupported))
        }
    }

    @Test mutating func eventsAreNumberedFromOne() throws {
        open()
        for sequence in 1...3 as ClosedRange<UInt64> {
            guard case .send(let bytes)? = session.tell(.cancel(Some.command), now: Some.now).first,
                case .event(let number, _, _) = try DeviceFrame(bytes)
            else { throw Surprise("no event") }
            #expect(number == sequence)
        }
    }

    @Test mutating func nonsenseIsAnsweredUntilItIsTooMuch() throws {
        for _ in 0..<DeviceLimits.faultsMax {
            let outputs = session.receive(Array("nonsense".utf8), now: Some.now, random: &random)
            #expect(outputs.count == 1)
            #expect(try code(of: outputs) == .refusal(.malformed))
        }
        let last = session.receive(Array("nonsense".utf8), now: Some.now, random: &random)
        #expect(last.last == .close(.faulty))
        #expect(session.deadline == nil)
    }

    @Test mutating func aFrameAboveTheBoundCloses() {
        let outputs = session.receive(
            [UInt8](repeating: 0x20, count: DeviceLimits.frameBytesMax + 1), now: Some.now, random: &random)
        #expect(outputs == [.close(.tooLarge)])
    }

    @Test mutating func whoDoesNotGreetIsClosed() throws {
        #expect(session.deadline == Some.now + DeviceLimits.greeting)
        #expect(session.timePassed(Some.now + .seconds(9)) == [])
        #expect(session.timePassed(Some.now + .seconds(10)) == [.close(.silent)])
    }

    @Test mutating func whoDoesNotProveIsClosed() throws {
        _ = session.receive(
            frame(1, .hello(Some.terminal)), now: Some.now + .seconds(8), random: &random)
        #expect(session.timePassed(Some.now + .seconds(17)) == [])
        #expect(session.timePassed(Some.now + .seconds(18)) == [.close(.silent)])
    }

    @Test mutating func twoMissedPingsClose() {
        open()
        #expect(session.timePassed(Some.now + .seconds(25)) == [.ping])
        session.heard()
        #expect(session.timePassed(Some.now + .seconds(50)) == [.ping])
        #expect(session.timePassed(Some.now + .seconds(75)) == [.ping])
        #expect(session.timePassed(Some.now + .seconds(99)) == [])
        #expect(session.timePassed(Some.now + .seconds(100)) == [.close(.silent)])
    }

    /// A device in a network's hole: the command asks for a sign of life, and its absence ends the session soon.
    @Test mutating func aCommandThatNobodyHearsIsFollowedByAPingAndTheEnd() {
        open()
        _ = session.tell(.command(Some.fullCommand), now: Some.now)
        #expect(session.deadline == Some.now + .seconds(1))
        #expect(session.timePassed(Some.now + .milliseconds(999)) == [])
        #expect(session.timePassed(Some.now + .seconds(1)) == [.ping])
        #expect(session.timePassed(Some.now + .milliseconds(3_999)) == [])
        #expect(session.timePassed(Some.now + .seconds(4)) == [.close(.silent)])
    }

    @Test mutating func anySignOfLifeAfterACommandIsEnough() {
        open()
        _ = session.tell(.command(Some.fullCommand), now: Some.now)
        session.heard()
        #expect(session.deadline == Some.now + DeviceLimits.ping, "heard before the ping")
        _ = session.tell(.command(Some.fullCommand), now: Some.now)
        #expect(session.timePassed(Some.now + .seconds(1)) == [.ping])
        _ = received(9, .received(Some.command, at: Some.now))
        #expect(session.deadline == Some.now + DeviceLimits.ping, "heard after it")
    }

    /// The relay sends a command twice: the second does not put the end off.
    @Test mutating func aRepeatedCommandDoesNotProlongTheDoubt() {
        open()
        _ = session.tell(.command(Some.fullCommand), now: Some.now)
        #expect(session.timePassed(Some.now + .seconds(1)) == [.ping])
        _ = session.tell(.command(Some.fullCommand), now: Some.now + .seconds(3))
        #expect(session.timePassed(Some.now + .seconds(4)) == [.close(.silent)])
    }

    @Test mutating func newsAloneIsNoReasonToDoubt() {
        open()
        _ = session.tell(.outcome(Some.command, scan: nil, Some.status(.approved())), now: Some.now)
        #expect(session.deadline == Some.now + DeviceLimits.ping)
    }

    private mutating func open(as device: Device = Some.terminal) {
        _ = received(1, .hello(device))
        _ = received(2, .prove)
        _ = session.welcome(
            ConnectionCount(term: 1, number: 1), now: Some.now, counter: Some.counter, tag: Some.tag)
    }

    private mutating func received(_ number: Int64, _ request: DeviceRequest) -> [GatewaySessionStateMachine.Output] {
        session.receive(frame(number, request), now: Some.now, random: &random)
    }

    private func frame(_ number: Int64, _ request: DeviceRequest) -> [UInt8] {
        CallID(number).map { DeviceFrame.call($0, action: request.action.rawValue, request.body).bytes } ?? []
    }

    private func id(_ number: Int64) throws -> CallID { try #require(CallID(number)) }

    private func result(of outputs: [GatewaySessionStateMachine.Output]) throws -> JSONObject {
        guard case .send(let bytes)? = outputs.first, case .result(_, let body) = try DeviceFrame(bytes) else {
            throw DeviceProtocolError.notAFrame
        }
        return body
    }

    private func code(of outputs: [GatewaySessionStateMachine.Output]) throws -> DeviceErrorCode {
        guard case .send(let bytes)? = outputs.first, case .error(_, let error) = try DeviceFrame(bytes) else {
            throw DeviceProtocolError.notAFrame
        }
        return error.code
    }
}
