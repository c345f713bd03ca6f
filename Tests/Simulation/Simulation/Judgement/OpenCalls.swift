import RelayDomain
import Router

/// The calls of devices that wait for their router's answer.
struct OpenCalls {
    private struct Call {
        let journal: UInt8
        /// In the router's time.
        let since: Instant
        let isSubmission: Bool
    }

    private var open: [ReturnAddress: Call] = [:]
    private var known: Set<ReturnAddress> = []
    /// Those that the network has delivered more than once.
    private var repeated: Set<ReturnAddress> = []

    /// Another router has a journal: the calls have ended with their links.
    mutating func takenOver(_ journal: UInt8) { open = open.filter { $0.value.journal != journal } }

    /// A journal's router has decided a turn; its outputs may not have left yet.
    /// - Parameters:
    ///   - limit: how long an answer may wait.
    ///   - deadline: when the router decides again, whatever comes.
    /// - Returns: what is wrong with the answers, and what is to be counted.
    mutating func decided(
        _ inputs: [RouterInput], _ outputs: [RouterOutput], of journal: UInt8, at now: Instant, within limit: Duration,
        deadline: Instant?
    ) -> (faults: [String], counts: [String]) {
        var (faults, counts): ([String], [String]) = ([], [])
        for case .gateway(.call(_, let call, _), _, let address) in inputs {
            if !known.insert(address).inserted { repeated.insert(address) }
            open[address] = open[address] ?? Call(journal: journal, since: now, isSubmission: call.isSubmission)
        }
        for case .order(.reply(let reply), let address) in outputs {
            guard let call = open.removeValue(forKey: address) else {
                if !repeated.contains(address) { faults.append("\(reply) answers nothing, or for the second time") }
                continue
            }
            if call.isSubmission, call.since < now {
                counts.append("submission answered \(reply.outcome == nil ? "before" : "with") its outcome")
            }
        }
        for case .gatewayLost(let peer) in inputs { open = open.filter { $0.key.peer != peer } }
        for call in open.values where call.journal == journal {
            let due = call.since + limit
            if due <= now || deadline.map({ $0 > due }) ?? true { faults.append("a call waits beyond its limit") }
        }
        return (faults, counts)
    }
}

extension DeviceCall {
    fileprivate var isSubmission: Bool {
        switch self {
        case .submit, .scan: true
        case .received, .result, .cancel, .resume, .state: false
        }
    }
}
