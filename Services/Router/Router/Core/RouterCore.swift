import DequeModule
import RelayDomain

/// Everything a router decides: tables, command generation, both machines, timers, retries, sessions, and every
/// transaction without outcome. Past keys, codes and transactions come with the inputs, as the journal recalls them.
///
/// A value: no clock, socket or disk. `docs/adr/0002-core-and-shell.md` says why.
public struct RouterCore {
    /// A transaction without outcome, and who waits for it.
    struct Live {
        var transaction: Transaction
        let body: KeyedDigest
        /// In memory alone, as long as ``needsSealed``. Nil after a takeover, until a repeat or the device brings it.
        var sealed: SealedInformation?
        /// Whether this router accepted it, and so knows the very bytes that were sent. A repeat may bring others,
        /// which open to the same.
        let isAcceptedHere: Bool
        var waiters: [Waiter] = []
    }

    /// A request that is answered at the outcome or at `until`.
    struct Waiter {
        let address: ReturnAddress
        let until: Instant
    }

    /// The core's bounds. The simulation uses smaller ones, so that it reaches them.
    public struct Bounds: Sendable {
        /// How many transactions may be without outcome at a time, and how many may wait for one of them.
        public var liveMax = 100_000
        public var waitersMax = 16
        /// For how many finished transactions the relay inquires after a late approval; others are marked for a person
        /// at once.
        public var reopenedMax = 10_000
        /// How long a request may wait for an outcome at most.
        public var waitMax = Duration.seconds(120)
        /// How long the answer to a submission may wait for the outcome.
        public var answerWait = Duration.milliseconds(300)
        /// The number of a transaction's events from which on only answers that give the outcome are written.
        public var wordsMax: UInt64 = 1_000
        /// How often a destination is asked for its health while a reversal is open.
        public var healthPace = Duration.seconds(5)
        /// How long after its last adapter has left a destination may still act on that adapter's messages.
        public var farewell = Duration.seconds(60)

        public init() {}
    }

    public let journal: UInt8
    public let journals: Int
    public let term: UInt64
    let bounds: Bounds
    public internal(set) var registry: Registry

    /// Whether the journal has room for new transactions: the shell says so before each turn.
    public var journalHasRoom = true
    /// One shop is written at a time: the next would have the same version.
    var isWritingRegistry = false
    var live = LiveTransactions()
    var keys: [SubmissionKey: TransactionID] = [:]
    /// The one-time codes of live transactions: each is reserved until the outcome decides whether it is used up.
    var heldInformation: [KeyedDigest: TransactionID] = [:]
    /// Transactions with an outcome about which the relay still inquires (ADR 7).
    var reopened: [TransactionID: Transaction] = [:]
    /// The transaction that each terminal, alone or with its POS, is busy with.
    var slots: [TerminalID: TransactionID] = [:]
    var sessions: DeviceSessions
    var gateways: Set<PeerNumber> = []
    var adapters = AdapterPool()
    /// Decided, and waiting for an adapter with room, in this order. The first of a line waits still: those that have
    /// ended are dropped once they are the first, and none waits longer than two seconds.
    var waitingForAdapter: [DestinationID: Deque<TransactionID>] = [:]
    /// Inquiries to send as soon as an adapter of the destination is ready.
    var waitingInquiries: [DestinationID: Set<TransactionID>] = [:]
    /// Transactions whose reversal is not confirmed yet.
    var openReversals: [DestinationID: Set<TransactionID>] = [:]
    var nextHealthAsk: Instant?
    var deadlines = DeadlineQueue()
    var heldAnswers = HeldAnswers()
    private var sequence: UInt64
    let wasRestored: Bool

    public init(_ recovered: Recovered, registry: Registry, bounds: Bounds = Bounds()) {
        self.bounds = bounds
        journal = recovered.journal
        journals = recovered.journals
        term = recovered.term
        sequence = recovered.sequence
        wasRestored = recovered.wasRestored
        sessions = DeviceSessions(term: recovered.term)
        self.registry = registry
    }

    /// When the core has to be stepped even if nothing arrives.
    public var deadline: Instant? { [deadlines.soonest, heldAnswers.soonest, nextHealthAsk].compactMap(\.self).min() }

