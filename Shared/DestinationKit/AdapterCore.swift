import RelayDomain

/// Everything that an adapter decides: whether a request may be passed to the destination, what its answer is, and
/// which router gets it. A pure value; ``DestinationWorker`` is its shell.
///
/// A transaction is authorized at most once: a repeat of its request gets the same answer, or none while the first is
/// in progress.
package struct AdapterCore {
    package enum Input {
        /// A router requests an authorization. The request was read when relay time was `routerNow` and this process's
        /// clock showed `at`; its step may come later, because a process can be stopped in between.
        case ordered(AuthorizationRequest, routerNow: Instant, at: ContinuousClock.Instant)
        /// A router inquires about a transaction, or requests its reversal.
        case sent(FollowUpTask, routerNow: Instant)
        /// The destination has answered, or was not asked after all.
        case answered(TransactionID, DestinationAnswer, AdapterState?)
        case returned(FollowUpTask, FollowUpTask.Answer, AdapterState?)
        /// A router asks whether the destination is healthy.
        case healthAsked
        case healthTold(isGood: Bool)
        case opened(journal: UInt8)
        case lost(journal: UInt8)
        /// The socket did not accept an answer.
        case unsent(TransactionID)
        /// Accept nothing more.
        case draining
    }

    package enum Output: Equatable {
        /// Open the information and ask the destination, unless `deadline` has passed by then.
        case authorize(AuthorizationRequest, deadline: ContinuousClock.Instant)
        case carryOut(FollowUpTask)
        /// Ask the destination whether it is healthy.
        case askHealth
        /// Tell all routers whether it is healthy.
        case tellHealth(isGood: Bool)
        /// The destination has taken too long: cancel the call. If it still returns an answer, that is sent.
        case giveUp(DestinationTask)
        case send(AdapterAnswer, journal: UInt8)
        /// The request is for another destination: a configuration is wrong.
        case misdirected(TransactionID, DestinationID)
        /// The unit of the amount does not fit the operation.
        case senseless(TransactionID, Operation, Amount)
    }

    /// How long a transaction is remembered after its answer: far longer than its request is valid.
    static let rememberedFor = Duration.seconds(10)
    /// How many are remembered. Beyond that, requests are not passed on: a repeat could not be distinguished from a new
    /// one.
    static let rememberedMax = 262_144
    /// How many requests wait for room at the destination: each router counts only its own. Beyond that, they are
    /// answered `notSent`.
    static let waitingMax = 10_000
    /// How long an answer waits for its journal's router. By then the router has begun to reverse the transaction.
    static let unsentFor = Duration.seconds(60)
    /// How many answers wait. Beyond that, answers are dropped: their routers inquire.
    static let unsentMax = 10_000
    /// After which time an answer that a full socket did not accept is tried again.
    static let retryAfter = Duration.milliseconds(100)
    /// When a link is reported lost it may have been dead for this long; answers that were sent in that time are sent
    /// again.
    static let deadMax = Duration.seconds(4)

    private struct Known {
        let receivedOn: ContinuousClock.Instant
        let receivedAt: Instant
        /// Whether the destination was asked.
        var wasAsked = false
        var answer: DestinationAnswer?
        var state: AdapterState?
        var answeredOn: ContinuousClock.Instant?
    }

    private let manifest: DestinationManifest
    private let concurrent: Int
    private var known: [TransactionID: Known] = [:]
    /// The answered ones, oldest first.
    private var answered = Queue<TransactionID>()
    private var unsent: [TransactionID: (answer: AdapterAnswer, since: ContinuousClock.Instant)] = [:]
    /// Requests for which the destination has no room yet, oldest first, each until its deadline.
    private var waiting = Queue<(request: AuthorizationRequest, deadline: ContinuousClock.Instant)>()
    private var waitingCount = 0
    private var followUps: FollowUpQueue
    private var isAskingHealth = false
    private var timeouts = CallTimeouts()
    private var open: Set<UInt8> = []
    private var isDraining = false
    /// How many authorizations are in progress at the destination.
    private(set) var asking = 0
    /// How many requests of any kind are in progress at the destination or wait for it.
    var underWay: Int { asking + waitingCount + followUps.running }
    /// When waiting answers are tried again, or become too old.
    private var unsentDue: ContinuousClock.Instant?
    /// When time alone changes something.
    package var nextDue: ContinuousClock.Instant? {
        [unsentDue, timeouts.soonest, waiting.first?.deadline].compactMap(\.self).min()
    }

    /// - Parameter concurrent: how many requests may be in progress at the destination at a time; unbounded if every
    ///   answer is immediate.
    package init(_ manifest: DestinationManifest, concurrent: Int) {
        self.manifest = manifest
        self.concurrent = concurrent
        followUps = FollowUpQueue(concurrent: manifest.concurrent)
    }

    /// One turn over what arrived together.
    package mutating func step(_ inputs: [Input], now: ContinuousClock.Instant) -> [Output] {
        var outputs: [Output] = []
        forget(now)
        for input in inputs {
            switch input {
            case .ordered(let request, let routerNow, let readAt):
                routerOrdered(request, routerNow + (now - readAt), now, &outputs)
            case .sent(let task, let routerNow): routerOrdered(task, routerNow, now, &outputs)
            case .returned(let task, let answer, let state): finish(task, answer, state, now, &outputs)
            case .healthAsked:
                guard !isAskingHealth else { break }  // The answer goes to all who ask.
                isAskingHealth = true
                timeouts.begin(.health, now: now)
                outputs.append(.askHealth)
            case .healthTold(let isGood):
                isAskingHealth = false
                timeouts.end(.health)
                outputs.append(.tellHealth(isGood: isGood))
            case .answered(let transaction, let answer, let state):
                // Only the first answer counts; what the destination decides later, an inquiry finds out.
                guard let entry = known[transaction], entry.wasAsked, entry.answer == nil else { break }
                asking -= 1
                timeouts.end(.authorization(transaction))
                known[transaction]?.state = state
                // Answers that are only allowed to an inquiry are not a decision.
                let isDecision = answer != .notFound && answer != .reversed
                conclude(transaction, isDecision ? answer : .unknown, now, &outputs)
            case .opened(let journal):
                open.insert(journal)
                unsentDue = now
            case .lost(let journal):
                open.remove(journal)
                // Answers on a dying link may be lost; the router ignores an answer that it already has.
                for transaction in answered.reversed() {
                    guard let on = known[transaction]?.answeredOn, now - on <= Self.deadMax else { break }
                    if transaction.journal == journal { keep(transaction, now) }
                }
            case .unsent(let transaction):
                keep(transaction, now)
                unsentDue = now + Self.retryAfter
            case .draining:
                isDraining = true
                // They were not passed on, so `notSent` is certain.
                while let request = nextWaiting() { conclude(request.transaction, .notSent, now, &outputs) }
            }
        }
        while let first = waiting.first, first.deadline <= now, let request = nextWaiting() {
            conclude(request.transaction, .notSent, now, &outputs)
        }
        while asking < concurrent, let deadline = waiting.first?.deadline, let request = nextWaiting() {
            startAuthorization(request, until: deadline, now, &outputs)
        }
        if let due = unsentDue, due <= now { sendUnsent(now, &outputs) }
        while let task = timeouts.next(at: now) { outputs.append(.giveUp(task)) }
        return outputs
    }

    private mutating func routerOrdered(
        _ request: AuthorizationRequest, _ routerNow: Instant, _ now: ContinuousClock.Instant, _ outputs: inout [Output]
    ) {
        let transaction = request.transaction
        // A repeat must never reach the destination: it gets the first answer, or none while that is awaited.
        if let entry = known[transaction] {
            if entry.answer != nil { send(transaction, now, &outputs) }
            return
        }
        guard known.count < Self.rememberedMax else {
            let stamp = HopStamp(.adapter, .received, at: routerNow)
            let answer = AdapterAnswer(transaction, .authorization(.notSent), hopStamps: [stamp])
            return outputs.append(.send(answer, journal: transaction.journal))
        }
        known[transaction] = Known(receivedOn: now, receivedAt: routerNow)
        let isMine = request.destination == manifest.destination && manifest.operations.contains(request.operation)
        guard isMine, !isDraining, routerNow < request.notAfter, waitingCount < Self.waitingMax else {
            if !isMine { outputs.append(.misdirected(transaction, request.destination)) }
            return conclude(transaction, .notSent, now, &outputs)
        }
        if let amount = request.amount, !request.operation.allows(amount, zeroPayments: manifest.zeroPayments) {
            outputs.append(.senseless(transaction, request.operation, amount))
            return conclude(transaction, .notSent, now, &outputs)
        }
        // The limit is relay time; from here on this machine's monotonic clock measures what is left of it.
        let deadline = now + (request.notAfter - routerNow)
        // Requests keep their order: none starts while an older one waits.
        guard asking < concurrent, waitingCount == 0 else {
            waiting.append((request, deadline))
            waitingCount += 1
            return
        }
        startAuthorization(request, until: deadline, now, &outputs)
    }

    private mutating func startAuthorization(
        _ request: AuthorizationRequest, until deadline: ContinuousClock.Instant, _ now: ContinuousClock.Instant,
        _ outputs: inout [Output]
    ) {
        asking += 1
        known[request.transaction]?.wasAsked = true
        timeouts.begin(.authorization(request.transaction), now: now)
        outputs.append(.authorize(request, deadline: deadline))
    }

    /// Removes the oldest waiting request.
    private mutating func nextWaiting() -> AuthorizationRequest? {
        guard let request = waiting.first?.request else { return nil }
        waiting.removeFirst()
        waitingCount -= 1
        return request
    }

    private mutating func routerOrdered(
        _ task: FollowUpTask, _ routerNow: Instant, _ now: ContinuousClock.Instant, _ outputs: inout [Output]
    ) {
        guard !isDraining else { return }  // Routers ask another adapter.
        guard task.followUp.destination == manifest.destination else {
            return outputs.append(.misdirected(task.followUp.transaction, task.followUp.destination))
        }
        switch followUps.enqueue(task, at: routerNow) {
        case .started: start(task, now, &outputs)
        case .isTooMuch: send(task, task.silence, nil, since: routerNow, &outputs)
        case .waits, .isUnderWay: break
        }
    }

    private mutating func start(_ task: FollowUpTask, _ now: ContinuousClock.Instant, _ outputs: inout [Output]) {
        timeouts.begin(.followUp(task.key), now: now)
        outputs.append(.carryOut(task))
    }

    private mutating func finish(
        _ task: FollowUpTask, _ answer: FollowUpTask.Answer, _ state: AdapterState?, _ now: ContinuousClock.Instant,
        _ outputs: inout [Output]
    ) {
        guard let (since, next) = followUps.finish(task.key) else { return }
        timeouts.end(.followUp(task.key))
        send(task, answer, state, since: since, &outputs)
        if let next { start(next, now, &outputs) }
    }

    /// An answer that cannot be sent now is not kept: the router asks again.
    private func send(
        _ task: FollowUpTask, _ answer: FollowUpTask.Answer, _ state: AdapterState?, since: Instant,
        _ outputs: inout [Output]
    ) {
        let transaction = task.followUp.transaction
        guard open.contains(transaction.journal) else { return }
        let answer = AdapterAnswer(
            transaction, answer.word, adapterState: state, hopStamps: [HopStamp(.adapter, .received, at: since)])
        outputs.append(.send(answer, journal: transaction.journal))
    }

    private mutating func conclude(
        _ transaction: TransactionID, _ answer: DestinationAnswer, _ now: ContinuousClock.Instant,
        _ outputs: inout [Output]
    ) {
        known[transaction]?.answer = answer
        known[transaction]?.answeredOn = now
        answered.append(transaction)
        send(transaction, now, &outputs)
    }

    private mutating func send(
        _ transaction: TransactionID, _ now: ContinuousClock.Instant, _ outputs: inout [Output]
    ) {
        guard open.contains(transaction.journal), let answer = message(transaction) else {
            return keep(transaction, now)
        }
        outputs.append(.send(answer, journal: transaction.journal))
    }

    /// Lets an answer wait for its journal's next link.
    private mutating func keep(_ transaction: TransactionID, _ now: ContinuousClock.Instant) {
        guard unsent[transaction] == nil, unsent.count < Self.unsentMax, let answer = message(transaction) else {
            return
        }
        unsent[transaction] = (answer, now)
        unsentDue = unsentDue ?? now + Self.unsentFor
    }

    private mutating func sendUnsent(_ now: ContinuousClock.Instant, _ outputs: inout [Output]) {
        unsent = unsent.filter { now - $0.value.since <= Self.unsentFor }
        for (transaction, entry) in unsent.sorted(by: { $0.key < $1.key }) where open.contains(transaction.journal) {
            unsent[transaction] = nil
            outputs.append(.send(entry.answer, journal: transaction.journal))
        }
        unsentDue = unsent.isEmpty ? nil : now + Self.unsentFor
    }

    private func message(_ transaction: TransactionID) -> AdapterAnswer? {
        guard let entry = known[transaction], let answer = entry.answer, let answeredOn = entry.answeredOn else {
            return nil
        }
        var hopStamps = [HopStamp(.adapter, .received, at: entry.receivedAt)]
        if entry.wasAsked, answer != .notSent {
            hopStamps.append(HopStamp(.adapter, .forwarded, at: entry.receivedAt))
            hopStamps.append(
                HopStamp(.destination, .answered, at: entry.receivedAt + (answeredOn - entry.receivedOn)))
        }
        return AdapterAnswer(transaction, .authorization(answer), adapterState: entry.state, hopStamps: hopStamps)
    }

    private mutating func forget(_ now: ContinuousClock.Instant) {
        while let oldest = answered.first {
            guard let on = known[oldest]?.answeredOn, now - on > Self.rememberedFor else { break }
            known[oldest] = nil
            answered.removeFirst()
        }
    }
}
