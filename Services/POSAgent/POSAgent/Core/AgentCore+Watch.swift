import DeviceLink
import RelayDomain

// How an agent knows whether its POS program is running, so that no customer is sent to a POS that cannot be reached.

extension AgentCore {
    /// Between two probes while nothing is carried out.
    public static let probeDelay = Duration.seconds(5)

    /// What is known of the POS program.
    struct Watch: Hashable, Sendable {
        /// Nil before the first sign. A new session counts as ready until it is told otherwise.
        var readiness: DeviceReadiness?
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
        if case .failed(let failure) = news { programFailed(failure, now: now) } else { programAnswered(now: now) }
    }

    /// The POS program has given a sign of life.
    mutating func programAnswered(now: Duration) {
        guard watch.readiness != .ready else { return }
        let wasTold = watch.readiness != nil
        watch.readiness = .ready
        outputs.append(.note(.ready))
        if wasTold { tellReadiness(now: now) }
    }

    /// The POS program does not answer, or not this agent.
    mutating func programFailed(_ failure: DriverFailure, now: Duration) {
        guard watch.readiness?.isReady != false else { return }
        let reason = ReasonCode(failure.word) ?? .driverFailed
        watch.readiness = .notReady(reason)
        outputs.append(.note(.notReady(reason)))
        tellReadiness(now: now)
    }

    mutating func tellReadiness(now: Duration) {
        guard let readiness = watch.readiness else { return }
        call(.state(isReady: readiness.isReady, reason: readiness.reason), now: now)
    }
}
