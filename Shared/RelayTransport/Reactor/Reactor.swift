import CZeroMQ
import Glibc
import RelayDomain
import Synchronization

/// The one thread that owns this process's sockets, and the executor of the actors that use them.
///
/// A message passes like this: the thread sleeps in `poll`; libzmq's I/O thread makes a socket's descriptor readable;
/// the reactor reads every readable socket in bounded batches and calls the typed end it belongs to (``LinkServer``,
/// ``LinkClient``, …), which calls its owner, an actor that lives on this reactor. There is no thread switch and no
/// lock: reading, deciding and answering happen on one thread. When all sockets are read the reactor calls the hooks
/// given to `atEndOfTick`: inputs that arrived together can be decided, and made durable, together.
///
/// ```swift
/// actor Echo {
///     nonisolated let reactor: Reactor
///     nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
///
///     init(_ reactor: Reactor) { self.reactor = reactor }
/// }
/// ```
///
/// **Order of an end.** The thread starts with the reactor and holds it until `stop()`, which closes every socket,
/// releases timers and hooks (and what they captured), runs the remaining work and ends the thread. A job that arrives
/// later still runs: a new thread is started for it and ends when nothing is left, so that an actor can finish its
/// work. There is never more than one thread. A reactor that is not stopped is never released.
public final class Reactor: SerialExecutor, @unchecked Sendable {
    // Sendable because `queue` locks, `thread` is atomic, and everything else is used only by the reactor's thread:
    // each method that uses it begins with `checkIsolated()` or is called from `loop()`.
    private let queue = WorkQueue()
    private let thread = Atomic<UInt>(0)
    private let name: String
    private var context: Context?
    private var sockets: [Socket] = []
    private var descriptors: [pollfd] = []
    private var timers: [ReactorTimer] = []
    private var ownersDeadline: ContinuousClock.Instant?
    private var endOfTickHooks: [() -> Void] = []
    private var work: [WorkQueue.Work] = []
    private var isStopping = false
    private var comesRound: (@Sendable () -> Void)?
    private var comesRoundDue = ContinuousClock.now
    /// When this tick began: precise enough for limits of seconds.
    private(set) var tickTime = ContinuousClock.now
    private var stopped: [CheckedContinuation<Void, Never>] = []

    /// How often the reactor reports at least that it comes round.
    private static let roundPeriod = Duration.milliseconds(500)

    /// Starts the thread.
    /// - Parameters:
    ///   - name: the name in debuggers and `top -H`; at most 15 bytes of it.
    ///   - comesRound: called every half second on the thread, also between two parts of a long turn, until the reactor
    ///     stops: a watchdog takes its silence as a hanging thread.
    public init(name: String = "reactor", comesRound: (@Sendable () -> Void)? = nil) {
        self.name = name
        self.comesRound = comesRound
        context = Context.acquire()
        descriptors = [pollfd(fd: queue.bell, events: Int16(POLLIN), revents: 0)]
        start()
    }

    // MARK: - Executor

