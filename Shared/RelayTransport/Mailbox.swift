/// A bounded queue from any executor to one receiver, which gets it in batches.
///
/// Between a reactor and NIO's event loop there is one mailbox each way. The first element of a batch schedules one
/// closure on the receiving executor; elements that are added until that closure runs are delivered with it. Under load
/// hundreds of elements share a wake-up; without load each element costs one. (One task, stream element or queued send
/// per message would cost twenty times the CPU: see docs/adr/0003-the-bus.md.)
///
/// ```swift
/// let requests = Mailbox<Request>(capacity: 4096, schedule: reactor.execute)  // NIO loop → reactor
/// let replies = Mailbox<Reply>(capacity: 4096, schedule: { eventLoop.execute($0) })  // reactor → NIO loop
/// ```
public final class Mailbox<Element: Sendable>: @unchecked Sendable {
    // Sendable because every variable is touched inside `lock` only; `receive` is called outside of it, by the one
    // closure that `isScheduled` allows at a time.
    private let lock = Lock()
    private var waiting: [Element] = []
    private var isScheduled = false
    private var isClosed = false
    private var receive: (@Sendable ([Element]) -> Void)?
    private let schedule: @Sendable (@escaping @Sendable () -> Void) -> Void
    /// How many elements may wait.
    public let capacity: Int

    /// - Parameters:
    ///   - capacity: how many elements may wait; beyond that, ``offer(_:)`` returns false.
    ///   - schedule: passes a closure to the receiving executor: `reactor.execute`, or an event loop's `execute`.
    public init(capacity: Int, schedule: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) {
        self.capacity = capacity
        self.schedule = schedule
    }

    /// Sets the receiver, on the receiving executor, and delivers the waiting elements. Before that, elements wait.
    public func open(_ receive: @escaping @Sendable ([Element]) -> Void) {
        let mustSchedule = lock.withLock {
            self.receive = receive
            defer { isScheduled = isScheduled || !waiting.isEmpty }
            return !isScheduled && !waiting.isEmpty
        }
        if mustSchedule { schedule { self.deliver() } }
    }

    /// From now on nothing is accepted, and nothing is delivered.
    /// - Returns: the waiting elements, which will not be delivered; their senders may have to be told.
    @discardableResult
    public func close() -> [Element] {
        lock.withLock {
            receive = nil
            isClosed = true
            defer { waiting = [] }
            return waiting
        }
    }

    /// Adds one element.
    /// - Returns: false if the mailbox is full or closed: the element was not accepted.
    public func offer(_ element: Element) -> Bool { offer(contentsOf: CollectionOfOne(element)) == 1 }

    /// Adds what fits, in order, under one lock and with one wake-up.
    /// - Returns: how many of the first elements were accepted.
    public func offer(contentsOf elements: some Collection<Element>) -> Int {
        let (taken, mustSchedule) = lock.withLock { () -> (Int, Bool) in
            guard !isClosed else { return (0, false) }
            let room = min(capacity - waiting.count, elements.count)
            waiting.append(contentsOf: elements.prefix(room))
            let mustSchedule = !isScheduled && receive != nil && !waiting.isEmpty
            if mustSchedule { isScheduled = true }
            return (room, mustSchedule)
        }
        if mustSchedule { schedule { self.deliver() } }
        return taken
    }

    private func deliver() {
        let (batch, receive) = lock.withLock { () -> ([Element], (@Sendable ([Element]) -> Void)?) in
            isScheduled = false
            defer { waiting = [] }
            return (waiting, self.receive)
        }
        if !batch.isEmpty { receive?(batch) }
    }
}
