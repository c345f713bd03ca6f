import RelayDomain
import RelayJournal
import Router
import SQLiteLog

/// A router: a standby until it has claimed a journal, then turn after turn, like `RouterShell`: inputs that arrived
/// together are decided together, while earlier turns are made durable; a turn is carried out when it is durable.
final class SimRouter: SimProcess {
    /// What makes a router a journal's writer.
    private final class Writer {
        let disk: SimDisk
        let journal: SimJournal
        var core: RouterCore
        let clock: RelayTimeAuthority

        var term: UInt64 { journal.recovered.term }

        init(_ disk: SimDisk, _ journal: SimJournal, in world: SimWorld, wall: Instant, monotonic: Duration) {
            (self.disk, self.journal) = (disk, journal)
            let recovered = journal.recovered
            clock = RelayTimeAuthority(wall: wall, after: recovered.lastEventAt, monotonic: monotonic)
            core = RouterCore(recovered, registry: world.shop.registry, bounds: world.bounds)
        }
    }

    /// Nil while it is a standby.
    private var writer: Writer?
    private var inbox: [RouterInput] = []
    private var outbox = Outbox()
    /// Whether the journal is being asked for a turn.
    private var isRecalling = false
    private var peers: [PeerNumber: Peer] = [:]
    private lazy var alarm = SimAlarm(self) { [unowned self] in takeTurn() }

    /// A process that has connected to the router.
    private struct Peer {
        let wire: SimWire
        let links: RouterLinks
    }

    override var skew: ClosedRange<Int64> { SimClock.skew }

    /// Its wall clock's time, which may be set wrong.
    private var wall: Instant { clock.time(at: world.now) + world.wallClock.wrongBy }

    /// Relay time; a standby's is not used.
    private var time: Instant { writer?.clock.relayTime(at: reading) ?? wall }

    /// Whether it writes a journal, as far as it knows.
    var isServing: Bool { writer != nil }

    /// Whether it writes this journal, as far as it knows.
    func holds(_ disk: SimDisk) -> Bool { writer?.disk === disk }

    override func begin() { claim() }

    override func forget() {
        (writer, inbox, outbox, isRecalling, peers, isIndexing) = (nil, [], Outbox(), false, [:], false)
    }

    /// Tries to claim a journal without a writer.
    private func claim() {
        for disk in world.disks {
            guard let journal = disk.claim(by: self) else { continue }
            let recovered = journal.recovered
            writer = Writer(disk, journal, in: world, wall: wall, monotonic: reading)
            tell(
                "takes journal \(disk.journal) over, term \(recovered.term), "
                    + "\(recovered.unfinished.count) without outcome")
            if world.wallClock.wrongBy != .zero { world.tally.count("journal taken over with a wrong wall clock") }
            world.tally.count("reopened transaction taken over", times: recovered.reopened.count)
            world.properties.takenOver(disk.journal)
            world.relayTime.began(in: disk.journal, at: time, world.now)
            receive(.recovered(recovered.unfinished, reopened: recovered.reopened))
            world.serving(self)
            checkClaim()
            return
        }
        after(.milliseconds(200)) { [self] in claim() }
    }

    /// Looks each second whether another router has taken its journal, and has the index told how far it goes.
    private func checkClaim() {
        guard let writer else { return }
        guard writer.term == writer.disk.term else { return kill("stops: its journal is another's") }
        callIndexer()
        after(.seconds(1)) { [self] in
            // Once it was held up, what has waited for it may well come first.
            after(world.span(0...50)) { [self] in checkClaim() }
        }
    }

    // MARK: - Links

    /// A client has connected. A standby accepts nobody.
    func accept(_ wire: SimWire, of links: RouterLinks) {
        guard let writer else { return wire.close(by: self) }
        let number = PeerNumber(wire.number)
        peers[number] = Peer(wire: wire, links: links)
        wire.whenLost(self) { [self] in
            peers[number] = nil
            switch links.end {
            case .requests: receive(.requesterLost(number))
            case .devices: receive(.gatewayLost(number))
            case .destinations: receive(.adapterLost(number))
            }
        }
        let welcome = RouterLinks.Welcome(
            journal: writer.disk.journal, journals: UInt8(writer.disk.journals), term: writer.term, time: time)
        wire.send(from: self, surely: true) { links.welcomed(self, wire, welcome) }
        switch links.end {
        case .requests: break
        case .devices: receive(.gatewayOpened(number, links.caller))
        case .destinations: receive(.adapterOpened(number, links.caller))
        }
    }

