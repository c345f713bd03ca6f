import RelayDomain
import RelayMessages
import SwiftProtobuf

@testable import RelayTransport

/// A DEALER without manners: sends any bytes, and records every envelope that comes back. After its hello it beats.
actor BarePeer {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    private(set) var envelopes: [Baton_V1_Envelope] = []
    private(set) var events: [SocketEvent] = []
    private var socket: Socket?
    private var beat: ReactorTimer?
    private var waiters = Waiters()

    init() { reactor = Reactor(name: "bare") }

    func connect(_ configuration: BusConfiguration, to address: String, routingID: String? = nil) async throws {
        let socket = try reactor.makeSocket(.dealer)
        self.socket = socket
        try socket.configure(configuration, for: address)
        if let routingID { try socket.set(5, routingID) }
        socket.onEvent = { event, _ in
            self.events.append(event)
            self.waiters.check()
        }
        try socket.watch(on: reactor)
        socket.onMessage = { frame in
            var frame = frame
            if let envelope = try? Baton_V1_Envelope(serializedBytes: frame.withBytes { Array($0) }) {
                self.envelopes.append(envelope)
            }
            self.waiters.check()
        }
        try socket.connect(address)
        await wait { $0.events.contains(.ready) }
    }

    func send(_ bytes: [UInt8]) -> Int32 { socket!.send(Frame(bytes)) }

    /// Sends one message of several frames.
    func send(parts: [[UInt8]]) {
        for (index, part) in parts.enumerated() { _ = socket!.send(Frame(part), more: index < parts.count - 1) }
    }

    func send(_ fill: (inout Baton_V1_Envelope) -> Void) throws {
        var envelope = Baton_V1_Envelope()
        envelope.version = 1
        fill(&envelope)
        _ = send(try envelope.serializedBytes())
    }

    func hello(as role: PeerRole = .ingress) async throws {
        try sayHello(as: role)
        await wait { $0.envelopes.contains { $0.welcome.journals != 0 } }
        beat = beat ?? reactor.timer { _ in self.sendBeat() }
        sendBeat()
    }

    /// Says hello, and does not wait for an answer.
    func sayHello(as role: PeerRole = .ingress) throws {
        try send {
            $0.hello.role = role.rawValue
            $0.hello.name = "bare"
        }
    }

    private func sendBeat() {
        try? send { $0.beat = .init() }
        beat?.due = .now + .seconds(1)
    }

    func wait(_ isMet: @escaping @Sendable (isolated BarePeer) -> Bool) async {
        if isMet(self) { return }
        await withCheckedContinuation { waiters.add({ isMet(self) }, $0) }
    }
}
