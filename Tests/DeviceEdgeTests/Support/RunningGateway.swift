import DeviceProtocol
import Logging
import NIOCore
import NIOPosix
import RelayTesting
import RelayTransport
import ServiceLifecycle
import ServiceRuntime

@testable import DeviceEdge

/// Runs `body` beside a gateway on a free port; afterwards the gateway has ended in good order.
func withGateway(
    _ kind: DeviceKind = .terminal, at bus: TemporaryBus, connectionsMax: Int = 100,
    connectionsPerAddressMax: Int = 2_500, limits: GatewayLimits = GatewayLimits(),
    clock: SteadyClock = SteadyClock(), _ body: @escaping @Sendable (RunningGateway) async throws -> Void
) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let health = Health()
    let (ports, tellPort) = AsyncStream.makeStream(of: Int.self)
    let gateway = DeviceGateway(
        for: kind,
        GatewayConfiguration(
            listen: .loopback(port: 0), bus: BusConfiguration([bus.address]), connectionsMax: connectionsMax,
            connectionsPerAddressMax: connectionsPerAddressMax),
        name: "gateway-under-test", sealer: FakeSealer(), limits: limits,
        on: group.next(), clock: clock, health: health, bound: { tellPort.yield($0.port) })
    let services = ServiceGroup(services: [gateway], logger: Logger(label: "test"))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await services.run() }
        tasks.addTask {
            let port = await ports.first { _ in true }!
            try await body(RunningGateway(port: port, group: group, health: health, services: services))
            await services.triggerGracefulShutdown()
        }
        try await tasks.waitForAll()
    }
    try await group.shutdownGracefully()
}

struct RunningGateway: Sendable {
    let port: Int
    let group: MultiThreadedEventLoopGroup
    let health: Health
    let services: ServiceGroup

    func connect(protocol name: String = DeviceLimits.subprotocol) async throws -> TestDevice {
        try await TestDevice.connect(to: port, protocol: name, on: group)
    }

    /// A connection that says nothing at all.
    /// - Parameter source: the address it comes from; all of 127.0.0.0/8 are this machine's.
    func connectSilently(from source: String = "127.0.0.1") async throws -> any Channel {
        try await ClientBootstrap(group: group).bind(to: try SocketAddress(ipAddress: source, port: 0))
            .connect(host: "127.0.0.1", port: port).get()
    }

    func stop() async { await services.triggerGracefulShutdown() }
}
