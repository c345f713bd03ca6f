import Metrics
import NIOCore

/// What the ingress counts: answers by status, and how long they took.
struct IngressMetrics {
    private let counters: [Int: Counter]
    private let others: Counter
    private let duration = Timer(label: "baton_ingress_answer")

    init() {
        func counter(_ status: String) -> Counter {
            Counter(label: "baton_ingress_answers", dimensions: [("status", status)])
        }
        let statuses = [200, 201, 202, 400, 404, 405, 409, 410, 413, 422, 503]
        counters = Dictionary(uniqueKeysWithValues: statuses.map { ($0, counter(String($0))) })
        others = counter("other")
    }

    func answered(_ status: Int, after duration: TimeAmount) {
        (counters[status] ?? others).increment()
        self.duration.recordNanoseconds(duration.nanoseconds)
    }
}
