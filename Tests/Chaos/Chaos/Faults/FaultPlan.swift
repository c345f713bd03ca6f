import RelayDomain
import RelayTesting

/// Which fault comes when: chance, but the same for the same seed.
///
/// Faults are dealt from a deck that holds every kind for everybody it can happen to, shuffled anew when it is used up:
/// a long run meets all of them, several times. The first is always the end of the active router.
struct FaultPlan: Sendable {
    struct Step: Hashable, Sendable {
        /// Counted from the beginning of the load.
        let at: Duration
        let fault: Fault
    }

    /// Before the first fault: customers are there.
    static let quiet = Duration.seconds(2)
    /// How many faults come in a minute if nothing else is said: time enough for most of what was broken to mend.
    static let usualPerMinute = 27.0
    /// How long something is frozen or stalled, in milliseconds.
    static let spans: ClosedRange<Int64> = 1_000...8_000
    /// A router's wall clock is off by up to this; limits that count from stored times move by as much.
    static let routerClockMost: Int64 = 20
    /// Everybody else's, in seconds.
    static let clockMost: Int64 = 300

    let steps: [Step]

    /// - Parameter perMinute: how many faults come in a minute on average; the pause between two is 0.2 to 1.8 times the mean.
    init(seed: UInt64, span: Duration, perMinute: Double = usualPerMinute) {
        let pauses = Int64(12_000 / perMinute)...Int64(108_000 / perMinute)
        var random = SeededGenerator(seed: seed)
        var steps: [Step] = []
        var deck: [Fault] = [.kill(.activeRouter)]
        var at = Self.quiet
        while at < span {
            if deck.isEmpty { deck = Self.deck(&random).shuffled(using: &random) }
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
        deck += Role.allCases.map { .kill($0) }  // What the promise is about, twice.
        deck += [.kill(.activeRouter), .kill(.activeRouter), .kill(.adapter), .kill(.terminalGateway)]
        deck += Role.allCases.filter { $0 != .terminal }.map { .freeze($0, span()) }
        deck += [.freeze(.activeRouter, .milliseconds(spans.upperBound)), .freeze(.activeRouter, span())]
        deck += [Role.activeRouter, .ingress, .terminalGateway, .adapter].map { .pause($0, span()) }
        deck += Role.allCases.filter { $0 != .standbyRouter && $0 != .terminal }.map { .restart($0) }
        deck += Line.allCases.map { .cut($0) }
        deck += [.stall(.phones, span()), .stall(.terminals, span()), .stall(.destination, span())]
        deck += [.diskFull, .fsyncFails]
        deck += [.clockStep(.activeRouter, offset(routerClockMost))]
        deck += [Role.terminalGateway, .adapter, .ingress].map { .clockStep($0, offset(clockMost)) }
        return deck
    }
}
