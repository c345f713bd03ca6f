/// Drives a whole relay: saturated, then at half the rate that it reached.
struct RelayPart: Sendable {
    /// More codes than can be used in a second here: unused ones are dropped.
    private static let codesPerSecond = 10_000

    let kind: RelayUnderTest.Kind
    let context: PartContext

    /// - Parameter folder: becomes the relay's home.
    /// - Throws: ``BenchError``, `CancellationError`.
    func run(in folder: String) async throws -> PartResult<RelayFigures> {
        let name = kind.rawValue
        context.progress.tell("\(name): starting the relay")
        let relay = try await RelayUnderTest.start(
            kind, binaries: context.options.binaries, in: folder, journals: context.options.journals)
        do {
            let measured = try await measure(relay)
            await relay.end()
            let journal = try relay.countJournals()
            let figures = RelayFigures(
                startUpSeconds: relay.startUp / .seconds(1), saturated: measured.saturated, halfLoad: measured.halfLoad,
                journal: journal)
            let faults =
                journal.contradictions(toApproved: measured.phones.approved)
                + (measured.phones.othersText + measured.terminals.othersText)
            return PartResult(figures: figures, faults: faults.map { "\(name): \($0)" })
        } catch {
            await relay.end()
            throw error
        }
    }

    private struct Measured {
        let saturated: LoadFigures
        let halfLoad: LoadFigures
        let phones: Tally
        let terminals: Tally
    }

    private func measure(_ relay: RelayUnderTest) async throws -> Measured {
        let options = context.options
        let terminals = RelayUnderTest.terminals(options.terminals)
        try await relay.register(terminals)
        let busy = (options.warmUp + options.span) / .seconds(1)
        let codes = try await codes(relay, Int(busy) * Self.codesPerSecond)
        context.progress.tell("\(kind.rawValue): connecting \(terminals.count) terminals and \(options.phones) phones")
        let load = try await RelayLoad.connect(
            to: relay, terminals: terminals, phones: options.phones, codes: codes, on: context.eventLoop,
            context.progress)
        do {
            let saturated = try await load.saturate(warmUp: options.warmUp, for: options.span)
            let rate = saturated.transactionsPerSecond / 2
            guard rate > 0 else { throw BenchError.notConnected("not one transaction was approved") }
            if kind == .sandbox {
                try await load.use(try await self.codes(relay, Int(rate * Double(options.seconds)) + 1))
            }
            let halfLoad = try await load.follow(rate: rate, for: options.span)
            let (phones, devices) = try await load.close()
            return Measured(saturated: saturated, halfLoad: halfLoad, phones: phones, terminals: devices)
        } catch {
            let tallies = try? await load.close()
            for line in (tallies?.phones.othersText ?? []) + (tallies?.terminals.othersText ?? []) {
                context.progress.printLine("\(kind.rawValue): \(line)")
            }
            throw error
        }
    }

    private func codes(_ relay: RelayUnderTest, _ count: Int) async throws -> CodeSource {
        guard kind == .sandbox else { return .counted(1) }
        context.progress.tell("sandbox: issuing \(count) codes")
        return try await SandboxCodes(sandbox: relay.address(of: "sandbox", speaking: "http")).issue(count)
    }
}

extension RelayUnderTest.JournalCount {
    /// Differences between the journal and the answers to phones.
    func contradictions(toApproved told: Int) -> [String] {
        var contradictions: [String] = []
        if approved != told { contradictions.append("the journal holds \(approved) approvals, phones heard \(told)") }
        if withoutOutcome > 0 { contradictions.append("\(withoutOutcome) transactions without outcome") }
        if transactions != approved + withoutOutcome {
            contradictions.append("\(transactions - approved - withoutOutcome) transactions that were not approved")
        }
        return contradictions
    }
}
