import Metrics
import RelayDomain

/// How often which answer was handed to a router.
struct AnswerCounters {
    private let counters: [String: Counter]

    init() {
        let names = ["approved", "declined", "pendingCustomer", "unknown", "notFound", "notSent"]
        counters = Dictionary(
            uniqueKeysWithValues: names.map {
                ($0, Counter(label: "baton_destination_answers", dimensions: [("answer", $0)]))
            })
    }

    func count(_ answer: DestinationAnswer) {
        let name =
            switch answer {
            case .approved: "approved"
            case .declined: "declined"
            case .pendingCustomer: "pendingCustomer"
            case .unknown: "unknown"
            case .notFound: "notFound"
            case .notSent: "notSent"
            }
        counters[name]?.increment()
    }
}
