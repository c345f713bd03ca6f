/// The event loop's side of the way to the routers: which caller gets which answer, and which stream which hint. Used
/// only on the event loop.
final class PendingQueries {
    private var callers: [IngressCore.QueryID: (PhoneAnswer) -> Void] = [:]
    private var watchers: [WatchID: () -> Void] = [:]
    private var made: UInt64 = 0

    /// Stores the caller.
    func open(_ caller: @escaping (PhoneAnswer) -> Void) -> IngressCore.QueryID {
        made += 1
        let id = IngressCore.QueryID(number: made)
        callers[id] = caller
        return id
    }

    /// Calls the caller with its answer, once.
    func close(_ answered: QueryAnswer) { callers.removeValue(forKey: answered.id)?(answered.answer) }

    func watch(_ watcher: @escaping () -> Void) -> WatchID {
        made += 1
        let id = WatchID(number: made)
        watchers[id] = watcher
        return id
    }

    func unwatch(_ id: WatchID) { watchers[id] = nil }

    /// There may be a change for a stream.
    func tell(_ id: WatchID) { watchers[id]?() }
}
