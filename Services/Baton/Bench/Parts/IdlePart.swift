/// Measures the cost of idle terminals: the growth of resident memory when they connect.
struct IdlePart: Sendable {
    /// How long the processes get to settle before their memory is read.
    private static let settling = Duration.seconds(2)

    let context: PartContext

    /// - Parameter folder: becomes the relay's home.
    /// - Throws: ``BenchError``, `CancellationError`.
    func run(in folder: String) async throws -> PartResult<IdleFigures> {
        context.progress.tell("idle: starting the relay")
        let relay = try await RelayUnderTest.start(.echo, binaries: context.options.binaries, in: folder)
        do {
            let result = try await measure(relay)
            await relay.end()
            return result
        } catch {
            await relay.end()
            throw error
        }
    }

    private func measure(_ relay: RelayUnderTest) async throws -> PartResult<IdleFigures> {
        let terminals = RelayUnderTest.terminals(context.options.idleTerminals)
        try await relay.register(terminals)
        try await Task.sleep(for: Self.settling)
        let before = resident(relay)
        context.progress.tell("idle: connecting \(terminals.count) terminals")
        let load = try await RelayLoad.connect(
            to: relay, terminals: terminals, phones: 0, codes: .counted(1), on: context.eventLoop, context.progress)
        try await Task.sleep(for: Self.settling)
        let after = resident(relay)
        let tally = try await load.close().terminals
        func each(_ name: String) -> Double {
            ((after[name] ?? 0) - (before[name] ?? 0)) / Double(terminals.count)
        }
        let figures = IdleFigures(
            terminals: terminals.count, gatewayKibPerTerminal: each("terminal-gateway"),
            routerKibPerTerminal: each("router"))
        return PartResult(figures: figures, faults: tally.othersText.map { "idle: \($0)" })
    }

    /// Resident KiB by process.
    private func resident(_ relay: RelayUnderTest) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: relay.workers.map { ($0.name, ProcessFigures.residentKiB(of: $0.pid) ?? 0) })
    }
}