    /// An input has arrived.
    func receive(_ input: RouterInput) {
        inbox.append(input)
        // What arrives in one tick is one turn.
        if inbox.count == 1 {
            after(.microseconds(Int64.random(in: 0...500, using: &world.random))) { [self] in takeTurn() }
        }
    }

    // MARK: - Turns

    /// Decides what has arrived, if the journal is not being asked. A question waits until it has written all that was
    /// begun before.
    private func takeTurn() {
        guard let writer, !isRecalling, !inbox.isEmpty || isDue else { return arm() }
        let (inputs, now) = (inbox, time)
        inbox = []
        if inputs.count > 1 { world.tally.count("turn with several inputs") }
        let asked = writer.core.lookups(for: inputs)
        let lookups = asked.filter(writer.journal.mayKnow)
        guard writer.disk.isWriting, !lookups.isEmpty else {
            return step(inputs, recalling: lookups, of: asked, at: now)
        }
        isRecalling = true
        writer.disk.whenWritten(by: self) { [self] in
            isRecalling = false
            step(inputs, recalling: lookups, of: asked, at: now)
        }
    }

    /// - Parameter asked: all that the core asks about, also what the journal surely does not know.
    private func step(
        _ inputs: [RouterInput], recalling lookups: [JournalLookup], of asked: [JournalLookup], at now: Instant
    ) {
        guard let writer else { return }
        let log = writer.disk.truth
        guard let recall = recall(lookups, of: writer) else { return }
        if writer.term == writer.disk.term, !writer.disk.hasFailed(self) {
            world.properties.recalled(recall, asked: asked, of: log)
        }
        for input in inputs { world.properties.hearing(input, of: log) }
        writer.core.journalHasRoom = writer.journal.hasRoom
        if !writer.core.journalHasRoom { world.tally.count("turn without room in the index's tail") }
        let (entries, outputs) = writer.core.step(
            inputs, recalling: recall, now: now, wall: wall, random: &world.random)
        if writer.term == writer.disk.term {
            world.properties.decided(inputs, outputs, of: log, isWhole: !writer.disk.isWriting, at: time)
            world.properties.answered(
                inputs, outputs, of: writer.disk.journal, at: now, within: world.bounds.answerWait, deadline: deadline)
        }
        if entries.isEmpty {
            carryOut(outbox.pass(outputs))
        } else {
            let commit = outbox.hold(outputs)
            writer.disk.commit(entries, to: writer.journal, by: self) { [self] in committed(commit, $0) }
        }
        inbox.isEmpty ? arm() : after(.zero) { [self] in takeTurn() }
    }

    /// What the journal answers. Only a router that has lost the journal may be unable to read it: the index is
    /// another's.
    private func recall(_ lookups: [JournalLookup], of writer: Writer) -> Recall? {
        do {
            let recall = try writer.journal.recall(lookups)
            guard writer.term == writer.disk.term else { return recall }
            for (lookup, why) in recall.unreadable {
                world.properties.breach(.nothingLost, "\(name) cannot read \(lookup): \(why)")
            }
            return recall
        } catch {
            if writer.term == writer.disk.term {
                world.properties.breach(.nothingLost, "\(name) cannot ask its journal: \(error)")
            }
            kill("stops: it cannot ask its journal")
            return nil
        }
    }

