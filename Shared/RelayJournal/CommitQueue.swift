import RelayDomain
import Synchronization

/// The commits of a journal that were begun and are not being written yet. The journal's thread takes all of them at
/// once and writes them as one, so that many transactions share a disk's round trip without any timer.
///
/// After a failed write nothing more is written: what was begun later has decided upon what is lost.
public final class CommitQueue: Sendable {
    /// Commits that are written together: all of them or none.
    public struct Group: Sendable {
        /// In the order in which they were begun; those about one transaction are one entry.
        public fileprivate(set) var entries: [JournalEntry] = []
        fileprivate var ends: [CommitEnd] = []
    }

    private struct State {
        var waiting = Group()
        var failure: (any Error)?
    }

    private let state = Mutex(State())

    public init() {}

    /// Adds a commit behind those that wait; after a failure it ends at once with that.
    /// - Returns: whether the caller has to have the journal's thread take what waits.
    public func add(_ entries: [JournalEntry], _ end: @escaping CommitEnd) -> Bool {
        let (isFirst, failure) = state.withLock { state -> (Bool, (any Error)?) in
            guard state.failure == nil else { return (false, state.failure) }
            state.waiting.entries += entries
            state.waiting.ends.append(end)
            return (state.waiting.ends.count == 1, nil)
        }
        if let failure { end(.failure(failure)) }
        return isFirst
    }

    /// All that waits; nothing does any more.
    public func takeAll() -> Group {
        var group = state.withLock { state in
            defer { state.waiting = Group() }
            return state.waiting
        }
        if group.ends.count > 1 { group.entries = Self.joined(group.entries) }
        return group
    }

    /// Entries of several commits, in order, as one commit: those about one transaction are one entry.
    package static func joined(_ entries: [JournalEntry]) -> [JournalEntry] {
        var joined: [JournalEntry] = []
        var places: [TransactionID: Int] = [:]
        for entry in entries {
            if let place = places[entry.transaction.id] {
                joined[place] = joined[place].followed(by: entry)
            } else {
                places[entry.transaction.id] = joined.count
                joined.append(entry)
            }
        }
        return joined
    }

    /// Reports the end of what was taken, in the order of its beginning, and of all behind it after a failure.
    public func end(_ group: Group, _ result: Result<Void, any Error>) {
        for end in group.ends { end(result) }
        guard case .failure(let error) = result else { return }
        let behind = state.withLock { state in
            defer { state = State(failure: error) }
            return state.waiting
        }
        for end in behind.ends { end(result) }
    }
}

extension JournalEntry {
    /// What one turn would have written that decided both.
    fileprivate func followed(by next: JournalEntry) -> JournalEntry {
        JournalEntry(transaction: next.transaction, events: events + next.events, opening: opening ?? next.opening)
    }
}
