import DeviceProtocol
import Logging
import NIOCore
import RelayDomain
import RelayTransport
import ServiceLifecycle
import ServiceRuntime

/// A gateway's shell: the devices' sockets on one event loop, the routers' on one reactor, and between them the core.
///
/// ```
/// device ── WebSocket ──▶ DeviceConnection ─▶ GatewayLoop (GatewayCore) ─▶ mailbox ─▶ GatewayBus ── ZeroMQ ──▶ router
/// ```
///
/// Ready (`/readyz`) while every journal's router has welcomed it.
public final class DeviceGateway: Service {
    /// How long open calls may take to be answered, and devices to close, once the process is told to end.
    static let drain = Duration.seconds(6)
    /// Files that a gateway needs beside its connections: handshakes in progress, routers' sockets, logs.
    private static let otherFiles = DeviceServer.handshakesMax + 128

    private let kind: DeviceKind
    private let configuration: GatewayConfiguration
    private let name: String
    private let sealer: (any ScanSealer)?
    private let limits: GatewayLimits
    private let eventLoop: any EventLoop
    private let clock: SteadyClock
    private let health: Health.Part
    private let bound: @Sendable (HostPort) throws -> Void
    private let logger = Logger(label: "baton.gateway")

    /// - Parameters:
    ///   - name: this instance's, for the routers' logs.
    ///   - sealer: what seals scans; nil at a POS gateway, which refuses them.
    ///   - health: gets whether the routers can be reached.
    ///   - bound: called once devices can connect, with the actual address if the port was 0.
    init(
        for kind: DeviceKind, _ configuration: GatewayConfiguration, name: String,
        sealer: (any ScanSealer)?, limits: GatewayLimits = GatewayLimits(), on eventLoop: any EventLoop,
        clock: SteadyClock = SteadyClock(),
        health: Health, bound: @escaping @Sendable (HostPort) throws -> Void
    ) {
        self.kind = kind
        self.configuration = configuration
        self.name = name
        self.sealer = sealer
        self.limits = limits
        self.eventLoop = eventLoop
        self.clock = clock
        self.health = health.part("routers", detail: "no router has answered yet")
        self.bound = bound
    }

    /// The gateway of `process`.
    public convenience init(
        for kind: DeviceKind, _ configuration: GatewayConfiguration, of process: ServiceProcess,
        sealer: (any ScanSealer)? = nil
    ) {
        self.init(
            for: kind, configuration, name: process.instance, sealer: sealer,
            on: process.eventLoopGroup.next(), health: process.health,
            bound: { try process.announce(["ws": $0.description]) })
    }

    /// Serves until told to stop; then accepts no more, lets open calls be answered, and closes every device's session.
    /// - Throws: ``GatewayError``, `TransportError`, `CancellationError`.
    public func run() async throws {
        let reactor = Reactor(name: "gateway-bus", comesRound: health.loop("gateway-bus"))
        do {
            try await serve(on: reactor)
        } catch {
            await reactor.stop()
            throw error
        }
        await reactor.stop()
    }

    private func serve(on reactor: Reactor) async throws {
        let (clock, eventLoop) = (clock, eventLoop)
        let messages = Mailbox<BusMessage>(capacity: GatewayBus.mailboxMax) { reactor.execute($0) }
        let news = Mailbox<GatewayInput>(capacity: GatewayBus.mailboxMax) { eventLoop.execute($0) }
        let edge = try await eventLoop.submit {
            let loop = GatewayLoop(
                GatewayCore(
                    for: self.kind, sealer: self.sealer, publicURL: self.configuration.publicURL, limits: self.limits),
                on: eventLoop, clock: clock, toBus: messages, logger: self.logger, watch: { self.report($0) })
            let connectionsMax = OpenFiles.room(
                for: self.configuration.connectionsMax, beside: Self.otherFiles, logger: self.logger)
            let server = DeviceServer(
                loop, connectionsMax: connectionsMax,
                perAddressMax: self.configuration.connectionsPerAddressMax, handshakeTimeout: self.limits.handshake)
            return Edge(
                loop: NIOLoopBound(loop, eventLoop: eventLoop), server: NIOLoopBound(server, eventLoop: eventLoop))
        }.get()
        defer { eventLoop.execute { edge.loop.value.dropAll() } }
        let bus = GatewayBus(on: reactor, clock: clock, toLoop: news, logger: logger)
        try await bus.open(configuration.bus, as: Hello(role: role, name: name), messages: messages)
        news.open { edge.loop.value.receive($0) }
        let listener = try await listen(edge)
        do {
            try await gracefulShutdown()
        } catch {
            try? await listener.close()
            throw error
        }
        health.notReady("stopping")
        try? await listener.close()
        await takeLeave(edge.loop)
        await bus.close()
        messages.close()
        news.close()
    }

    private func listen(_ edge: Edge) async throws -> any Channel {
        let listener: any Channel
        do {
            listener = try await DeviceServer.bind(configuration.listen, edge.server, on: eventLoop)
        } catch {
            throw GatewayError.cannotListen(on: configuration.listen.description, reason: systemReason(error))
        }
        let port = listener.localAddress?.port.flatMap(UInt16.init(exactly:)) ?? 0
        try bound(HostPort(host: configuration.listen.host, port: port))
        return listener
    }

    private func takeLeave(_ loop: NIOLoopBound<GatewayLoop>) async {
        let isEmpty = eventLoop.flatSubmit { loop.value.stop() }
        let limit = eventLoop.scheduleTask(in: .init(Self.drain)) { loop.value.dropAll() }
        try? await isEmpty.get()
        limit.cancel()
    }

    private func report(_ core: GatewayCore) {
        switch core.journalsMissing {
        case nil: health.notReady("no router has answered yet")
        case .some(let missing) where missing.isEmpty: health.ready("a router for each journal")
        case .some(let missing):
            let list = missing.map(String.init).joined(separator: ", ")
            health.notReady("no router for journal \(list); see whether it runs and BATON_ROUTER leads to it")
        }
    }

    private var role: PeerRole { kind == .terminal ? .terminalGateway : .posGateway }

    /// The parts that are used only on the event loop.
    private struct Edge: Sendable {
        let loop: NIOLoopBound<GatewayLoop>
        let server: NIOLoopBound<DeviceServer>
    }
}

/// Why a gateway does not start.
public enum GatewayError: StartFailure, Equatable {
    case cannotListen(on: String, reason: String)

    public var line: String {
        switch self {
        case .cannotListen(let address, let reason):
            "cannot listen on \(address): \(reason); set BATON_LISTEN to a free address"
        }
    }
}
