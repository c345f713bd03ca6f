import Metrics

/// The counters of one endpoint. Labels have a closed set of values, so that their number is bounded.
struct BusCounters {
    private let connections: [SocketEvent: Counter]
    private let lost: [LinkLoss: Counter]
    private let unsent: [SendResult: Counter]
    private let endpoint: String

    init(_ endpoint: BusEndpoint) {
        func counters<Key: CaseIterable & Hashable & RawRepresentable<String>>(
            _ label: String, by dimension: String
        ) -> [Key: Counter] {
            Dictionary(
                uniqueKeysWithValues: Key.allCases.map { key in
                    (
                        key,
                        Counter(label: label, dimensions: [("endpoint", endpoint.rawValue), (dimension, key.rawValue)])
                    )
                })
        }
        self.endpoint = endpoint.rawValue
        connections = counters("baton_bus_connections_total", by: "event")
        lost = counters("baton_bus_links_lost_total", by: "reason")
        unsent = counters("baton_bus_unsent_total", by: "result")
    }

    func count(_ event: SocketEvent) { connections[event]?.increment() }
    func count(_ loss: LinkLoss) { lost[loss]?.increment() }
    func count(unsent result: SendResult) { unsent[result]?.increment() }
    /// A message that was refused. Rare, so the counter is looked up each time.
    func count(refused reason: String) {
        Counter(label: "baton_bus_refused_total", dimensions: [("endpoint", endpoint), ("reason", reason)]).increment()
    }
}
