import Synchronization

/// A commit that was begun: reports its end once, to one waiting task.
public final class Commit: Sendable {
    private enum State {
        case underWay
        case awaited(CheckedContinuation<Void, any Error>)
        case ended(Result<Void, any Error>)
    }

    private let state = Mutex(State.underWay)

    /// A commit that has not ended.
    public init() {}

    /// Reports that the entries are durable, or why they are not. Called once, by the journal.
    public func finish(_ result: Result<Void, any Error>) {
        let waiter: CheckedContinuation<Void, any Error>? = state.withLock { state in
            defer { state = .ended(result) }
            guard case .awaited(let waiter) = state else { return nil }
            return waiter
        }
        waiter?.resume(with: result)
    }

    /// Returns when the entries are durable. Awaited once; cancellation has no effect, because a begun commit
    /// continues.
    /// - Throws: ``JournalError``.
    public func end() async throws {
        try await withCheckedThrowingContinuation { waiter in
            let result: Result<Void, any Error>? = state.withLock {
                if case .ended(let result) = $0 { return result }
                $0 = .awaited(waiter)
                return nil
            }
            if let result { waiter.resume(with: result) }
        }
    }
}
