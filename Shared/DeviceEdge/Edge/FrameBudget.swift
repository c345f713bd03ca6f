import HTTPEdge
import NIOCore

/// How much of a device's input is read: pure.
///
/// A frame costs one unit, and one more for each KiB; empty ones cost as much as others. A device with a session has a
/// rate, and is read later above it. Before that it has a fixed number of units: `hello` and `prove` are two frames.
struct FrameBudget {
    enum Verdict: Equatable {
        case goOn
        /// The frame is accepted; nothing more is read for this time.
        case pause(TimeAmount)
        /// A device without a session has used up its units.
        case exhausted
    }

    /// Units of a device before its session. Room for a `hello` and a `prove` of 32 KiB each, and for some pings.
    static let greeting = 96
    /// A device's work is a few frames a second. Far more than any needs, and little for a gateway.
    static let session = RateBudget.Rate(burst: 512, perSecond: 256)

    private enum Phase {
        case greeting(spent: Int)
        case session(RateBudget)
    }

    private var phase = Phase.greeting(spent: 0)

    /// The device has its session.
    mutating func welcome() { phase = .session(RateBudget(Self.session)) }

    /// A frame has come.
    mutating func spend(bytes: Int, at now: NIODeadline) -> Verdict {
        let units = 1 + bytes / 1_024
        switch phase {
        case .greeting(let spent):
            phase = .greeting(spent: spent + units)
            return spent + units > Self.greeting ? .exhausted : .goOn
        case .session(var budget):
            budget.spend(units, at: now)
            phase = .session(budget)
            return budget.wait(at: now).map(Verdict.pause) ?? .goOn
        }
    }
}
