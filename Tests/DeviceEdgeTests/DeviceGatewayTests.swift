import DeviceProtocol
import RelayDomain
import RelayTesting
import Testing

@testable import DeviceEdge

/// Real WebSockets on one side, a router made of the real bus on the other.
@Suite(.timeLimit(.minutes(2)))
struct DeviceGatewayTests {
    private let bus: TemporaryBus
    private let router: FakeRouter

    init() throws {
        bus = try TemporaryBus()
        router = FakeRouter(bus)
    }

    /// A device with a session, welcomed.
    private func session(_ gateway: RunningGateway, _ device: Device = Sample.terminal) async throws -> TestDevice {
        let terminal = try await gateway.connect()
        try await terminal.greet(as: device)
        guard case .frame(.result(CallID(2)!, _)) = await terminal.next() else { throw Failure.noWelcome }
        return terminal
    }

    @Test func aCallPassesToTheRouterAndItsAnswerBack() async throws {
        try await router.open()
        try await withGateway(at: bus) { gateway in
            let terminal = try await gateway.connect()
            try await terminal.greet(as: Sample.terminal)
            guard case .frame(.result(_, let body)) = await terminal.next(),
                case .welcome(let welcome) = try DeviceAnswer(to: .prove, body)
            else { throw Failure.noWelcome }
            #expect(welcome.connection == Sample.count(1, 1))
            #expect((welcome.time - FakeRouter.now).milliseconds.magnitude < 60_000)
            #expect(gateway.health.isReady)

            try await terminal.call(3, .received(Sample.command, at: Sample.now))
            let call = await router.call()
            #expect(call.session == DeviceSession(device: Sample.terminal, count: Sample.count(1, 1)))
            #expect(call.content == .received(Sample.command, at: Sample.now))
            #expect((call.gatewayAt - FakeRouter.now).milliseconds.magnitude < 60_000)
            await router.answer(call, .proceed(Sample.command))
            guard case .frame(.result(CallID(3)!, _)) = await terminal.next() else { throw Failure.noResult }
        }
        await router.end()
    }

    @Test func commandsAndOutcomesReachTheDevice() async throws {
        try await router.open()
        try await withGateway(at: bus) { gateway in
            let terminal = try await session(gateway)
            let held = DeviceSession(device: Sample.terminal, count: Sample.count(1, 1))
            let order = Sample.order(expiresAt: FakeRouter.now + .seconds(3_600))
            await router.order(.command(held, order))
            await router.order(.outcome(held, Sample.command, scan: nil, Sample.approved))
            let command = DeviceEvent.command(order)
            #expect(await terminal.next() == .frame(.event(sequence: 1, name: "command", command.body)))
            guard case .frame(.event(sequence: 2, name: "outcome", _)) = await terminal.next() else {
                throw Failure.noOutcome
            }
        }
        await router.end()
    }

    @Test func aResultForACommandThatTheDeviceNeverGotIsRefusedByTheRouter() async throws {
        try await router.open()
        try await withGateway(at: bus) { gateway in
            let terminal = try await session(gateway)
            try await terminal.call(3, .result(Sample.command, .refused(ReasonCode("canceled")!), nil, at: Sample.now))
            let call = await router.call()
            await router.answer(call, .refused(Refused(.unknownCommand)))
            guard case .frame(.error(CallID(3)!, let error)) = await terminal.next() else { throw Failure.noResult }
            #expect(error.code.text == "unknownCommand")
        }
        await router.end()
    }

    // MARK: - Frames that are none

    @Test func whatIsNoFrameIsAnsweredAndTheConnectionStays() async throws {
        try await router.open()
        try await withGateway(at: bus) { gateway in
            let terminal = try await session(gateway)
            for (frame, word) in [("{", "malformed"), ("[2,7,\"dance\",{}]", "unsupported"), ("[9]", "malformed")] {
                try await terminal.send(frame)
                guard case .frame(.error(_, let error)) = await terminal.next() else { throw Failure.noResult }
                #expect(error.code.text == word)
            }
            try await terminal.send(.ping, [1])
            #expect(await terminal.next() == .pong)
        }
        await router.end()
    }

