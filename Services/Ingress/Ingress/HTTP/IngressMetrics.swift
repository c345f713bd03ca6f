import Metrics
import NIOCore

/// What the ingress counts: answers by status, and how long they took; connections, and those that were closed.
struct IngressMetrics {
    /// The HTTP statuses that are counted by themselves: all that the ingress sends but 500. Others count as `other`,
    /// too many of which page an operator.
    static let statuses = [200, 201, 202, 204, 400, 404, 405, 409, 410, 413, 422, 503]

    private let counters: [Int: Counter]
    private let others: Counter
    private let duration = Timer(label: "baton_ingress_answer_seconds")
    private let connections = Gauge(label: "baton_ingress_connections")
    private let strangers = Gauge(label: "baton_ingress_strangers")

    init() {
        func counter(_ status: String) -> Counter {
            Counter(label: "baton_ingress_answers_total", dimensions: [("status", status)])
        }
        counters = Dictionary(uniqueKeysWithValues: Self.statuses.map { ($0, counter(String($0))) })
        others = counter("other")
    }

    /// A connection that was closed without an answer: its `address` has too many, there was no room (`full`), or it
    /// was closed for another one (`displaced`).
    func turnedAway(_ reason: String) {
        Counter(label: "baton_ingress_connections_refused_total", dimensions: [("reason", reason)]).increment()
    }

    /// - Parameter strangers: those of the connections that have sent no request.
    func gauge(connections: Int, strangers: Int) {
        self.connections.record(connections)
        self.strangers.record(strangers)
    }

    func answered(_ status: Int, after duration: TimeAmount) {
        (counters[status] ?? others).increment()
        self.duration.recordNanoseconds(duration.nanoseconds)
    }
}
