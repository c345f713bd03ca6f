import Metrics
import RelayDomain

/// How often each answer was sent to a router.
struct AnswerCounters {
    private let counters: [String: Counter]
    private let reversals: [String: Counter]
    private let leftOut = Dictionary(
        uniqueKeysWithValues: Approval.Field.allCases.map {
            ($0, Counter(label: "baton_adapter_fields_left_out_total", dimensions: [("field", $0.rawValue)]))
        })

    init() {
        let names = ["approved", "declined", "pendingCustomer", "unknown", "notFound", "notSent", "reversed"]
        counters = Dictionary(
            uniqueKeysWithValues: names.map {
                ($0, Counter(label: "baton_adapter_answers_total", dimensions: [("answer", $0)]))
            })
        reversals = Dictionary(
            uniqueKeysWithValues: ["confirmed", "refused", "unknown"].map {
                ($0, Counter(label: "baton_adapter_reversals_total", dimensions: [("answer", $0)]))
            })
    }

    func count(_ word: AdapterAnswer.Word) {
        switch word {
        case .authorization(let answer), .inquiry(let answer): count(answer)
        case .reversal(.confirmed): reversals["confirmed"]?.increment()
        case .reversal(.refused): reversals["refused"]?.increment()
        case .reversal(.unknown): reversals["unknown"]?.increment()
        }
    }

    /// What the destination said with an approval and did not fit.
    func count(leftOut fields: Set<Approval.Field>) {
        for field in fields { leftOut[field]?.increment() }
    }

    private func count(_ answer: DestinationAnswer) {
        let name =
            switch answer {
            case .approved: "approved"
            case .declined: "declined"
            case .pendingCustomer: "pendingCustomer"
            case .unknown: "unknown"
            case .notFound: "notFound"
            case .notSent: "notSent"
            case .reversed: "reversed"
            }
        counters[name]?.increment()
    }
}