    @Test func framesThatBreakTheRulesCloseWithTheirCode() async throws {
        try await router.open()
        try await withGateway(at: bus) { gateway in
            let binary = try await session(gateway, Sample.terminal(1))
            try await binary.send(.binary, Array("[2,1,\"resume\",{}]".utf8))
            #expect(await binary.next() == .closed(1003, "notText"))
            let large = try await session(gateway, Sample.terminal(2))
            try await large.send(.text, [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20))
            #expect(await large.next() == .closed(1009, "tooLarge"))
            let unmasked = try await session(gateway, Sample.terminal(3))
            try await unmasked.send(.text, Array("[]".utf8), masked: false)
            #expect(await unmasked.next() == .closed(1002, "protocolError"))
            let garbled = try await session(gateway, Sample.terminal(5))
            try await garbled.send(.text, Array("[2,3,\"resume\",{\"x\":\"".utf8) + [0xC3, 0x28] + Array("\"}]".utf8))
            #expect(await garbled.next() == .closed(1007, "notUTF8"))
            let leaving = try await session(gateway, Sample.terminal(4))
            try await leaving.send(.connectionClose, [0x03, 0xE8])
            #expect(await leaving.next() == .closed(1000, "done"))
            // Each of them had a session, and the router hears of each end.
            let ended = await router.received(atLeast: 5) { received -> Device? in
                if case .sessionEnded(let session) = received.message { session.device } else { nil }
            }
            #expect(Set(ended).count == 5)
        }
        await router.end()
    }

    // MARK: - Handshakes

    @Test func aHandshakeForAnotherProtocolIsRefused() async throws {
        try await withGateway(at: bus) { gateway in
            let other = try await gateway.connect(protocol: "baton.v9")
            #expect(other.answer == .refused(400))
        }
    }

    @Test func aDeviceMoreThanMayBeIsTurnedAwayUntilOneLeaves() async throws {
        try await router.open()
        try await withGateway(at: bus, connectionsMax: 2) { gateway in
            let first = try await session(gateway, Sample.terminal(1))
            _ = try await session(gateway, Sample.terminal(2))
            let extra = try await gateway.connect()
            #expect(extra.answer == .refused(503))
            try await first.send(.connectionClose, [0x03, 0xE8])
            #expect(await first.next() == .closed(1000, "done"))
            try await first.channel.closeFuture.get()
            // The gateway may notice a moment later that the device is gone; it is asked again until then.
            var third = try await gateway.connect()
            for _ in 0..<200 where third.answer != .opened { third = try await gateway.connect() }
            #expect(third.answer == .opened)
        }
        await router.end()
    }

    @Test func aDeviceOfTheOtherKindIsToldSo() async throws {
        try await withGateway(at: bus) { gateway in
            let pos = try await gateway.connect()
            try await pos.call(1, .hello(Sample.pos))
            guard case .frame(.error(CallID(1)!, let error)) = await pos.next() else { throw Failure.noResult }
            #expect(error.code == .rule(.wrongGateway))
            #expect(await pos.next() == .closed(4003, "refused"))
        }
    }

    // MARK: - Sessions

    @Test func aSecondSessionOfADeviceClosesTheFirst() async throws {
        try await router.open()
        try await withGateway(at: bus) { gateway in
            let first = try await session(gateway)
            let second = try await session(gateway)
            #expect(await first.next() == .closed(4001, "replaced"))
            try await second.send(.ping, [])
            #expect(await second.next() == .pong)
        }
        await router.end()
    }

    @Test func aLostRouterFailsOpenCallsAndTheNextOneGetsTheSessionsAgain() async throws {
        try await router.open()
        let next = FakeRouter(bus, term: 2)
        try await withGateway(at: bus) { gateway in
            let terminal = try await session(gateway)
            try await terminal.call(3, .received(Sample.command, at: Sample.now))
            _ = await router.call()
            await router.end()
            guard case .frame(.error(CallID(3)!, let error)) = await terminal.next() else { throw Failure.noResult }
            #expect(error.code == .refusal(.relayLost))
            #expect(error.sent == .maybe && error.retry == .sameKey(after: .seconds(1)))
            #expect(!gateway.health.isReady)

            try await next.open()
            await next.hears(.claim(Sample.terminal, .unproven, Sample.count(1, 1)))
            let held = DeviceSession(device: Sample.terminal, count: Sample.count(1, 1))
            await next.order(.command(held, Sample.order(expiresAt: FakeRouter.now + .seconds(3_600))))
            guard case .frame(.event(sequence: _, name: "command", _)) = await terminal.next() else {
                throw Failure.noCommand
            }
            try await terminal.call(4, .received(Sample.command, at: Sample.now))
            await next.answer(await next.call(), .proceed(Sample.command))
            guard case .frame(.result(CallID(4)!, _)) = await terminal.next() else { throw Failure.noResult }
        }
        await next.end()
    }

