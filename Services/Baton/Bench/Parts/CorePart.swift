/// Measures only the router, saturated.
struct CorePart: Sendable {
    let context: PartContext

    /// - Parameter folder: becomes the relay's home.
    /// - Throws: ``BenchError``, `CancellationError`.
    func run(in folder: String) async throws -> PartResult<CoreFigures> {
        context.progress.tell("core: starting the router")
        let relay = try await RelayUnderTest.start(.core, binaries: context.options.binaries, in: folder)
        do {
            let (saturated, tally) = try await measure(relay)
            await relay.end()
            let journal = try relay.countJournals()
            let faults = journal.contradictions(toApproved: tally.approved) + tally.othersText
            return PartResult(
                figures: CoreFigures(saturated: saturated, journal: journal), faults: faults.map { "core: \($0)" })
        } catch {
            await relay.end()
            throw error
        }
    }

    private func measure(_ relay: RelayUnderTest) async throws -> (LoadFigures, Tally) {
        let terminals = RelayUnderTest.terminals(context.options.terminals)
        try await relay.register(terminals)
        let made = CoreLoad(
            terminals: terminals, inFlight: context.options.phones, application: RelayUnderTest.application)
        guard let load = made else { throw BenchError.shopRefused("its names are no identifiers") }
        do {
            try await load.connect(try relay.bus())
            let saturated = try await saturate(load, relay)
            let tally = await load.tally
            await load.close()
            return (saturated, tally)
        } catch {
            for line in await load.tally.othersText { context.progress.printLine("core: \(line)") }
            await load.close()
            throw error
        }
    }

    private func saturate(_ load: CoreLoad, _ relay: RelayUnderTest) async throws -> LoadFigures {
        let options = context.options
        await load.begin()
        try await Task.sleep(for: options.warmUp)
        _ = await load.turnLatencies()
        let (meter, begin, before) = (ProcessMeter(relay), ContinuousClock.now, await load.tally.approved)
        for second in 1...options.seconds {
            let counted = await load.tally.approved
            try await Task.sleep(for: .seconds(1))
            try relay.checkAlive()
            let tally = await load.tally
            context.progress.tell(
                "core, saturated", second: second, of: options.seconds, rate: Double(tally.approved - counted),
                others: tally.othersCount)
        }
        let (latencies, span) = (await load.turnLatencies(), ContinuousClock.now - begin)
        let approved = await load.tally.approved - before
        let figures = LoadFigures(
            transactions: approved, latencies, in: span, cpu: meter.perTransaction(approved))
        try await load.finish()
        return figures
    }
}