    /// How many transactions have no outcome yet.
    public var liveCount: Int { live.count }

    /// How many devices are online.
    public var devicesOnline: Int { sessions.online }

    /// How many of them report that they are not ready.
    public var devicesNotReady: Int { sessions.onlineNotReady }

    /// The lookups that these inputs need.
    public func lookups(for inputs: [RouterInput]) -> [JournalLookup] {
        var lookups: [JournalLookup] = []
        func lookUp(_ id: TransactionID) {
            if live[id] == nil { lookups.append(.transaction(id)) }
        }
        func lookUp(_ scan: SubmissionKeyText, of device: Device) {
            if let key = scanKey(scan, device), keys[key] == nil { lookups.append(.key(key)) }
        }
        for input in inputs where input.unpermittedCaller == nil {
            switch input {
            case .request(.submit(let submit, _), _, _):
                if keys[submit.key] == nil { lookups.append(.key(submit.key)) }
                lookups.append(.information(submit.information.digest))
            case .request(.query(let id, _), _, _), .request(.cancel(let id, _), _, _),
                .request(.reconcile(let id, _), _, _):
                lookUp(id)
            case .gateway(.call(let session, let call, _), _, _):
                switch call {
                case .scan(let scan, _):
                    lookUp(scan.scan, of: session.device)
                    lookups.append(.information(scan.information.digest))
                case .received(let command, _), .submit(let command, _, _, _), .result(let command, _, _, _):
                    lookUp(command.transaction)
                case .cancel(.command(let command), _): lookUp(command.transaction)
                case .cancel(.scan(let scan), _): lookUp(scan, of: session.device)
                case .cancel(.transaction(let id), _): lookUp(id)
                case .resume(let commands, let scans):
                    for command in commands { lookUp(command.transaction) }
                    for scan in scans { lookUp(scan, of: session.device) }
                case .state: break
                }
            case .adapter(.answer(let answer), _, _): lookUp(answer.transaction)
            case .request(.resolve, _, _), .request(.apply, _, _), .request(.getShop, _, _),
                .request(.shopHistory, _, _), .request(.overview, _, _), .gateway(.claim, _, _),
                .gateway(.sessionEnded, _, _), .adapter(.ready, _, _), .adapter(.draining, _, _),
                .adapter(.health, _, _), .adapter(.remember, _, _),
                .recovered, .registryChanged, .registryWritten, .registryNotWritten, .requesterLost, .gatewayOpened,
                .gatewayLost, .adapterOpened, .adapterLost, .authorizationNotTaken, .timePassed:
                break  // These need no lookup.
            }
        }
        return lookups
    }

    /// One turn over what arrived together. No output may be sent before all entries are durable.
    /// - Parameters:
    ///   - now: relay time, which carries all limits.
    ///   - wall: what the wall clock shows; it may step (ADR 9).
    public mutating func step(
        _ inputs: [RouterInput], recalling recall: Recall, now: Instant, wall: Instant,
        random: inout some RandomNumberGenerator
    ) -> (entries: [JournalEntry], outputs: [RouterOutput]) {
        var turn = Turn(now: now, wall: wall, recall: recall)
        for input in inputs {
            if let caller = input.unpermittedCaller {
                // The peer stays: one message costs one refusal.
                refuse(
                    input, Refused(.notPermitted, detail: "The role \(caller.role.rawValue) may not say this."), &turn)
                turn.outputs.append(.notPermitted(caller))
            } else if isArchived(input, recall) {
                refuse(input, Refused(.unknownTransaction, detail: Self.archived), &turn)
            } else if isReadable(input, recall) {
                apply(input, &turn, &random)
            } else {
                // It is not known whether it was seen before, so it is neither accepted nor reported as unknown.
                refuse(input, Refused(.relayLost, detail: Self.unreadable), &turn)
            }
        }
        while let id = deadlines.next(at: now) { timePassed(for: id, &turn) }
        while let id = heldAnswers.due(at: now) { answerHeld(id, &turn) }
        askHealth(&turn)
        return finish(turn)
    }

    /// Whether the journal could answer all lookups of this input.
    private func isReadable(_ input: RouterInput, _ recall: Recall) -> Bool {
        recall.unreadable.isEmpty || lookups(for: [input]).allSatisfy { recall.unreadable[$0] == nil }
    }

