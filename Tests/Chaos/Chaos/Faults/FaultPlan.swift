import Flooding
import RelayDomain
import RelayTesting

/// Which fault comes when: random, but the same for the same seed.
///
/// Faults come from a list of every kind for every possible victim, shuffled again when it is used up: a long run has
/// all of them, several times. The first is always the end of the active router.
struct FaultPlan: Sendable {
    struct Step: Hashable, Sendable {
        /// Counted from the beginning of the load.
        let at: Duration
        let fault: Fault
    }

    /// The time before the first fault, with customers.
    static let quiet = Duration.seconds(2)
    /// The default number of faults per minute: most processes can recover in between.
    static let usualPerMinute = 27.0
    /// The default number of floods per minute: there is almost always one.
    static let usualFloodsPerMinute = 24.0
    /// How long something is frozen or stalled, in milliseconds.
    static let spans: ClosedRange<Int64> = 1_000...8_000
    /// The largest error of a router's wall clock, in seconds; limits that count from stored times move by as much.
    static let routerTimeMax: Int64 = 20
    /// The largest error of all other wall clocks, in seconds.
    static let clockMax: Int64 = 300

    /// How long a flood lasts, in milliseconds.
    static let floodSpans: ClosedRange<Int64> = 2_000...5_000

    let steps: [Step]

    /// - Parameter perMinute: how many faults come in a minute on average; the pause between two is 0.2 to 1.8 times
    ///   the mean.
    init(seed: UInt64, span: Duration, perMinute: Double = usualPerMinute) {
        self.init(seed: seed, span, perMinute, first: [.kill(.activeRouter)], Self.deck)
    }

    /// The additional floods, in the same way.
    /// - Parameter perMinute: 0: none.
    static func floods(seed: UInt64, span: Duration, perMinute: Double = usualFloodsPerMinute) -> FaultPlan {
        FaultPlan(seed: seed &+ 2, perMinute > 0 ? span : .zero, max(perMinute, 1), first: [], Self.crowds)
    }

    private init(
        seed: UInt64, _ span: Duration, _ perMinute: Double, first: [Fault],
        _ deal: (inout SeededGenerator) -> [Fault]
    ) {
        let pauses = Int64(12_000 / perMinute)...Int64(108_000 / perMinute)
        var random = SeededGenerator(seed: seed)
        var steps: [Step] = []
        var deck = first
        var at = Self.quiet
        while at < span {
            if deck.isEmpty { deck = deal(&random).shuffled(using: &random) }
            steps.append(Step(at: at, fault: deck.removeLast()))
            at += .milliseconds(Int64.random(in: pauses, using: &random))
        }
        self.steps = steps
    }

    private static func deck(_ random: inout SeededGenerator) -> [Fault] {
        func span() -> Duration { .milliseconds(Int64.random(in: spans, using: &random)) }
        func offset(_ most: Int64) -> Duration {
            .seconds(Int64.random(in: most / 4...most, using: &random) * (Bool.random(using: &random) ? 1 : -1))
        }
        var deck: [Fault] = Role.allCases.map { .kill($0) }
        deck += Role.allCases.map { .kill($0) }  // Kills matter most, so they are in the list twice.
        deck += [.kill(.activeRouter), .kill(.activeRouter), .kill(.adapter), .kill(.terminalGateway)]
        deck += Role.allCases.filter { $0 != .terminal }.map { .freeze($0, span()) }
        deck += [.freeze(.activeRouter, .milliseconds(spans.upperBound)), .freeze(.activeRouter, span())]
        deck += [Role.activeRouter, .standbyRouter, .ingress, .terminalGateway, .posGateway, .adapter].map {
            .pause($0, span())
        }
        deck += Role.allCases.filter { $0 != .standbyRouter && $0 != .terminal }.map { .restart($0) }
        deck += Line.allCases.map { .cut($0) }
        deck += [.stall(.phones, span()), .stall(.terminals, span()), .stall(.destination, span())]
        deck += [.diskFull, .fsyncFails, .indexDiskFull(span())]
        deck += [.clockStep(.activeRouter, offset(routerTimeMax))]
        deck += [Role.terminalGateway, .adapter, .ingress].map { .clockStep($0, offset(clockMax)) }
        return deck
    }

    /// Each kind of strangers, at every process that has the endpoint that they flood.
    private static func crowds(_ random: inout SeededGenerator) -> [Fault] {
        Strangers.allCases.flatMap { strangers in
            strangers.flooded.map { .flood($0, strangers, .milliseconds(Int64.random(in: floodSpans, using: &random))) }
        }
    }
}

extension Strangers {
    /// The roles that they flood.
    var flooded: [Role] {
        switch self {
        case .idle, .halfHeads, .pipelined: [.ingress]
        case .silentSockets, .pings, .fragments: [.terminalGateway, .posGateway]
        case .noZeroMQ, .beforeHello, .oversized, .afterHello, .oneRoutingID, .subscriptions: [.activeRouter]
        case .admin: [.activeRouter, .ingress]
        }
    }
}
