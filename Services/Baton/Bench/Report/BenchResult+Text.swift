extension BenchResult {
    /// The result as text.
    var text: [String] {
        var lines: [String] = []
        for (name, figures) in [("echo", echo), ("sandbox", sandbox)] {
            if let figures { lines += Self.text(name, figures) + [""] }
        }
        if let core { lines += Self.text(core) + [""] }
        if let idle { lines += Self.text(idle) + [""] }
        var table = Table()
        for verdict in verdicts { table.add(verdict.name, verdict.found, verdict.wanted, verdict.word) }
        lines += table.lines
        lines += faults.map { "not valid: \($0)" }
        return lines
    }

    private static func text(_ name: String, _ figures: RelayFigures) -> [String] {
        var table = Table()
        table.add(name, "saturated", "half load")
        rows([figures.saturated, figures.halfLoad], into: &table)
        if let ratio = figures.ofNginx, let rate = figures.nginxRequestsPerSecond {
            table.add("for one request of nginx (\(rate.grouped)/s)", ratio.digits(4), "")
        }
        table.add("ready after, s", figures.startUpSeconds.digits(2), "")
        return table.lines
    }

    private static func text(_ core: CoreFigures) -> [String] {
        var table = Table()
        table.add("core", "saturated")
        rows([core.saturated], into: &table)
        if let ratio = core.ofPeer, let rate = core.peerTransactionsPerSecond {
            table.add("for one of raw libzmq and SQLite (\(rate.grouped)/s)", ratio.digits(3))
        }
        return table.lines
    }

    private static func text(_ idle: IdleFigures) -> [String] {
        var table = Table()
        table.add("\(Double(idle.terminals).grouped) idle terminals", "KiB each")
        table.add("terminal gateway", idle.gatewayKibPerTerminal.digits(2))
        table.add("router", idle.routerKibPerTerminal.digits(2))
        return table.lines
    }

    private static func rows(_ loads: [LoadFigures], into table: inout Table) {
        table.add("transactions/s", loads.map { $0.transactionsPerSecond.grouped })
        table.add("p50, ms", loads.map { $0.p50Milliseconds.digits(1) })
        table.add("p99, ms", loads.map { $0.p99Milliseconds.digits(1) })
        table.add("p99.9, ms", loads.map { $0.p999Milliseconds.digits(1) })
        let processes = loads.first?.processes ?? []
        for process in processes {
            table.add("CPU µs each, \(process)", loads.map { ($0.cpuMicroseconds[process] ?? 0).digits(1) })
        }
        table.add("CPU µs each, all but load", loads.map { $0.relayMicroseconds.digits(1) })
    }
}
