import RelayDomain
import ServiceLifecycle

/// Keeps one adapter running for each registered destination, while operators change the registry.
struct AdapterKeeper: Service {
    /// How often the registry is read.
    private static let period = Duration.seconds(2)

    let plan: RelayPlan
    let supervisor: Supervisor

    func run() async throws {
        guard await supervisor.isReady() else { return }
        let router = try RouterConsole(plan.configuration)
        try await router.open()
        var ports = plan.adapterPorts
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            // A router that does not answer now is asked again; the running adapters continue meanwhile.
            if let shop = try? await router.shop().shop { await keep(shop, &ports) }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.period) }
        }
        await router.close()
    }

    /// Starts and ends adapters so that they match this shop.
    func keep(_ shop: Shop, _ ports: inout AdapterPorts) async {
        let sandbox = await supervisor.address(of: "sandbox", speaking: "http") ?? plan.configuration.sandbox
        await supervisor.replace(
            group: RelayPlan.adapters, with: plan.adapters(of: shop, sandbox: sandbox, ports: &ports))
    }
}