    /// Runs an actor's job on the reactor's thread. Called by Swift's runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        add(.job(UnownedJob(job)))
    }

    /// Runs a closure on the reactor, after the work that already waits. Safe from any thread, never blocks.
    public func execute(_ closure: @escaping @Sendable () -> Void) {
        add(.closure(closure))
    }

    /// Ends the process if the caller is not on the reactor's thread: sockets must not be used from another one.
    public func checkIsolated() {
        precondition(isCurrent, "sockets and their callbacks belong to their reactor's thread; call through its actor")
    }

    /// Whether the caller is on the reactor's thread. Called by Swift's runtime.
    public func isIsolatingCurrentContext() -> Bool? { isCurrent }

    private var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    // MARK: - For the actors that live here

    /// Calls `hook` at the end of every tick: after the waiting jobs ran, all readable sockets were read and timers
    /// fired. Ticks happen when there is work; see ``wake(at:)`` for one at a certain time.
    ///
    /// The reactor keeps the hook until it stops. To be called on the reactor.
    public func atEndOfTick(_ hook: @escaping () -> Void) {
        checkIsolated()
        endOfTickHooks.append(hook)
    }

    /// Makes sure that a tick happens at `deadline`, for an owner whose next timer is due then. The earliest requested
    /// deadline counts; it is cleared by its tick, so owners request again at the end of each tick.
    ///
    /// To be called on the reactor.
    public func wake(at deadline: ContinuousClock.Instant) {
        checkIsolated()
        ownersDeadline = min(ownersDeadline ?? deadline, deadline)
    }

    /// Closes all sockets, runs the remaining work and ends the thread. If this is the process's last reactor, frames
    /// in its sockets get up to ``BusLimits/linger`` to be sent. Safe from any thread, and twice.
    public func stop() async {
        await withCheckedContinuation { continuation in
            execute { self.beginStop(continuation) }
        }
    }

    private func beginStop(_ continuation: CheckedContinuation<Void, Never>) {
        stopped.append(continuation)
        isStopping = true
        // Closing sends nothing: owners that want to say goodbye do so before they stop their reactor.
        for socket in sockets { socket.close() }
        for timer in timers { timer.cancel() }
        sockets = []
        timers = []
        endOfTickHooks = []
        ownersDeadline = nil
        comesRound = nil
    }

    // MARK: - For the sockets of this module

    /// A new ZeroMQ socket of this reactor.
    func makeSocket(_ kind: Socket.Kind) throws(TransportError) -> Socket {
        checkIsolated()
        guard let context, !isStopping else { throw .stopped }
        let socket = try Socket(kind, context: context)
        sockets.append(socket)
        return socket
    }

    /// A timer that is not due yet: set ``ReactorTimer/due``.
    func timer(_ body: @escaping (ContinuousClock.Instant) -> Void) -> ReactorTimer {
        checkIsolated()
        let timer = ReactorTimer(body: body)
        timers.append(timer)
        return timer
    }

    // MARK: - The thread

    private func add(_ work: WorkQueue.Work) {
        if queue.add(work) { start() }
    }

    private func start() {
        startThread(named: name) { self.loop() }
    }

    private func loop() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        while true {
            waitForWork()
            tick()
            guard isStopping else { continue }
            finishStop()
            // Once the queue reports this thread as ended, the next one may already run: change nothing after that.
            thread.store(0, ordering: .relaxed)
            if queue.mayEnd() { return }
            thread.store(UInt(pthread_self()), ordering: .relaxed)
        }
    }

    private func finishStop() {
        let waiting = stopped
        stopped = []
        context?.release()
        context = nil
        for continuation in waiting { continuation.resume() }
    }

    /// One turn: jobs and closures, sockets, timers, hooks.
    private func tick() {
        tickTime = .now
        queue.drain(into: &work)
        let executor = asUnownedSerialExecutor()
        for piece in work {
            switch piece {
            case .job(let job): job.runSynchronously(on: executor)
            case .closure(let closure): closure()
            }
            sayThatItComesRound()
        }
        work.removeAll(keepingCapacity: true)
        for socket in sockets where socket.mayHaveMessages && !socket.isPaused {
            socket.readBatch()
            sayThatItComesRound()
        }
        // After reading, so that a message that came in time does not count as late because this thread was slow.
        fireTimers()
        for hook in endOfTickHooks { hook() }
        if sockets.contains(where: \.isClosed) { sockets.removeAll(where: \.isClosed) }
        sayThatItComesRound()
    }

    private func sayThatItComesRound() {
        guard let comesRound, comesRoundDue <= .now else { return }
        comesRoundDue = .now + Self.roundPeriod
        comesRound()
    }

    private func fireTimers() {
        guard !timers.isEmpty || ownersDeadline != nil else { return }
        let now = ContinuousClock.now
        if let ownersDeadline, ownersDeadline <= now { self.ownersDeadline = nil }
        for timer in timers { timer.fire(ifDueAt: now) }
        timers.removeAll(where: \.isCanceled)
    }

    /// Asks the system which sockets became readable, and sleeps if there is no work yet.
    private func waitForWork() {
        // libzmq's descriptors are edge-triggered, and any call on a socket may have cleared its descriptor: every
        // socket that was called since is asked for its state before the thread sleeps.
        var mustNotSleep = isStopping
        for socket in sockets where socket.checkForMessages() { mustNotSleep = true }
        let sleeps = !mustNotSleep && queue.mayFallAsleep()
        let limit = sleeps ? millisecondsUntilNextTimer() : 0
        descriptors.removeLast(descriptors.count - 1)
        for socket in sockets {
            descriptors.append(
                pollfd(fd: socket.descriptor, events: socket.isPaused ? 0 : Int16(POLLIN), revents: 0))
        }
        let count = poll(&descriptors, nfds_t(descriptors.count), limit)
        if sleeps { queue.wokeUp() }
        guard count > 0 else { return }
        if descriptors[0].revents != 0 { queue.silenceBell() }
        for (socket, descriptor) in zip(sockets, descriptors.dropFirst()) where descriptor.revents != 0 {
            socket.mayHaveMessages = true
        }
    }

    /// Rounded up, so that a timer is due when the thread wakes; -1 without timers.
    private func millisecondsUntilNextTimer() -> Int32 {
        var next = ownersDeadline
        if comesRound != nil { next = min(next ?? comesRoundDue, comesRoundDue) }
        for timer in timers {
            if let due = timer.due { next = min(next ?? due, due) }
        }
        guard let next else { return -1 }
        let rest = next - .now
        return rest <= .zero ? 0 : Int32(clamping: rest.milliseconds + 1)
    }
}
