import Logging
import RelayDomain
import RelayJournal
import RelayTransport
import ServiceLifecycle
import ServiceRuntime

/// How often a router checks what other processes may have changed.
private enum Pace {
    /// A standby, after a journal without a writer.
    static let claim = Duration.milliseconds(200)
    /// After the registry, the claim and the disk.
    static let watch = Duration.seconds(1)
    /// Between two answers about the registry's past.
    static let past = Duration.milliseconds(100)
}

/// What the process needs beside the bus: journals, the admin port, the system's own.
private let otherFiles = 256
/// How many questions about the registry's past may wait; further ones are refused.
private let pastQuestionsMax = 16

/// Owns the router's sockets, clock and journal, and decides nothing.
///
/// Lives on the reactor, the one thread that owns this process's sockets: no thread switch, no lock. Inputs that
/// arrived together are decided together, in one turn, while the journal's own thread still makes earlier turns
/// durable; what a turn says leaves when that turn is durable. There is no timer and no batch size: what waits for the
/// journal is written in one commit.
public actor RouterShell<Engine: JournalEngine>: Service {
    private nonisolated let reactor: Reactor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private let configuration: RouterConfiguration
    private let process: ServiceProcess
    private let engine: Engine
    private let health: Health.Part
    private var room: JournalRoom
    private var destinations: DestinationWatch
    private var index: IndexWatch
    private let logger = Logger(label: "router")
    private var metrics = RouterMetrics()
    private var log = RouterLog()
    /// Not used before the journal is claimed.
    private var time = RelayTimeSource(after: nil)
    private var random = SystemRandomNumberGenerator()
    private var ends: RouterEnds?
    private var inbox = RouterInbox()
    /// Nil until a journal is claimed.
    private var writer: Writer?
    /// What is decided and not durable yet.
    private var outbox = Outbox()
    /// Whether the journal is being asked what a turn needs to know.
    private var isRecalling = false
    private var isWritingRegistry = false
    /// Resumed when the last turn has ended.
    private var stopped: CheckedContinuation<Void, Never>?
    private let askedOfPast: AsyncStream<(RegistryLookup, ReturnAddress)>
    private let pastQuestions: AsyncStream<(RegistryLookup, ReturnAddress)>.Continuation
    private var isStopping = false
    /// An error that ends the process.
    private var trouble: (any Error)?
    /// Why the registry cannot be read; nil if it can.
    private var registryTrouble: (any Error)?

    /// What decides, and where its decisions become durable.
    private final class Writer {
        var core: RouterCore
        let journal: Engine.ClaimedJournal
        let registry: Engine.Registry

        init(_ core: RouterCore, _ journal: Engine.ClaimedJournal, _ registry: Engine.Registry) {
            (self.core, self.journal, self.registry) = (core, journal, registry)
        }
    }

    public init(_ configuration: RouterConfiguration, _ process: ServiceProcess, journals engine: Engine) {
        self.configuration = configuration
        self.process = process
        self.engine = engine
        health = process.health.part("journal")
        room = JournalRoom(health)
        reactor = Reactor(name: "router", comesRound: process.health.loop("router"))
        destinations = DestinationWatch(process.health.part("destinations"))
        index = IndexWatch(process.health.part("index"))
        (askedOfPast, pastQuestions) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(pastQuestionsMax))
        metrics.configured(journals: configuration.journals)
    }

    /// Waits for a journal without a writer, claims it, and serves until told to stop or cancelled.
    /// - Throws: `JournalError`, `TransportError`, `CancellationError`.
    public func run() async throws {
        do {
            try await withTaskCancellationHandler {
                try await withGracefulShutdownHandler {
                    try await serve()
                } onGracefulShutdown: {
                    self.stopSoon()
                }
            } onCancel: {
                stopSoon()
            }
        } catch {
            await reactor.stop()
            throw error
        }
        await reactor.stop()
    }

    private func serve() async throws {
        guard let journal = try await claimJournal() else { return }
        log.claimed(journal.recovered, in: engine.name)
        index.claimed(journal)
        let registry = try await openRegistry()
        let core = RouterCore(journal.recovered, registry: try await registry.load(unless: 0) ?? .empty)
        writer = Writer(core, journal, registry)
        defer { writer = nil }  // The claim ends with it.
        time = RelayTimeSource(after: journal.recovered.lastEventAt)
        inbox.add(.recovered(journal.recovered.unfinished, reopened: journal.recovered.reopened))
        let ends = try RouterEnds(
            name: process.instance, busWithinBounds(), on: reactor, journal.recovered, time: time
        ) { input, peer in self.assumeIsolated { $0.arrived(input, from: peer) } }
        self.ends = ends
        defer { ends.close() }
        reactor.atEndOfTick { self.assumeIsolated { $0.endOfTick() } }
        try process.announce(ends.addresses)
        metrics.writes(journal: journal.recovered.journal)
        room.look(at: journal.recovered, hasRoom: journal.hasRoom, metrics)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await self.watch(journal, registry) }
            group.addTask { await self.tellPast(registry) }
            takeTurn()  // What the journal recovered.
            await lastTurn()
            group.cancelAll()
        }
        if let trouble { throw trouble }
    }

    /// - Returns: nil if told to stop while still a standby.
    private func claimJournal() async throws -> Engine.ClaimedJournal? {
        while !isStopping {
            if let journal = try await claim() { return journal }
            health.ready("standby: all \(configuration.journals) journals have their writers")
            try await Task.sleep(for: Pace.claim)
        }
        return nil
    }

    /// Not on the reactor, which must come round meanwhile: opening a large journal may take longer than a watchdog
    /// waits.
    @concurrent private nonisolated func claim() async throws -> Engine.ClaimedJournal? {
        try engine.claim(journals: configuration.journals)
    }

    /// Not on the reactor either: another process may be writing it.
    @concurrent private nonisolated func openRegistry() async throws -> Engine.Registry {
        try engine.registry()
    }

    /// Called by the reactor for each message.
    private func arrived(_ input: RouterInput, from peer: PeerNumber) {
        if !inbox.add(input, from: peer) {
            metrics.refused(.overloaded)
            if let loss = ends?.refuse(input, Refused(.overloaded)) { inbox.add(loss) }
        } else if inbox.isFull {
            ends?.pause()  // Unread messages wait at the peers.
        }
    }

    /// The bus with no more connections than this process has files for: libzmq 4.3.4 aborts a process that has no file
    /// descriptor left for a new connection (docs/adr/0012-strangers-on-the-bus.md).
    private func busWithinBounds() -> BusConfiguration {
        var bus = configuration.bus
        let wanted = bus.limits.filesMax
        let room = OpenFiles.room(for: wanted, beside: otherFiles, as: "the bus has room for", logger: logger)
        if room < wanted { bus.limits.fit(files: room) }
        return bus
    }

    // MARK: - Turns

    /// If so many outputs wait for the journal, no further turn is taken: inputs wait, unread ones at the peers.
    private static var undurableMax: Int { 16_384 }

    /// Decides what has arrived, if the journal need not be asked first. Called at the end of each tick, and when what
    /// a turn waited for is there.
    private func takeTurn() {
        guard let writer, !isRecalling, !isStopping, outbox.count < Self.undurableMax, !inbox.isEmpty || isDue else {
            return
        }
        let (inputs, now) = (inbox.takeAll(), time.now)
        ends?.resume()
        let lookups = writer.core.lookups(for: inputs).filter(writer.journal.mayKnow)
        guard !lookups.isEmpty else { return decide(inputs, recalling: Recall(), at: now) }
        isRecalling = true
        writer.journal.recall(lookups) { [reactor] recall in
            reactor.execute { self.assumeIsolated { $0.recalled(recall, for: inputs, at: now) } }
        }
    }

    private func recalled(_ recall: Result<Recall, any Error>, for inputs: [RouterInput], at now: Instant) {
        isRecalling = false
        guard !isStopping else { return }
        switch recall {
        case .success(let recall):
            log.recalled(recall)
            decide(inputs, recalling: recall, at: now)
        case .failure(let error): stop(error)
        }
    }

    /// One turn. What it says leaves with its commit; if it writes nothing, with the commit before it, which may hold
    /// what it has seen.
    /// - Parameter now: when the inputs were taken. A limit that passes while the journal is being asked is the next
    ///   turn's, which has what arrived meanwhile.
    private func decide(_ inputs: [RouterInput], recalling recall: Recall, at now: Instant) {
        guard let writer else { return }
        writer.core.journalHasRoom = writer.journal.hasRoom
        let (entries, outputs) = writer.core.step(
            inputs, recalling: recall, now: now, wall: RelayTimeSource.wall, random: &random)
        if entries.isEmpty {
            carryOut(outbox.pass(outputs))
        } else {
            let (commit, begun) = (outbox.hold(outputs), ContinuousClock.now)
            writer.journal.begin(entries) { [reactor] result in
                reactor.execute { self.assumeIsolated { $0.ended(commit, entries, since: begun, result) } }
            }
        }
        metrics.stands(
            transactions: writer.core.liveCount, devices: writer.core.devicesOnline,
            notReady: writer.core.devicesNotReady)
        destinations.look(at: writer.core, metrics)
        wakeWhenDue()
    }

    /// A commit that fails ends the process: its outputs are never sent, nor are those of later turns.
    private func ended(
        _ commit: UInt64, _ entries: [JournalEntry], since begun: ContinuousClock.Instant,
        _ result: Result<Void, any Error>
    ) {
        switch result {
        case .success:
            metrics.committed(entries, in: .now - begun)
            log.durable(entries)
            carryOut(outbox.release(through: commit))
            for entry in entries { ends?.publish(entry.transaction) }
        case .failure(let error):
            outbox.lose()
            stop(error)
        }
        finishIfDone()
    }

    private func carryOut(_ outputs: [RouterOutput]) {
        guard let ends, !outputs.isEmpty else { return }
        for output in outputs {
            switch output {
            case .reply(let reply, let address): ends.reply(reply, to: address)
            case .order(let order, let address): ends.order(order, to: address)
            case .authorize(let request, let peer):
                if !ends.authorize(request, to: peer) {
                    inbox.add(.authorizationNotTaken(request.transaction, peer))
                    reactor.wake(at: .now)
                }
            case .orderAdapter(let order, let peer): ends.orderAdapter(order, of: peer)
            case .count(let refusal): metrics.refused(refusal)
            case .notPermitted(let caller): ends.notPermitted(caller)
            case .answered(let destination, let span): metrics.answered(destination, after: span)
            case .tellPast(let question, let address):
                guard case .enqueued = pastQuestions.yield((question, address)) else {
                    ends.reply(.refused(Refused(.overloaded)), to: address)
                    continue
                }
            case .writeRegistry(let next, let change, let address): write(next, by: change, for: address)
            }
        }
    }

    private func write(_ next: Registry, by change: ShopChange, for address: ReturnAddress) {
        guard let registry = writer?.registry else { return }
        isWritingRegistry = true
        Task {
            var written: Registry?
            do {
                try await registry.write(next, by: change)
                logger.info(
                    "registry written",
                    metadata: ["version": "\(next.version)", "by": "\(change.name)", "note": "\(change.note)"])
                written = next
            } catch {
                logger.error("registry not written", metadata: ["reason": "\(error)"])
            }
            isWritingRegistry = false
            registryEnded(written, for: address)
            finishIfDone()
        }
    }

    /// - Parameter written: nil if it could not be written.
    private func registryEnded(_ written: Registry?, for address: ReturnAddress) {
        let end: RouterInput = written.map { .registryWritten($0, address) } ?? .registryNotWritten(address)
        if trouble != nil {
            // The core may hold what is lost, and decides nothing more. The registry is another file.
            if let reply = writer?.core.registryReply(written) { ends?.reply(reply, to: address) }
        } else if isStopping {
            // The operator is still told. This needs no lookup; what else waits might, and is not decided any more.
            decide([end], recalling: Recall(), at: time.now)
        } else {
            inbox.add(end)
            takeTurn()
        }
    }

    /// Answers questions about the registry's past, outside of the turns, because an answer may be megabytes long.
    private func tellPast(_ registry: Engine.Registry) async {
        for await (question, address) in askedOfPast {
            let answer = await registry.answer(question, logger)
            ends?.reply(answer, to: address)
            try? await Task.sleep(for: Pace.past)
        }
    }

    /// Called by the reactor after all sockets were read.
    private func endOfTick() {
        takeTurn()
        wakeWhenDue()
    }

    private var deadline: Instant? { writer?.core.deadline }
    private var isDue: Bool { deadline.map { $0 <= time.now } ?? false }

    private func wakeWhenDue() {
        // A turn that waits for the journal is followed by another.
        if !isRecalling, !isStopping, outbox.count < Self.undurableMax, let deadline {
            reactor.wake(at: time.monotonic(deadline))
        }
    }

    private nonisolated func stopSoon() { reactor.execute { self.assumeIsolated { $0.stop() } } }

    /// Takes no more turns. What is being made durable is still told.
    /// - Parameter error: what ends the process with an error; nil if it was told to stop.
    private func stop(_ error: (any Error)? = nil) {
        trouble = trouble ?? error
        isStopping = true
        finishIfDone()
    }

    /// Returns when the last turn is durable and told, or can never be.
    private func lastTurn() async {
        await withCheckedContinuation {
            stopped = $0
            finishIfDone()
        }
    }

    private func finishIfDone() {
        guard isStopping, outbox.isEmpty, !isWritingRegistry else { return }
        stopped?.resume()
        stopped = nil
    }

    /// Other processes may have written: journal 0's router the registry, and another router the journal if it has
    /// claimed it in spite of a living writer. A lost claim ends the process.
    private func watch(_ journal: Engine.ClaimedJournal, _ store: Engine.Registry) async {
        let health = process.health.part("registry", detail: "not read yet")
        var version: UInt64 = 0
        do {
            while !Task.isCancelled {
                try await journal.checkClaim()
                lookAtWall()
                room.look(at: journal.recovered, hasRoom: journal.hasRoom, metrics)
                let footprint = await journal.footprint()
                index.look(at: footprint)
                metrics.stored(footprint, of: journal.recovered.journal, lastBackup: await lastBackup())
                version = await follow(store, from: version, health)
                try await Task.sleep(for: Pace.watch)
            }
        } catch is CancellationError {
        } catch {
            stop(error)
        }
    }

    /// Not on the reactor: a disk may be slow.
    @concurrent private nonisolated func lastBackup() async -> Instant? { engine.lastBackupAt }

    /// A change of the wall clock moves no limit, but codes are checked against it, so it is logged (ADR 9).
    private func lookAtWall() {
        if let step = time.lookAtWall() {
            metrics.wallClockStepped()
            logger.warning(
                "wall clock was set; limits go on as they were, codes are judged by the new time",
                metadata: ["by": "\(step)", "ahead": "\(time.wallAhead)"])
        }
        metrics.wallClock(ahead: time.wallAhead)
    }

    /// Adopts the registry if it has changed. If it cannot be read, readiness says so, and the last version stays in
    /// use.
    /// - Returns: the version in use.
    private func follow(_ store: Engine.Registry, from version: UInt64, _ health: Health.Part) async -> UInt64 {
        do {
            let changed = try await store.load(unless: version)
            if let changed { inbox.add(.registryChanged(changed)) }
            let current = changed?.version ?? version
            if registryTrouble != nil { logger.notice("registry read again", metadata: ["version": "\(current)"]) }
            registryTrouble = nil
            health.ready("version \(current)")
            metrics.registry(version: current)
            return current
        } catch {
            if registryTrouble == nil { logger.error("registry cannot be read", metadata: ["reason": "\(error)"]) }
            registryTrouble = error
            health.notReady("cannot be read, version \(version) counts: \(error)")
            return version
        }
    }
}
