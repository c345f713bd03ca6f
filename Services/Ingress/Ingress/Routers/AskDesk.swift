/// The event loop's side of the passage to the routers: who gets which answer, and which news. Lives on the event loop.
final class AskDesk {
    private var askers: [IngressCore.AskID: (Answer) -> Void] = [:]
    private var watchers: [WatchID: () -> Void] = [:]
    private var made: UInt64 = 0

    /// Remembers who asks.
    func open(_ asker: @escaping (Answer) -> Void) -> IngressCore.AskID {
        made += 1
        let id = IngressCore.AskID(number: made)
        askers[id] = asker
        return id
    }

    /// Answers who asked, once.
    func close(_ answered: Answered) { askers.removeValue(forKey: answered.id)?(answered.answer) }

    func watch(_ watcher: @escaping () -> Void) -> WatchID {
        made += 1
        let id = WatchID(number: made)
        watchers[id] = watcher
        return id
    }

    func unwatch(_ id: WatchID) { watchers[id] = nil }

    /// There may be news for a stream.
    func tell(_ id: WatchID) { watchers[id]?() }
}
