import AsyncHTTPClient
import Foundation
import RelayDomain
import ServiceLifecycle
import ServiceRuntime

/// Sets up a sample shop in a running relay, sends flows A to E through it, and prints the path of each.
struct Demonstration: Sendable {
    /// How long the shop's devices and adapters may take until they are ready.
    private static let startTimeout = Duration.seconds(60)
    /// The sale that the POS programs have open, and the amount that the merchant enters.
    static let sale: Amount = {
        guard let sale = try? Amount(typed: "12.50 EUR") else { preconditionFailure("12.50 EUR is an amount") }
        return sale
    }()

    let configuration: BatonConfiguration
    /// The sample shop, from its file.
    let shop: Shop
    /// Whether the relay goes on after the flows.
    let staysUp: Bool
    /// The edges of a relay that others run; nil: this process runs it.
    let relayElsewhere: RelayPlan.Edges?

    /// The names of the processes that it starts.
    var processes: [String] {
        shop.terminals.map(\.id.text) + shop.pos.flatMap { ["pos-\($0)", "agent-\($0)"] }
            + (relayElsewhere == nil ? shop.destinations.map { RelayPlan.adapterName($0.id) } : [])
    }

    /// The names of those with a ``KeyboardPipe``.
    var keyboards: Set<String> { Set(shop.terminals.map(\.id.text)) }

    /// Returns once the flows have ended, or, if it stays up, when it is cancelled.
    /// - Parameter judge: called after the flows: whether every one was approved.
    /// - Throws: ``OperatorError`` if the shop could not be set up; `CancellationError`.
    func run(_ supervisor: Supervisor, judge: (Bool) -> Void) async throws {
        let plan = RelayPlan(configuration: configuration)
        let registered = try await withRouter(configuration) { try await register(at: $0) }
        let announced = await RelayPlan.Edges(of: supervisor)
        guard let edges = relayElsewhere ?? announced else {
            throw OperatorError.http(url: "an edge", reason: "it has announced no address")
        }
        let devices = try plan.farEnds(of: shop, edges: edges, sale: Self.sale)
        try makeTagFolder()
        if relayElsewhere == nil {
            var ports = plan.adapterPorts
            await AdapterKeeper(plan: plan, supervisor: supervisor).keep(registered, &ports)
        }
        await supervisor.replace(group: RelayPlan.farEnds, with: devices)
        try await waitUntilReady(supervisor)

        let flows = SampleFlows(
            shop: shop, wallet: Wallet(sandbox: "http://\(edges.sandbox)"),
            counters: shop.terminals.map {
                Counter($0, home: configuration.home, log: supervisor.log(of: $0.id.text))
            })
        printLine("")
        judge(try await flows.run { printLine($0) })
        if staysUp {
            printLine(NextSteps(configuration: configuration, edges: edges, counters: flows.counters).text)
            try await gracefulShutdown()
        }
    }

    /// Registers the sample in an empty registry. Entries that an operator has added to it since are kept.
    private func register(at router: RouterConsole) async throws -> Shop {
        let registered = try await router.shop()
        if registered.version == 0 {
            guard let change = ShopChange(basedOn: 0, name: ShopApplication.loggedIn, note: "the sample") else {
                throw OperatorError.sample("its history cannot be written")
            }
            _ = try await router.apply(shop, change)
            return shop
        }
        guard ShopDifference(from: registered.shop, to: shop).onlyRemoves else {
            throw OperatorError.otherShop(home: configuration.home.path)
        }
        return registered.shop
    }

    private func makeTagFolder() throws {
        try FileManager.default.createDirectory(
            atPath: configuration.home.path + "/tags", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    /// Waits until each process reports that it can work: devices have their sessions, adapters their routers.
    private func waitUntilReady(_ supervisor: Supervisor) async throws {
        let deadline = ContinuousClock.now + Self.startTimeout
        for name in processes {
            while await !supervisor.isWorking(name) {
                guard .now < deadline else {
                    throw OperatorError.notStarted(.slow(name, Self.startTimeout), logs: supervisor.logs)
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}

extension Supervisor {
    /// Whether a process's `/readyz` says that it can do its work.
    fileprivate func isWorking(_ name: String) async -> Bool {
        guard let admin = admin(of: name) else { return false }
        let request = HTTPClientRequest(url: "http://\(admin)/readyz")
        guard let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(2)) else { return false }
        _ = try? await response.body.collect(upTo: 65_536)
        return response.status == .ok
    }
}

extension RelayPlan.Edges {
    /// As the edges have announced them; nil if one is not ready.
    fileprivate init?(of supervisor: Supervisor) async {
        guard let phones = await supervisor.address(of: "ingress", speaking: "http"),
            let terminals = await supervisor.address(of: "terminal-gateway", speaking: "ws"),
            let pos = await supervisor.address(of: "pos-gateway", speaking: "ws"),
            let sandbox = await supervisor.address(of: "sandbox", speaking: "http")
        else { return nil }
        self.init(phones: phones, terminals: terminals, pos: pos, sandbox: sandbox)
    }
}
