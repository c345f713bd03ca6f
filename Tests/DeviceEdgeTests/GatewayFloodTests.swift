import DeviceProtocol
import NIOCore
import NIOWebSocket
import RelayDomain
import RelayTesting
import Testing

@testable import DeviceEdge

/// Devices, and strangers, that send without end or say nothing: the others are served.
@Suite(.serialized, .timeLimit(.minutes(2))) struct GatewayFloodTests {
    private let bus: TemporaryBus
    private let router: FakeRouter

    init() throws {
        bus = try TemporaryBus()
        router = FakeRouter(bus)
    }

    private enum Failure: Error { case noWelcome, noResult }

    private func session(_ gateway: RunningGateway, _ device: Device = Sample.terminal) async throws -> TestDevice {
        let terminal = try await gateway.connect()
        try await terminal.greet(as: device)
        guard case .frame(.result(CallID(2)!, _)) = await terminal.next() else { throw Failure.noWelcome }
        return terminal
    }

    /// What a stranger may send without end.
    enum Chatter: CaseIterable {
        case pings, pongs, emptyFragments, unknownActions, noFrames
    }

    private func flood(_ stranger: TestDevice, with chatter: Chatter) {
        switch chatter {
        case .pings: stranger.flood(.ping, times: 1_000)
        case .pongs: stranger.flood(.pong, times: 1_000)
        case .emptyFragments:
            stranger.flood(.text, fin: false, times: 1)
            stranger.flood(.continuation, fin: false, times: 1_000)
        case .unknownActions: stranger.flood(.text, "[2,1,\"dance\",{}]", times: 1_000)
        case .noFrames: stranger.flood(.text, "", times: 1_000)
        }
    }

    @Test(arguments: Chatter.allCases)
    func aStrangerThatSaysMoreThanAGreetingIsClosed(chatter: Chatter) async throws {
        try await router.open()
        try await withGateway(at: bus) { gateway in
            let stranger = try await gateway.connect()
            flood(stranger, with: chatter)
            var last = await stranger.next()
            while last == .pong || last.isFrame { last = await stranger.next() }
            #expect(last == .closed(4004, "faulty"))
            // Its kind does not keep a device out.
            _ = try await session(gateway)
        }
        await router.end()
    }

    @Test func aDeviceThatFloodsIsReadLater() async throws {
        try await router.open()
        try await withGateway(at: bus) { gateway in
            let flooder = try await session(gateway, Sample.terminal(1))
            let other = try await session(gateway, Sample.terminal(2))
            // Ten seconds' worth of frames beyond the burst; behind them a call, which is not lost, but later.
            flooder.flood(.ping, times: FrameBudget.session.burst + 10 * FrameBudget.session.perSecond)
            try await flooder.call(9, .received(Sample.command, at: Sample.now))
            for id in 3..<53 as Range<Int64> {
                try await other.call(id, .received(Sample.command, at: Sample.now))
                let call = await router.call(Int(id) - 2)
                #expect(call.session.device == Sample.terminal(2))
                await router.answer(call, .proceed(Sample.command))
                guard case .frame(.result(CallID(id)!, _)) = await other.next() else { throw Failure.noResult }
            }
            #expect(await flooder.next() == .pong)
        }
        await router.end()
    }

    @Test func connectionsThatSayNothingMakeRoom() async throws {
        try await router.open()
        try await withGateway(at: bus, connectionsMax: 20) { gateway in
            let device = try await session(gateway, Sample.terminal(1))
            // More than there is room for, sessions and handshakes together.
            var silent: [any Channel] = []
            for _ in 0..<(DeviceServer.handshakesMax + 100) { silent.append(try await gateway.connectSilently()) }
            // And some that got as far as the WebSocket.
            var greeting: [TestDevice] = []
            for _ in 0..<30 { greeting.append(try await gateway.connect()) }
            for number in 2...20 { _ = try await session(gateway, Sample.terminal(number)) }
            try await device.send(.ping, [])
            #expect(await device.next() == .pong)
            for channel in silent.prefix(100) { try await channel.closeFuture.get() }
        }
        await router.end()
    }

    @Test func anAddressHasItsShareOfStrangers() async throws {
        try await router.open()
        try await withGateway(at: bus, connectionsPerAddressMax: 5) { gateway in
            var silent: [any Channel] = []
            for _ in 0..<5 { silent.append(try await gateway.connectSilently(from: "127.0.0.2")) }
            let sixth = try await gateway.connectSilently(from: "127.0.0.2")
            try await sixth.closeFuture.get()
            // Devices with a session do not count, so a whole shop may stand behind one address.
            for number in 1...8 { _ = try await session(gateway, Sample.terminal(number)) }
            for channel in silent { #expect(channel.isActive) }
        }
        await router.end()
    }
}

extension TestDevice.Heard {
    fileprivate var isFrame: Bool {
        if case .frame = self { true } else { false }
    }
}

@Suite(.timeLimit(.minutes(2))) struct FrameBudgetTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test func aGreetingOfTheLargestFramesFits() {
        var budget = FrameBudget()
        for _ in 0..<2 { #expect(budget.spend(bytes: DeviceLimits.frameBytesMax, at: start) == .goOn) }
        for _ in 0..<30 { #expect(budget.spend(bytes: 0, at: start) == .goOn) }
        #expect(budget.spend(bytes: 0, at: start + .hours(1)) == .exhausted)
    }

    /// A device asks for eight items at a time: so many replies may come before it has read the first.
    @Test func theLargestRepliesMayWaitForADevice() {
        let items = DeviceConnection.waitingBytesMax / DeviceLimits.frameBytesMax * DeviceLimits.resumedMax
        #expect(items >= 64)
    }

    @Test func aSessionHasARate() {
        var budget = FrameBudget()
        budget.welcome()
        for _ in 0..<FrameBudget.session.burst { #expect(budget.spend(bytes: 0, at: start) == .goOn) }
        guard case .pause(let time) = budget.spend(bytes: 0, at: start) else {
            Issue.record("no pause")
            return
        }
        #expect(time > .zero && time < .milliseconds(5))
        #expect(budget.spend(bytes: 0, at: start + .seconds(1)) == .goOn)
    }
}
