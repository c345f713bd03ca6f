import RelayDomain

/// What a destination may be busy with.
package enum DestinationTask: Hashable, Sendable {
    case authorization(TransactionID)
    case followUp(FollowUpTask.Key)
    /// The question whether it is well.
    case health
}

/// How long a destination may take before it is given up.
public enum DestinationLimits {
    /// For one authorization. Far longer than a router waits in `authorizing`: a late word still settles what is
    /// unknown by then.
    public static let authorization = Duration.seconds(60)
    /// For one inquiry or reversal, which routers repeat, or for its word on its health.
    public static let followUp = Duration.seconds(10)
}

/// Until when the destination may take for what it is busy with: one length for authorizations, another for all else.
struct CallTimeouts {
    private typealias Limit = (task: DestinationTask, due: ContinuousClock.Instant)

    private var authorizations = Queue<Limit>()
    private var others = Queue<Limit>()
    /// What has not ended, and when it runs out: the same may begin again while its old limit still stands in a queue.
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

    /// When the next runs out; nil if the destination is busy with nothing.
    var soonest: ContinuousClock.Instant? {
        [authorizations.first?.due, others.first?.due].compactMap(\.self).min()
    }

    /// The next that has run out. It counts as ended.
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