    @Test func aDeviceIsPingedAndWithoutAnyAnswerClosed() async throws {
        try await router.open()
        try await withGateway(at: bus, clock: SteadyClock(speed: 20)) { gateway in
            let terminal = try await session(gateway)
            #expect(await terminal.next(pings: true) == .ping)
            #expect(await terminal.next(pings: true) == .ping)
            #expect(await terminal.next(pings: true) == .closed(4002, "silent"))
        }
        await router.end()
    }

    @Test func aDeviceThatDoesNotHearItsCommandIsPingedAtOnceAndClosed() async throws {
        try await router.open()
        try await withGateway(at: bus, clock: SteadyClock(speed: 2)) { gateway in
            let terminal = try await session(gateway)
            let held = DeviceSession(device: Sample.terminal, count: Sample.count(1, 1))
            await router.order(.command(held, Sample.order(expiresAt: FakeRouter.now + .seconds(3_600))))
            guard case .frame(.event(sequence: _, name: "command", _)) = await terminal.next() else {
                throw Failure.noCommand
            }
            #expect(await terminal.next(pings: true) == .ping)
            #expect(await terminal.next(pings: true) == .closed(4002, "silent"))
            await router.hears(.sessionEnded(held))
        }
        await router.end()
    }

    @Test func aDeviceThatDoesNotReadIsClosedBeforeMuchWaitsForIt() async throws {
        try await router.open()
        try await withGateway(at: bus) { gateway in
            let terminal = try await session(gateway)
            try await terminal.channel.setOption(.autoRead, value: false).get()
            let held = DeviceSession(device: Sample.terminal, count: Sample.count(1, 1))
            let order = Sample.order(
                sealed: [UInt8](repeating: 7, count: SealedInformation.most),
                expiresAt: FakeRouter.now + .seconds(3_600))
            await router.order(.command(held, order), times: 1_200)  // About 8 MB, more than the system buffers.
            await router.hears(.sessionEnded(held))
            // Once it reads again, it comes to the reason behind what it had to read.
            try await terminal.channel.setOption(.autoRead, value: true).get()
            var last = await terminal.next()
            while case .frame = last { last = await terminal.next() }
            #expect(last == .closed(1013, "overloaded"))
        }
        await router.end()
    }

    @Test func aConnectionThatAsksForNothingIsClosed() async throws {
        var limits = GatewayLimits()
        limits.handshake = .milliseconds(50)
        try await withGateway(at: bus, limits: limits) { gateway in
            try await gateway.connectSilently().closeFuture.get()
        }
    }

    @Test func aScanReachesTheRouterSealed() async throws {
        try await router.open()
        try await withGateway(at: bus) { gateway in
            let terminal = try await session(gateway)
            try await terminal.call(3, Sample.scan())
            let call = await router.call()
            guard case .scan(let code, at: Sample.now) = call.content else { throw Failure.noCall }
            #expect(code.information.sealed == Sample.sealed && code.scan.text == "s-1")
            await router.answer(call, .accepted(Sample.transaction))
            guard case .frame(.result(CallID(3)!, _)) = await terminal.next() else { throw Failure.noResult }
        }
        await router.end()
    }

    @Test func aGatewayThatEndsSaysSo() async throws {
        try await router.open()
        try await withGateway(at: bus) { gateway in
            let terminal = try await session(gateway)
            await gateway.stop()
            #expect(await terminal.next() == .closed(1001, "goingAway"))
        }
        await router.end()
    }

    enum Failure: Error { case noWelcome, noResult, noOutcome, noCommand, noCall }
}
