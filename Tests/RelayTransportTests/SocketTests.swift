import Glibc
import RelayTesting
import Testing

@testable import RelayTransport

/// A ROUTER that echoes and a DEALER that counts what comes back, on one reactor.
private actor EchoPair {
    nonisolated let reactor = Reactor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    private var server: Socket?
    private var client: Socket?
    private var echoes = 0
    private var wanted = 0
    private var unsent = 0
    private var waiting: CheckedContinuation<Void, Never>?
    private(set) var events: [SocketEvent] = []
    private var wantedEvent: (SocketEvent, CheckedContinuation<Void, Never>)?

    func bind(_ configuration: BusConfiguration) throws -> String {
        let server = try reactor.makeSocket(.router)
        self.server = server
        let address = configuration.addresses[0]
        try server.configure(configuration, for: address.description)
        server.onMessage = { identity in
            guard let body = server.receive() else { return }
            _ = server.send(identity, more: true)
            _ = server.send(body)
        }
        return try server.bind(address.binding(.requests, name: "router"))
    }

    func connect(_ configuration: BusConfiguration, to address: String) throws {
        let client = try reactor.makeSocket(.dealer)
        self.client = client
        try client.configure(configuration, for: configuration.addresses[0].description)
        client.onEvent = { event, _ in self.report(event) }
        try client.watch(on: reactor)
        client.onMessage = { _ in self.echoed() }
        try client.connect(address)
    }

    func send(_ bytes: [UInt8]) -> Int32 { client!.send(Frame(bytes)) }

    func sendToNobody() -> Int32 { server!.send(Frame([0, 1, 2, 3, 4]), more: true) }

    /// Sends without reading an answer until the socket refuses, at most `max` frames.
    func sendUntilRefused(max: Int) -> (Int, Int32) {
        for count in 0..<max {
            let failure = send([1])
            if failure != 0 { return (count, failure) }
        }
        return (max, 0)
    }

    /// Keeps `window` frames under way until `count` came back.
    func roundTrips(_ count: Int, window: Int, bytes: [UInt8]) async {
        wanted = count
        unsent = count
        client!.onMessage = { _ in
            self.echoed()
            self.sendNext(bytes)
        }
        for _ in 0..<window { sendNext(bytes) }
        await withCheckedContinuation { waiting = $0 }
    }

    private func sendNext(_ bytes: [UInt8]) {
        if unsent > 0, send(bytes) == 0 { unsent -= 1 }
    }

    func event(_ event: SocketEvent) async {
        if events.contains(event) { return }
        await withCheckedContinuation { wantedEvent = (event, $0) }
    }

    private func echoed() {
        echoes += 1
        guard echoes == wanted else { return }
        waiting?.resume()
        waiting = nil
    }

    private func report(_ event: SocketEvent) {
        events.append(event)
        guard let (wanted, waiting) = wantedEvent, wanted == event else { return }
        wantedEvent = nil
        waiting.resume()
    }
}

@Suite(.timeLimit(.minutes(1)))
struct SocketTests {
    private let bus: TemporaryBus
    init() throws { bus = try TemporaryBus() }

    private func roundTrips(_ count: Int, server: BusConfiguration, client: BusConfiguration) async throws {
        let pair = EchoPair()
        let address = try await pair.bind(server)
        try await pair.connect(client, to: address)
        await pair.event(.ready)
        await pair.roundTrips(count, window: 64, bytes: [UInt8](repeating: 7, count: 200))
        await pair.reactor.stop()
    }

    @Test func thousandsOfFramesReturnOverALocalSocket() async throws {
        let configuration = BusConfiguration([bus.address])
        try await roundTrips(10_000, server: configuration, client: configuration)
    }

    @Test func thousandsOfFramesReturnOverTCP() async throws {
        let configuration = BusConfiguration([try BusAddress("tcp://127.0.0.1:0")], security: .insecure)
        try await roundTrips(10_000, server: configuration, client: configuration)
    }

