import RelayDomain
import ServiceRuntime

/// Which processes `baton up` runs, and the settings of each.
///
/// Stage 0 are the routers, 1 the edges, 2 the adapters, 3 what surrounds the relay in a trial. Each gets only the
/// settings that it knows; addresses that stay at their defaults (the home's sockets) are not repeated.
struct RelayPlan: Sendable {
    /// The groups that change while the relay runs; see ``Supervisor/replace(group:with:)``.
    static let adapters = "adapters"
    static let farEnds = "far ends"

    /// How many adapters have the admin ports that follow the other processes'; further ones have any free port.
    static let adaptersOfKnownPortMax = 20

    /// The destination kinds for which this build has an adapter: those that `baton-destination-adapter --help` lists.
    enum Kind: String, CaseIterable { case echo, sandbox }

    /// The name of a destination's adapter. Names have at most 64 characters, as IDs have: a long one is cut, and a
    /// number keeps it unique.
    static func adapterName(_ destination: DestinationID) -> String {
        let name = "adapter-\(destination)"
        guard name.utf8.count > DestinationID.longest else { return name }
        let number = "-" + String(destination.text.fnv1a, radix: 16)
        return String(name.prefix(DestinationID.longest - number.utf8.count)) + number
    }

    let configuration: BatonConfiguration

    /// What runs from the beginning: two routers, one of them as standby, and the edges.
    func relay(withSandbox: Bool) -> [ProcessPlan] {
        let routers = ["router-0", "router-1"].enumerated().map { number, name in
            ProcessPlan(name, "baton-router", settings: common(admin: number), stage: 0, group: "router")
        }
        var ingress = common(admin: 2).merging(["BATON_LISTEN": "\(configuration.phones)"]) { $1 }
        if let publicURL = configuration.publicURL { ingress["BATON_PUBLIC_URL"] = publicURL.text }
        if let most = configuration.streamsPerAddressMax { ingress["BATON_STREAMS_PER_ADDRESS"] = "\(most)" }
        var gateway: [String: String] = [:]
        if let most = configuration.connectionsPerAddressMax {
            ingress["BATON_CONNECTIONS_PER_ADDRESS"] = "\(most)"
            gateway["BATON_CONNECTIONS_PER_ADDRESS"] = "\(most)"
        }
        gateway["BATON_PUBLIC_URL"] =
            configuration.publicURL?.text
            ?? (configuration.phones.port == 0 ? nil : "http://\(configuration.phones.reachable)")
        let edges = [
            ProcessPlan("ingress", "baton-ingress", settings: ingress, stage: 1),
            ProcessPlan(
                "terminal-gateway", "baton-terminal-gateway",
                settings: common(admin: 3).merging(["BATON_LISTEN": "\(configuration.terminals)"]) { $1 }
                    .merging(gateway) { $1 }, stage: 1),
            ProcessPlan(
                "pos-gateway", "baton-pos-gateway",
                settings: common(admin: 4).merging(["BATON_LISTEN": "\(configuration.pos)"]) { $1 }
                    .merging(gateway) { $1 }, stage: 1),
        ]
        let sandbox = ProcessPlan(
            "sandbox", "baton-sandbox", arguments: ["destination"],
            settings: common(admin: nil).merging(["BATON_LISTEN": "\(configuration.sandbox)"]) { $1 }, stage: 1)
        return routers + edges + (withSandbox ? [sandbox] : [])
    }

    /// One adapter for each destination of a kind for which this build has an adapter.
    /// - Parameters:
    ///   - sandbox: where the sandbox destination answers.
    ///   - ports: which admin port each has; destinations that are gone lose theirs, and new ones get one.
    func adapters(of shop: Shop, sandbox: HostPort, ports: inout AdapterPorts) -> [ProcessPlan] {
        let served = shop.destinations.compactMap { destination in
            Kind(rawValue: destination.kind.text).map { (id: destination.id, kind: $0) }
        }
        ports.assign(to: served.map(\.id))
        return served.map { id, kind in
            var settings = common(adminPort: ports[id])
            settings["BATON_DESTINATION"] = id.text
            settings["BATON_KIND"] = kind.rawValue
            settings.merge(ownSettings(of: kind, sandbox: sandbox)) { $1 }
            return ProcessPlan(
                Self.adapterName(id), "baton-destination-adapter", settings: settings, stage: 2, group: Self.adapters)
        }
    }

    /// What only adapters of one kind are told. None but the sandbox's learns where the sandbox is.
    private func ownSettings(of kind: Kind, sandbox: HostPort) -> [String: String] {
        switch kind {
        case .echo: [:]
        case .sandbox: ["BATON_DESTINATION_URL": "http://\(sandbox.reachable)"]
        }
    }

    /// The admin ports for adapters: those after the other processes', except addresses where another process listens.
    var adapterPorts: AdapterPorts {
        let first = configuration.admin.port + 5
        guard configuration.admin.port != 0, first <= UInt16.max else { return AdapterPorts([]) }
        let others = [configuration.phones, configuration.terminals, configuration.pos, configuration.sandbox].map(
            \.port)
        let free = (UInt16(first)...UInt16.max).lazy.filter { !others.contains(Int($0)) }
        return AdapterPorts(Array(free.prefix(Self.adaptersOfKnownPortMax)))
    }

    /// - Parameter admin: which of the admin ports; nil: any free one.
    func common(admin: Int?) -> [String: String] {
        let base = configuration.admin.port
        return common(adminPort: base == 0 ? nil : admin.flatMap { UInt16(exactly: base + $0) })
    }

    private func common(adminPort: UInt16?) -> [String: String] {
        [
            "BATON_ADMIN": "\(HostPort(host: configuration.admin.host, port: adminPort ?? 0))",
            "BATON_LOG_LEVEL": configuration.logLevel.rawValue,
            "BATON_DRAIN": "\(configuration.drainTimeout.milliseconds)ms",
        ]
    }
}