    /// Whether it is about a transaction that was pruned. A device that asks is told that it is not waited for any
    /// more, as about any command that is over.
    private func isArchived(_ input: RouterInput, _ recall: Recall) -> Bool {
        guard !recall.archived.isEmpty else { return false }
        if case .gateway = input { return false }
        return lookups(for: [input]).contains { lookup in
            if case .transaction(let id) = lookup { recall.archived.contains(id) } else { false }
        }
    }

    static let archived = "It has its outcome, and was archived. The operator has the archive."
    static let unreadable = "The journal holds this and cannot read it. The operator has to restore it."

    /// Counts what is not taken on, and answers it where an answer is due.
    private func refuse(_ input: RouterInput, _ refused: Refused, _ turn: inout Turn) {
        switch input {
        case .request(_, _, let address): refuse(refused, address, &turn)
        case .gateway(.claim(let device, _, _, _), _, let address): refuseClaim(device, refused, address, &turn)
        case .gateway(.call, _, let address): answer(.refused(refused), address, &turn)
        case .gateway(.sessionEnded, _, _), .adapter, .gatewayOpened, .adapterOpened, .recovered, .registryChanged,
            .registryWritten, .registryNotWritten, .requesterLost, .gatewayLost, .adapterLost, .authorizationNotTaken,
            .timePassed:
            turn.outputs.append(.count(refused.refusal))
        }
    }

    private mutating func apply(
        _ input: RouterInput, _ turn: inout Turn, _ random: inout some RandomNumberGenerator
    ) {
        switch input {
        case .recovered(let unfinished, let reopened):
            for each in unfinished { recover(each, &turn) }
            for each in reopened { recoverReopened(each, &turn) }
        case .registryChanged(let registry): adopt(registry, &turn)
        case .registryWritten(let registry, let address):
            isWritingRegistry = false
            adopt(registry, &turn)
            tellRegistry(address, &turn)
        case .registryNotWritten(let address):
            isWritingRegistry = false
            refuse(Self.registryNotWritten, address, &turn)
        case .request(let request, _, let address): requestReceived(request, from: address, &turn, &random)
        case .requesterLost(let peer): forgetWaiters(of: peer)
        case .gatewayOpened(let peer, _):
            gateways.insert(peer)
            turn.outputs.append(.order(.tables(registry.gatewayTables), ReturnAddress(peer, correlation: 0)))
        case .gatewayLost(let peer):
            gateways.remove(peer)
            sessions.end(allAt: peer)
            heldAnswers.forget(allFor: peer)
        case .gateway(let message, _, let address): gatewayReported(message, from: address, &turn, &random)
        case .adapterOpened(let peer, let caller): adapters.opened(peer, name: caller.name)
        case .adapter(.ready(let manifest), _, let peer): adapterReady(manifest, peer, &turn)
        case .adapter(.draining, _, let peer): adapters.draining(peer, now: turn.now)
        case .adapter(.answer(let answer), _, let peer): adapterAnswered(answer, from: peer, &turn)
        case .adapter(.remember(let id, let state), _, let peer): adapterRemembers(state, of: id, peer, &turn)
        case .adapter(.health(let isGood), _, let peer):
            healthTold(isGood, by: peer, &turn)
            if let manifest = adapters.manifest(of: peer) { handOverWaiting(for: manifest.destination, &turn) }
        case .adapterLost(let peer):
            for id in adapters.lost(peer, now: turn.now) { advance(id, by: .adapterLost, &turn) }
        case .authorizationNotTaken(let id, let peer): notTaken(id, by: peer, &turn)
        case .timePassed: break
        }
    }

    private mutating func adopt(_ registry: Registry, _ turn: inout Turn) {
        guard registry.version > self.registry.version else { return }
        self.registry = registry
        for gateway in gateways.sorted() {
            turn.outputs.append(.order(.tables(registry.gatewayTables), ReturnAddress(gateway, correlation: 0)))
        }
        endUnregisteredSessions(&turn)
    }

    // MARK: - What a turn writes