    @Test func theRightKeysAreLetIn() async throws {
        let (server, client) = try (CurveKeyPair.generate(), CurveKeyPair.generate())
        let address = try BusAddress("tcp://127.0.0.1:0")
        try await roundTrips(
            1000, server: BusConfiguration([address], security: .curve(own: server, server: nil)),
            client: BusConfiguration([address], security: .curve(own: client, server: server.publicKey)))
    }

    @Test func aWrongServerKeyIsReportedAndNothingPasses() async throws {
        let (server, client) = try (CurveKeyPair.generate(), CurveKeyPair.generate())
        let address = try BusAddress("tcp://127.0.0.1:0")
        let pair = EchoPair()
        let bound = try await pair.bind(BusConfiguration([address], security: .curve(own: server, server: nil)))
        let wrong = try CurveKeyPair.generate().publicKey
        try await pair.connect(BusConfiguration([address], security: .curve(own: client, server: wrong)), to: bound)
        await pair.event(.disconnected)
        #expect(await !pair.events.contains(.ready))
        await pair.reactor.stop()
    }

    @Test func withoutKeysTCPIsRefusedUnlessToldInsecure() async throws {
        let address = try BusAddress("tcp://127.0.0.1:0")
        let pair = EchoPair()
        await #expect(throws: TransportError.keysMissing(address: "tcp://127.0.0.1:0")) {
            try await pair.bind(BusConfiguration([address]))
        }
        await #expect(throws: TransportError.keysMissing(address: "tcp://127.0.0.1:0")) {
            try await pair.connect(BusConfiguration([address]), to: "tcp://127.0.0.1:9")
        }
        await pair.reactor.stop()
    }

    @Test func anAbsentPeerIsToldAtItsIdentity() async throws {
        let pair = EchoPair()
        _ = try await pair.bind(BusConfiguration([bus.address]))
        #expect(await pair.sendToNobody() == EHOSTUNREACH)
        await pair.reactor.stop()
    }

    @Test func theHighWaterMarkRefusesFurtherFrames() async throws {
        var configuration = BusConfiguration([bus.address])
        configuration.limits.highWaterMark = 10
        let pair = EchoPair()
        let address = try await pair.bind(configuration)
        try await pair.connect(configuration, to: address)
        await pair.event(.ready)
        let (sent, failure) = await pair.sendUntilRefused(max: 1_000_000)
        #expect(failure == EAGAIN)
        #expect(sent >= 10)
        await pair.reactor.stop()
    }

    @Test func aFrameBeyondTheSocketsBoundEndsItsConnection() async throws {
        let configuration = BusConfiguration([bus.address])
        let pair = EchoPair()
        let address = try await pair.bind(configuration)
        try await pair.connect(configuration, to: address)
        await pair.event(.ready)
        #expect(await pair.send([UInt8](repeating: 1, count: configuration.limits.messageBytesMax + 1)) == 0)
        await pair.event(.disconnected)
        await pair.reactor.stop()
    }

    @Test func aTakenPortSaysWhichAndWhy() async throws {
        let configuration = BusConfiguration([try BusAddress("tcp://127.0.0.1:0")], security: .insecure)
        let (first, second) = (EchoPair(), EchoPair())
        let bound = try await first.bind(configuration)
        let taken = BusConfiguration([try BusAddress(bound)], security: .insecure)
        await #expect(throws: TransportError.cannotBind(bound, reason: "Address already in use")) {
            try await second.bind(taken)
        }
        await first.reactor.stop()
        await second.reactor.stop()
    }

    @Test func aLongSocketPathIsRefusedWithItsLength() async throws {
        let directory = bus.directory + "/" + String(repeating: "x", count: 70)
        let pair = EchoPair()
        let path = "\(directory)/router.requests"
        await #expect(throws: TransportError.pathTooLong(path: path, bytes: path.utf8.count, bytesMax: 90)) {
            try await pair.bind(BusConfiguration([.ipc(directory: directory)]))
        }
        await pair.reactor.stop()
    }

    @Test func aDirectoryThatOthersMayEnterIsRefused() async throws {
        let pair = EchoPair()
        await #expect(throws: TransportError.self) { try await pair.bind(BusConfiguration([.ipc(directory: "/tmp")])) }
        await pair.reactor.stop()
    }
}
