import Foundation

/// Everything that one run has measured, and whether it is valid.
struct BenchResult: Sendable {
    var run: RunFacts?
    var echo: RelayFigures?
    var sandbox: RelayFigures?
    var idle: IdleFigures?
    var core: CoreFigures?
    /// Why the run is not valid; empty if it is.
    var faults: [String] = []

    /// Adds a part's faults.
    mutating func taking<Figures>(_ part: PartResult<Figures>) -> Figures {
        faults += part.faults
        return part.figures
    }

    /// Each figure against what it should reach; figures that were not measured are absent.
    var verdicts: [Verdict] {
        relayVerdicts("echo", echo, ofNginx: 0.06) + relayVerdicts("sandbox", sandbox, ofNginx: 0.035)
            + [
                idle.map {
                    Verdict("an idle terminal in the gateway", $0.gatewayKibPerTerminal, .atMost(8), unit: "KiB")
                },
                core?.ofPeer.map { Verdict("core, transactions for one of raw libzmq and SQLite", $0, .atLeast(0.3)) },
            ].compactMap { $0 }
    }

    private func relayVerdicts(_ name: String, _ figures: RelayFigures?, ofNginx: Double) -> [Verdict] {
        guard let figures else { return [] }
        return [
            figures.ofNginx.map { Verdict("\(name), transactions for one request of nginx", $0, .atLeast(ofNginx)) },
            Verdict("\(name), half load, p50", figures.halfLoad.p50Milliseconds, .atMost(8), unit: "ms"),
            Verdict("\(name), half load, p99", figures.halfLoad.p99Milliseconds, .atMost(30), unit: "ms"),
            Verdict("\(name), from start to ready", figures.startUpSeconds, .atMost(2), unit: "s"),
        ].compactMap { $0 }
    }
}

extension BenchResult: Encodable {
    private enum CodingKeys: String, CodingKey { case run, sandbox, idle, core, verdicts, faults, isValid }

    /// The figures of `echo` are at the top level; the others are below their own name.
    func encode(to encoder: any Encoder) throws {
        try echo?.encode(to: encoder)
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encodeIfPresent(run, forKey: .run)
        try fields.encodeIfPresent(sandbox, forKey: .sandbox)
        try fields.encodeIfPresent(idle, forKey: .idle)
        try fields.encodeIfPresent(core, forKey: .core)
        try fields.encode(verdicts, forKey: .verdicts)
        try fields.encode(faults, forKey: .faults)
        try fields.encode(faults.isEmpty, forKey: .isValid)
    }

    /// JSON with names such as `transactions_per_second`.
    var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return try encoder.encode(self)
        }
    }
}