    private func committed(_ commit: UInt64, _ result: Result<Void, SimDisk.CommitError>) {
        switch result {
        case .success: carryOut(outbox.release(through: commit))
        case .failure(let error):
            return kill("stops: the commit \(error == .isAnothers ? "is another's" : "failed")")
        }
        inbox.isEmpty ? arm() : after(.zero) { [self] in takeTurn() }
    }

    private var isDue: Bool { deadline.map { $0 <= time } ?? false }
    private var deadline: Instant? { writer.flatMap(\.core.deadline) }

    private func arm() {
        guard !isRecalling else { return }
        alarm.set(deadline.flatMap { writer?.clock.monotonic(at: $0) }.map { clock.moment(of: $0) })
    }

    // MARK: - The indexer

    /// Whether its next slice is planned.
    private var isIndexing = false

    /// There may be something to write into the index.
    func callIndexer() {
        guard writer != nil, !isIndexing else { return }
        isIndexing = true
        // A thread for idle time, and one that does not wait when much waits.
        let isUrgent = writer?.journal.isUrgent ?? false
        let waits: ClosedRange<Int64> = !isUrgent && world.chance(0.1) ? 1_000...2_000_000 : 100...20_000
        after(.microseconds(Int64.random(in: waits, using: &world.random))) { [self] in index() }
    }

    private func index() {
        isIndexing = false
        guard let writer else { return }
        do {
            if try writer.journal.slice() { callIndexer() }
        } catch {
            judge(error, of: writer)
            isIndexing = true
            after(.seconds(1)) { [self] in
                isIndexing = false
                callIndexer()
            }
        }
    }

    /// Why an indexer may fail: its disk is full, or its router has lost the journal.
    private func judge(_ error: any Error, of writer: Writer) {
        if case JournalError.failed = error, writer.disk.isIndexFull {
            world.tally.count("index's disk full")
        } else if writer.term == writer.disk.term {
            world.properties.breach(.indexInOrder, "\(name): \(error)")
        } else if error is IndexTaken {
            world.tally.count("index taken by another router")
        }
    }

    private func carryOut(_ outputs: [RouterOutput]) {
        guard let writer else { return }
        for output in outputs {
            world.properties.leaving(
                output, to: output.peer.flatMap { peers[$0]?.links.caller.role }, known: writer.disk.truth)
            switch output {
            case .reply(_, let address), .order(_, let address): send(output, to: address.peer)
            case .authorize(let request, let peer):
                if world.weather.isStormy && world.chance(0.01) || peers[peer] == nil {
                    world.tally.count("authorization not taken by the socket")
                    inbox.append(.authorizationNotTaken(request.transaction, peer))
                } else {
                    tell("asks for \(request.transaction.short)")
                    world.properties.handingOver(request)
                    send(output, to: peer)
                }
            case .orderAdapter(let order, let peer):
                tell("asks: \(order.story)")
                send(output, to: peer)
            case .count(let refusal): world.tally.count("refused \(refusal.rawValue)")
            case .writeRegistry, .tellPast, .answered, .notPermitted: break
            }
        }
    }

    private func send(_ output: RouterOutput, to number: PeerNumber) {
        guard let peer = peers[number] else { return }
        // The tables come with the welcome: without them the link is not open.
        let isFirstWord = if case .order(.tables, _) = output { true } else { false }
        peer.wire.send(from: self, surely: isFirstWord) { peer.links.routerSent(output, on: peer.wire) }
    }
}

extension RouterOutput {
    /// For whom it is; nil for what has no one reader.
    fileprivate var peer: PeerNumber? {
        switch self {
        case .reply(_, let address), .order(_, let address), .writeRegistry(_, _, let address),
            .tellPast(_, let address):
            address.peer
        case .authorize(_, let peer), .orderAdapter(_, let peer): peer
        case .count, .answered, .notPermitted: nil
        }
    }
}

extension AdapterOrder {
    /// In a few words.
    var story: String {
        switch self {
        case .authorize(let request): "authorize \(request.transaction.short)"
        case .inquire(let followUp): "inquire \(followUp.transaction.short)"
        case .reverse(let followUp, let isRepeat): "reverse \(followUp.transaction.short)\(isRepeat ? " again" : "")"
        case .askHealth: "health"
        case .remembered(let transaction): "remembered \(transaction.short)"
        case .notRegistered(let destination): "\(destination) is not registered"
        }
    }
}
