import RelayDomain
import ServiceRuntime

/// Reports destinations without a usable adapter to operators, in metrics and readiness.
struct DestinationWatch {
    /// How many are named in `/readyz`.
    private static let namedMax = 8

    private let health: Health.Part
    /// The version of the last report.
    private var told: (registry: UInt64, adapters: UInt64)?
    private var known: [DestinationID] = []

    init(_ health: Health.Part) {
        self.health = health
        health.ready()
    }

    /// Called after each turn. It is a warning, never a lack of readiness: restarting the router would not help.
    mutating func look(at core: RouterCore, _ metrics: RouterMetrics) {
        let version = core.standingsVersion
        guard told.map({ $0 != version }) ?? true else { return }
        let standings = core.standings
        metrics.destinations(standings, gone: known.filter { standings[$0] == nil })
        (told, known) = (version, Array(standings.keys))
        let troubles = standings.sorted { $0.key < $1.key }.compactMap { destination, standing in
            standing.trouble.map { "\(destination): \($0)" }
        }
        guard !troubles.isEmpty else { return health.ready() }
        let others = troubles.count > Self.namedMax ? ["and others"] : []
        health.warning((troubles.prefix(Self.namedMax) + others).joined(separator: "; "))
    }
}
