import NIOCore

/// The load on one relay: phones and terminals on one event loop of this process.
struct RelayLoad: Sendable {
    /// How long phones and terminals may take to connect.
    private static let connectTimeout = TimeAmount.seconds(120)
    /// How long the last answers may take: more than a phone's `Prefer: wait`.
    private static let answerTimeout = TimeAmount.seconds(40)

    private let relay: RelayUnderTest
    private let progress: Progress
    private let eventLoop: any EventLoop
    private let phones: NIOLoopBound<PhoneFleet>
    private let terminals: NIOLoopBound<TerminalFleet>

    /// Opens a session for each terminal, then connects the phones.
    /// - Throws: ``BenchError/notConnected(_:)``.
    static func connect(
        to relay: RelayUnderTest, terminals names: [String], phones count: Int, codes: CodeSource,
        on eventLoop: any EventLoop, _ progress: Progress
    ) async throws -> RelayLoad {
        let ingress = try relay.address(of: "ingress", speaking: "http")
        let gateway = try relay.address(of: "terminal-gateway", speaking: "ws")
        let load = try await eventLoop.submit {
            RelayLoad(
                relay: relay, progress: progress, eventLoop: eventLoop,
                phones: NIOLoopBound(PhoneFleet(on: eventLoop, codes: codes), eventLoop: eventLoop),
                terminals: NIOLoopBound(TerminalFleet(on: eventLoop, gateway: gateway), eventLoop: eventLoop))
        }.get()
        do {
            try await eventLoop.flatSubmit { load.terminals.value.connect(names) }
                .get(within: connectTimeout, else: .notConnected("not every terminal has a session in time"))
            try await eventLoop.flatSubmit {
                load.phones.value.connect(count, to: ingress, terminals: names, application: RelayUnderTest.application)
            }.get(within: connectTimeout, else: .notConnected("not every phone is connected in time"))
        } catch {
            _ = try? await load.close()
            throw error
        }
        return load
    }

    /// Phones get these codes from now on.
    func use(_ codes: CodeSource) async throws { try await onLoop { $0.use(codes) } }

    /// Every phone submits as soon as it has its answer.
    func saturate(warmUp: Duration, for span: Duration) async throws -> LoadFigures {
        try await onLoop { $0.saturate() }
        try await watch("warming up", for: warmUp)
        _ = try await onLoop { $0.turnWindow() }
        let meter = ProcessMeter(relay)
        let begin = ContinuousClock.now
        try await watch("saturated", for: span)
        let window = try await onLoop { $0.turnWindow() }
        let cpu = meter.perTransaction(window.tally.approved)
        let figures = LoadFigures(window, in: .now - begin, cpu: cpu)
        try await finish()
        return figures
    }

    /// Customers come at `rate` a second, even if the relay does not keep up.
    func follow(rate: Double, for span: Duration) async throws -> LoadFigures {
        _ = try await onLoop { $0.turnWindow() }
        let meter = ProcessMeter(relay)
        let begin = ContinuousClock.now
        let count = try await onLoop { $0.follow(rate: rate, for: span) }
        try await watch("half load", for: span)
        try await finish()
        let took = max(ContinuousClock.now - begin, span)
        let window = try await onLoop { $0.turnWindow() }
        guard window.tally.approved + window.tally.othersCount >= count else {
            throw BenchError.silent(phones: count - window.tally.approved - window.tally.othersCount)
        }
        return LoadFigures(window, in: took, cpu: meter.perTransaction(window.tally.approved))
    }

    /// Ends all connections.
    /// - Returns: all answers to phones, and the errors at terminals.
    func close() async throws -> (phones: Tally, terminals: Tally) {
        try await eventLoop.submit { [phones, terminals] in
            phones.value.close()
            terminals.value.close()
            return (phones.value.tally, terminals.value.tally)
        }.get()
    }

    private func finish() async throws {
        do {
            try await eventLoop.flatSubmit { [phones] in phones.value.finish() }
                .get(within: Self.answerTimeout, else: .silent(phones: 0))
        } catch BenchError.silent {
            throw BenchError.silent(phones: try await onLoop { $0.busy })
        }
    }

    /// Waits for the span, and shows the progress each second.
    private func watch(_ what: String, for span: Duration) async throws {
        let begin = ContinuousClock.now
        var counted = try await onLoop { $0.tally }
        var told = begin
        while ContinuousClock.now < begin + span {
            try await Task.sleep(for: min(.seconds(1), begin + span - .now))
            try relay.checkAlive()
            let tally = try await onLoop { $0.tally }
            let now = ContinuousClock.now
            progress.tell(
                "\(relay.kind.rawValue), \(what)", second: (now - begin).wholeSeconds, of: span.wholeSeconds,
                rate: Double(tally.approved - counted.approved) / ((now - told) / .seconds(1)),
                others: tally.othersCount)
            (counted, told) = (tally, now)
        }
    }

    private func onLoop<Result: Sendable>(
        _ work: @escaping @Sendable (PhoneFleet) throws -> Result
    ) async throws -> Result {
        try await eventLoop.submit { [phones] in try work(phones.value) }.get()
    }
}

extension Duration {
    /// Whole seconds, rounded to the nearest.
    var wholeSeconds: Int { Int((self / .seconds(1)).rounded()) }
}
