import RelayDomain

// How an agent knows whether its POS program is there, so that nobody is sent to a POS that cannot be reached.

extension AgentCore {
    /// Between two probes while nothing is carried out.
    public static let probeDelay = Duration.seconds(5)

    /// What is known of the POS program.
    struct Watch: Hashable, Sendable {
        /// Nil before the first sign.
        var isReady: Bool?
        /// The number of the probe that is under way.
        var probe: UInt64?
        var probeAt = Duration.zero
    }

    /// When the next probe is due, or the one that is under way is given up; nil while something is carried out.
    var watchDeadline: Duration? {
        guard work == nil, !isStopping else { return nil }
        return watch.probe == nil ? watch.probeAt : stepUntil
    }

    mutating func probe(now: Duration) {
        guard let deadline = watchDeadline, now >= deadline else { return }
        if watch.probe != nil { probed(.failed(.silent), now: now) }
        guard now >= watch.probeAt else { return }
        drive(.probe, now: now)
        watch.probe = stepNumber
    }

    mutating func probed(_ news: DriverNews, now: Duration) {
        watch.probe = nil
        watch.probeAt = now + Self.probeDelay
        if case .failed(let failure) = news { programFailed(failure) } else { programAnswered() }
    }

    /// The POS program has given a sign of life.
    mutating func programAnswered() {
        guard watch.isReady != true else { return }
        watch.isReady = true
        outputs.append(.note(.ready))
    }

    /// The POS program does not answer, or not this agent.
    mutating func programFailed(_ failure: DriverFailure) {
        guard watch.isReady != false, failure != .readBackDiffers else { return }
        watch.isReady = false
        outputs.append(.note(.notReady(ReasonCode(failure.word) ?? .driverFailed)))
    }
}
