/// What one load has measured.
struct LoadFigures: Hashable, Codable, Sendable {
    let transactions: Int
    let transactionsPerSecond: Double
    let p50Milliseconds: Double
    let p99Milliseconds: Double
    let p999Milliseconds: Double
    /// By process; `load` is the one that measures.
    let cpuMicroseconds: [String: Double]
    /// The same processes, in the order in which they were started.
    let processes: [String]

    /// The CPU time of a transaction in the relay's own processes.
    var relayMicroseconds: Double { cpuMicroseconds.reduce(0) { $0 + ($1.key == "load" ? 0 : $1.value) } }

    init(_ window: PhoneFleet.Window, in span: Duration, cpu: [CPUFigure]) {
        self.init(transactions: window.tally.approved, window.latencies, in: span, cpu: cpu)
    }

    init(transactions: Int, _ latencies: Latencies, in span: Duration, cpu: [CPUFigure]) {
        self.transactions = transactions
        transactionsPerSecond = Double(transactions) / (span / .seconds(1))
        p50Milliseconds = latencies.milliseconds(at: 50)
        p99Milliseconds = latencies.milliseconds(at: 99)
        p999Milliseconds = latencies.milliseconds(at: 99.9)
        cpuMicroseconds = Dictionary(cpu.map { ($0.process, $0.microseconds) }) { $1 }
        processes = cpu.map(\.process)
    }
}

/// What was measured of one whole relay.
struct RelayFigures: Hashable, Codable, Sendable {
    let startUpSeconds: Double
    let saturated: LoadFigures
    let halfLoad: LoadFigures
    let journal: RelayUnderTest.JournalCount
    /// The yardstick's requests a second around this load; nil if there was none.
    var nginxRequestsPerSecond: Double?

    /// Transactions for each request that nginx answers.
    var ofNginx: Double? { nginxRequestsPerSecond.map { saturated.transactionsPerSecond / $0 } }
}

/// The cost of idle terminals.
struct IdleFigures: Hashable, Codable, Sendable {
    let terminals: Int
    let gatewayKibPerTerminal: Double
    let routerKibPerTerminal: Double
}

/// What was measured of the router alone.
struct CoreFigures: Hashable, Codable, Sendable {
    let saturated: LoadFigures
    let journal: RelayUnderTest.JournalCount
    /// Raw libzmq and SQLite, in the same run; nil if there was none.
    var peerTransactionsPerSecond: Double?

    var ofPeer: Double? { peerTransactionsPerSecond.map { saturated.transactionsPerSecond / $0 } }
}
