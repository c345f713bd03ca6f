import RelayDomain

/// A call that a destination may be carrying out.
package enum DestinationTask: Hashable, Sendable {
    case authorization(TransactionID)
    case followUp(FollowUpTask.Key)
    /// The question whether it is healthy.
    case health
}

/// How long a call to a destination may take before it is cancelled.
public enum DestinationLimits {
    /// For one authorization. Far longer than a router waits in `authorizing`: a late answer still concludes a
    /// transaction that is unknown by then.
    public static let authorization = Duration.seconds(60)
    /// For one inquiry or reversal, which routers repeat, or for its answer about its health.
    public static let followUp = Duration.seconds(10)
}

/// The time limits of the calls in progress: one length for authorizations, another for all others.
struct CallTimeouts {
    private typealias Limit = (task: DestinationTask, due: ContinuousClock.Instant)

    private var authorizations = Queue<Limit>()
    private var others = Queue<Limit>()
    /// The calls in progress and their limits. A call may begin again while its old limit is still in a queue.
    private var open: [DestinationTask: ContinuousClock.Instant] = [:]

    mutating func begin(_ task: DestinationTask, now: ContinuousClock.Instant) {
        if case .authorization = task {
            open[task] = now + DestinationLimits.authorization
            authorizations.append((task, now + DestinationLimits.authorization))
        } else {
            open[task] = now + DestinationLimits.followUp
            others.append((task, now + DestinationLimits.followUp))
        }
    }

    mutating func end(_ task: DestinationTask) {
        open[task] = nil
        dropEnded(&authorizations)
        dropEnded(&others)
    }

    /// The next limit; nil if no call is in progress.
    var soonest: ContinuousClock.Instant? {
        [authorizations.first?.due, others.first?.due].compactMap(\.self).min()
    }

    /// The next call whose limit has passed. It counts as ended.
    mutating func next(at now: ContinuousClock.Instant) -> DestinationTask? {
        guard let late = [authorizations.first, others.first].compactMap(\.self).first(where: { $0.due <= now }) else {
            return nil
        }
        end(late.task)
        return late.task
    }

    private func dropEnded(_ limits: inout Queue<Limit>) {
        while let first = limits.first, open[first.task] != first.due { limits.removeFirst() }
    }
}