    /// The results of a turn so far.
    struct Turn {
        let now: Instant
        let wall: Instant
        let recall: Recall
        var outputs: [RouterOutput] = []
        /// The one-time codes that are used since this turn.
        var usedInformation: Set<KeyedDigest> = []
        /// What is written, in the order of the transactions' first events.
        fileprivate var written: [Written] = []
        fileprivate var places: [TransactionID: Int] = [:]
        /// Finished transactions beside whose outcome something was written.
        fileprivate var amended: [TransactionID: Transaction] = [:]

        /// What is written of one transaction.
        fileprivate struct Written {
            let id: TransactionID
            var events: [JournalEntry.Event] = []
            var opening: JournalEntry.Opening?
        }

        /// A finished transaction as this turn has left it; nil if nothing was written beside its outcome.
        func amended(_ id: TransactionID) -> Transaction? { amended[id] }

        fileprivate mutating func write(_ id: TransactionID, _ change: (inout Written) -> Void) {
            let place = places[id] ?? written.count
            if place == written.count {
                places[id] = place
                written.append(Written(id: id))
            }
            change(&written[place])
        }
    }

    /// Writes an event of a transaction; its row is written as it is at the end of the turn.
    mutating func record(
        _ kind: JournalEntry.Event.Kind, of id: TransactionID, _ turn: inout Turn, detail: String = "",
        opening: JournalEntry.Opening? = nil
    ) {
        sequence += 1
        let event = JournalEntry.Event(sequence: sequence, at: turn.now, wall: turn.wall, kind: kind, detail: detail)
        turn.write(id) {
            $0.events.append(event)
            $0.opening = opening ?? $0.opening
        }
        live[id]?.transaction.version += 1
    }

    /// Writes a mark beside the outcome of a transaction that the core no longer holds.
    /// - Parameter detail: details for the person who has to check.
    mutating func mark(
        _ transaction: Transaction, _ reason: ReconciliationReason, _ detail: String, _ turn: inout Turn
    ) {
        _ = amend(transaction, .marked, detail, &turn) { $0.reconciliation.insert(reason).inserted }
    }

    /// Writes something beside the outcome of a transaction that the core no longer holds.
    /// - Parameter change: says whether it has changed anything.
    /// - Returns: the transaction as it is now; nil if nothing was changed.
    mutating func amend(
        _ finished: Transaction, _ kind: JournalEntry.Event.Kind, _ detail: String, _ turn: inout Turn,
        by change: (inout Transaction) -> Bool
    ) -> Transaction? {
        var transaction = turn.amended(finished.id) ?? reopened[finished.id] ?? finished
        guard change(&transaction) else { return nil }
        transaction.version += 1
        turn.amended[transaction.id] = transaction
        reopened[transaction.id] = transaction.passage.isReopened ? transaction : nil
        if transaction.informationIsUsed { turn.usedInformation.insert(transaction.digest) }
        record(kind, of: transaction.id, &turn, detail: detail)
        return transaction
    }

    /// The sequence of the event written last: the number behind a new reference number.
    var lastSequence: UInt64 { sequence }

    private mutating func finish(_ turn: Turn) -> (entries: [JournalEntry], outputs: [RouterOutput]) {
        var outputs = turn.outputs
        var entries: [JournalEntry] = []
        entries.reserveCapacity(turn.written.count)
        for written in turn.written {
            let id = written.id
            guard let transaction = live[id]?.transaction ?? turn.amended[id] else { continue }
            entries.append(
                JournalEntry(transaction: transaction, events: written.events, opening: written.opening))
            if let order = passing(transaction) { outputs.append(order) }
            if transaction.outcome != nil {
                forget(transaction)
            } else if live[id]?.needsSealed == false {
                live[id]?.sealed = nil
            }
        }
        return (entries, outputs)
    }

    /// Removes a finished transaction: from now on queries are answered from the journal.
    private mutating func forget(_ transaction: Transaction) {
        live[transaction.id] = nil
        keys[transaction.key] = nil
        if heldInformation[transaction.digest] == transaction.id { heldInformation[transaction.digest] = nil }
        if slots[transaction.terminal] == transaction.id { slots[transaction.terminal] = nil }
        keepReversal(transaction)
        if transaction.passage.isReopened {
            reopened[transaction.id] = transaction
            if let deadline = transaction.passage.deadline { deadlines.insert(deadline, transaction.id) }
        }
    }
}
