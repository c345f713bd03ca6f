import Glibc

/// How much CPU each process used between two moments.
struct ProcessMeter: Sendable {
    private let pids: [(name: String, pid: Int32)]
    private let before: [Double]

    /// Begins to measure these processes, and this one as `load`.
    init(_ relay: RelayUnderTest) {
        pids = relay.workers + [("load", getpid())]
        before = pids.map { ProcessFigures.cpuMicroseconds(of: $0.pid) ?? 0 }
    }

    /// CPU microseconds per transaction by process, in the order in which they were started.
    func perTransaction(_ transactions: Int) -> [CPUFigure] {
        zip(pids, before).map { process, before in
            let used = max(0, (ProcessFigures.cpuMicroseconds(of: process.pid) ?? before) - before)
            return CPUFigure(process: process.name, microseconds: transactions > 0 ? used / Double(transactions) : 0)
        }
    }
}

/// What one process spent on one transaction.
struct CPUFigure: Hashable, Codable, Sendable {
    let process: String
    let microseconds: Double
}
