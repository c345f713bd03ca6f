import Foundation
import RelayDomain
import RelayMessages
import RelayTransport

/// A gateway with terminals, an adapter and phones at a router's real sockets. They do only what a test says.
actor ShopPeers {
    static let terminal = TerminalID("counter-0")!
    static let application = ApplicationID("pay")!
    static let bank = DestinationID("bank")!

    /// A shop with so many terminals.
    static func shop(terminals count: Int) -> Shop {
        Shop(
            destinations: [.init(id: bank, kind: ReasonCode("http")!)],
            applications: [
                .init(id: application, issuer: IssuerID("op")!, functions: [.payment], destination: bank)
            ],
            terminals: terminals(count).map { .init(id: $0) })
    }

    static func terminals(_ count: Int) -> [TerminalID] { (0..<count).map { TerminalID("counter-\($0)")! } }

    nonisolated let reactor = Reactor(name: "peers")
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private let bus: BusConfiguration
    private let terminals: [TerminalID]
    /// Whether terminals ask that the destination be asked, as soon as they are told.
    private let submits: Bool
    private let phones: RequestClient<RouterRequest, RouterReply>
    private let console: RequestClient<RouterRequest, RouterReply>
    private var devices: LinkClient<GatewayMessage, GatewayOrder>?
    private(set) var sessions: [TerminalID: DeviceSession] = [:]
    /// The commands that terminals were sent.
    private(set) var commands: [Command] = []

    /// - Parameters:
    ///   - folder: where the router's sockets are.
    ///   - terminals: how many of the shop's come.
    init(at folder: String, terminals count: Int = 1, submits: Bool = false) {
        bus = BusConfiguration([.ipc(directory: folder)])
        terminals = Self.terminals(count)
        self.submits = submits
        phones = Self.phone(bus, "phones")
        console = RequestClient(.requests, bus, hello: Hello(role: .operator, name: "console"))
    }

    private static func phone(_ bus: BusConfiguration, _ name: String) -> RequestClient<RouterRequest, RouterReply> {
        RequestClient(.requests, bus, hello: Hello(role: .ingress, name: name))
    }

    /// Connects all of them but the adapter. Terminals have their sessions once ``sessions`` says so.
    func open() async throws {
        let devices = try LinkClient<GatewayMessage, GatewayOrder>(
            .devices, bus, hello: Hello(role: .terminalGateway, name: "terminals"), on: reactor)
        self.devices = devices
        devices.received = { _, order, _ in
            self.assumeIsolated { peers in
                switch order {
                // The tables come first: by then the terminal is registered here.
                case .tables: peers.claimNext()
                case .claimed(let session, _):
                    if case .terminal(let terminal) = session.device { peers.sessions[terminal] = session }
                    peers.claimNext()
                case .command(let session, let command):
                    peers.commands.append(command)
                    if peers.submits { peers.submit(command, in: session) }
                case .claimRefused, .reply, .cancel, .outcome, .passing, .sessionReplaced, .sessionUnregistered: break
                }
            }
        }
        for client in [phones, console] {
            try await client.start()
            _ = try await client.link(toJournal: 0, within: .seconds(10))
        }
    }

    /// One after the other, so that no queue is full of it.
    private func claimNext() {
        guard let terminal = terminals.first(where: { sessions[$0] == nil }) else { return }
        _ = devices?.send(.claim(.terminal(terminal), .unproven, nil), toJournal: 0)
    }

    /// Whether all terminals have their sessions, and the router an adapter to ask.
    var areReady: Bool {
        get async {
            guard sessions.count == terminals.count, let overview = try? await overview() else { return false }
            return !overview.adapters.isEmpty
        }
    }

    /// What an operator is told of the router.
    nonisolated func overview() async throws -> Overview {
        let reply = try await console.request(toJournal: 0, within: .seconds(10)) { _ in .overview }
        guard case .overview(let overview) = reply else { throw RequestFailure.noReply }
        return overview
    }

    /// An operator applies a shop.
    nonisolated func apply(_ shop: Shop, basedOn version: UInt64) async throws -> RouterReply {
        guard let change = ShopChange(basedOn: version, name: "Mika") else { throw RequestFailure.noReply }
        return try await console.request(toJournal: 0, within: .seconds(30)) { _ in .apply(shop, change) }
    }

    /// A phone asks.
    nonisolated func ask(
        within limit: Duration = .seconds(30), _ request: @escaping @Sendable (_ routerNow: Instant) -> RouterRequest
    ) async throws(RequestFailure) -> RouterReply {
        try await phones.request(toJournal: 0, within: limit, request)
    }

    /// A payment at a terminal.
    /// - Parameters:
    ///   - number: which terminal, and what is different in it.
    ///   - wait: for how long its phone waits for the outcome.
    nonisolated func submit(_ number: UInt8 = 0, bytes: Int = 3, wait: Duration = .zero) async throws(RequestFailure)
        -> RouterReply
    {
        try await ask { now in
            .submit(Self.submission(number, bytes: bytes), waitUntil: now + wait)
        }
    }

    static func submission(_ number: UInt8, bytes: Int) -> SubmitTransaction {
        let terminal = TerminalID("counter-\(number)")!
        let digest = KeyedDigest([UInt8](repeating: number, count: 32))!
        let information = Information(
            kind: .paymentCode, sealed: SealedInformation([UInt8](repeating: number, count: bytes))!, digest: digest,
            expiresAt: nil)
        let key = SubmissionKey(
            origin: .phone(application: application, customer: ""), terminal: terminal,
            text: SubmissionKeyText("key-\(number)")!)
        return SubmitTransaction(
            terminal: terminal, application: application, operation: .payment, information: information, amount: nil,
            key: key, body: digest, hopStamps: [])
    }

    /// Returns once the router has welcomed one more phone: what came before is in its inbox by then.
    nonisolated func oneMoreIsWelcomed() async throws {
        let another = Self.phone(bus, "another")
        try await another.start()
        _ = try await another.link(toJournal: 0, within: .seconds(10))
        await another.stop()
    }

    /// A terminal that does not submit by itself submits the first command.
    func submitFirstCommand() {
        guard let command = commands.first, let session = sessions[command.sealedFor.terminal] else { return }
        submit(command, in: session)
    }

    private func submit(_ command: Command, in session: DeviceSession) {
        guard let now = devices?.routerNow(journal: 0) else { return }
        let call = DeviceCall.submit(command.id, command.sealed, amount: nil, at: now)
        _ = devices?.send(.call(session, call, gatewayAt: now), toJournal: 0)
    }

    func close() async {
        devices?.close()
        await phones.stop()
        await console.stop()
        await reactor.stop()
    }
}
