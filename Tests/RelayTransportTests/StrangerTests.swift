import Dispatch
import Glibc
import RelayTesting
import Testing

@testable import RelayTransport

/// Who may open a connection is not yet a peer, and what a peer was is not what the next one is.
@Suite(.timeLimit(.minutes(1)))
struct StrangerTests {
    private let bus: TemporaryBus
    private let router = TestRouter()
    private var local: BusConfiguration { BusConfiguration([bus.address]) }
    private var path: String { "\(bus.directory)/router.requests" }
    private var address: String { "ipc://" + path }
    /// As libzmq makes them itself, but chosen.
    private let chosenID = "\0abcd"
    init() throws { bus = try TemporaryBus() }

    private func serves(_ configuration: BusConfiguration) async throws {
        let client = TestClient()
        try await client.start(configuration)
        await client.wait { !$0.welcomes.isEmpty }
        #expect(await client.request("still served") == .reply("still served"))
        await client.reactor.stop()
    }

    /// It would speak without a hello, as the one that has just left.
    @Test func aConnectionWithTheRoutingIDOfAnotherIsAStranger() async throws {
        try await router.bind(local)
        let (first, second) = (BarePeer(), BarePeer())
        try await first.connect(local, to: address, routingID: chosenID)
        try await first.hello()
        let peer = try #require(await router.opened.keys.first)
        await first.reactor.stop()
        await router.wait { $0.events.contains(.disconnected) }
        try await second.connect(local, to: address, routingID: chosenID)
        #expect(await router.send("meant for the first", to: peer) == .unreachable)
        try await second.send {
            $0.correlation = 3
            $0.resolve.terminal = "as if I were the first"
        }
        await second.wait { $0.envelopes.contains { $0.body == .goodbye(.init()) } }
        #expect(await second.envelopes.count == 1, "nothing that was meant for the first")
        #expect(await router.questions.isEmpty)
        #expect(await router.losses.count == 1, "the first is gone")
        try await second.hello()
        let peers = await router.opened
        #expect(peers.count == 1 && peers[peer] == nil, "it is another peer")
        #expect(await router.send("meant for the first", to: peer) == .unreachable)
        try await second.send {
            $0.correlation = 5
            $0.resolve.terminal = "as myself"
        }
        await second.wait { $0.envelopes.contains { $0.correlation == 5 } }
        await second.reactor.stop()
        await router.reactor.stop()
    }

    @Test func whatALeaverSaidLastIsHeardBeforeItsLinkEnds() async throws {
        try await router.bind(local)
        let leaver = BarePeer()
        try await leaver.connect(local, to: address)
        try await leaver.hello()
        async let busy: Void = router.hang(for: .milliseconds(300))  // Its words and its end are found together.
        for number in 1...600 {
            try await leaver.send {
                $0.correlation = UInt64(number)
                $0.resolve.terminal = "question \(number)"
            }
        }
        await leaver.reactor.stop()
        await busy
        await router.wait { !$0.losses.isEmpty }
        #expect(await router.questions.count == 600)
        await router.reactor.stop()
    }

    /// It is not there any more when its hello is read. Were it counted among the connections that have said hello,
    /// nobody could come in any more: their files are others' by now, so no end is told of them.
    @Test func whoHasLeftBeforeItsHelloIsReadTakesNobodysPlace() async throws {
        var small = local
        (small.limits.peersMax, small.limits.strangersMax) = (3, 0)
        try await router.bind(small)
        let gate = DispatchSemaphore(value: 0)
        let (held, isHeld) = AsyncStream.makeStream(of: Void.self)
        async let busy: Void = router.hold(gate) { isHeld.yield() }
        _ = await held.first { true }
        let leavers = (0..<3).map { _ in BarePeer() }
        for leaver in leavers { try await leaver.connect(local, to: address) }
        for leaver in leavers {
            try await leaver.sayHello()
            await leaver.reactor.stop()
        }
        // When this one is connected, the ends of those before it have been seen.
        let last = BarePeer()
        try await last.connect(local, to: address)
        await last.reactor.stop()
        gate.signal()
        await busy
        await router.wait { $0.losses.count == 3 }
        // The files of those who have left become others'.
        let others = (0..<64).map { _ in open("/dev/null", O_RDONLY) }
        defer { for file in others { close(file) } }
        try await serves(local)
        await router.reactor.stop()
    }

    @Test func whoSaysNoHelloIsShownOut() async throws {
        var impatient = local
        impatient.limits.helloWait = .milliseconds(1)
        try await router.bind(impatient)
        let (silent, polite) = (BarePeer(), TestClient())
        try await polite.start(local)
        await polite.wait { !$0.welcomes.isEmpty }
        try await silent.connect(local, to: address)
        await silent.wait { $0.events.contains(.disconnected) }
        #expect(await polite.request("still served") == .reply("still served"))
        #expect(await polite.welcomes.count == 1)
        await silent.reactor.stop()
        await polite.reactor.stop()
        await router.reactor.stop()
    }

    /// Else who once said hello could keep a connection for ever, and leave no room for others.
    @Test func whoseLinkHasEndedSaysHelloAgainOrIsShownOut() async throws {
        var impatient = local
        impatient.limits.helloWait = .seconds(2)
        try await router.bind(impatient)
        let peer = BarePeer()
        try await peer.connect(local, to: address)
        try await peer.hello()
        await router.dismiss(try #require(await router.opened.keys.first))
        await peer.wait { $0.events.contains(.disconnected) }
        await peer.reactor.stop()
        await router.reactor.stop()
    }

    /// At the configured maximum: three times as many connect and keep silent, and a client is served all the same.
    @Test func connectionsBeyondTheBoundMakeRoom() async throws {
        try await router.bind(local)
        let most = local.limits.connectionsMax
        var open: [Int32] = []
        defer { for file in open { close(file) } }
        for _ in 0..<3 * most { open.append(try #require(connectTo(path))) }
        try await serves(local)
        var ended = 0
        while ended < 2 * most {
            ended = open.count { hasEnded($0) }
            if ended < 2 * most { try await Task.sleep(for: .milliseconds(5)) }
        }
        try await serves(local)
        await router.reactor.stop()
    }
}

/// A connection that speaks no ZeroMQ.
private func connectTo(_ path: String) -> Int32? {
    let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) { address in
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    return result == 0 ? file : nil
}

/// Reads what the other end said, its greeting, to the end if there is one.
private func hasEnded(_ file: Int32) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 512)
    while true {
        let count = recv(file, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        if count > 0 { continue }
        return count == 0 || errno == ECONNRESET
    }
}
