import RelayDomain
import RelayTesting
import Router
import Sandbox

/// Checks one world from outside, with the true time. It is told what happens, and changes nothing.
final class Properties {
    /// How much wrong clocks, and estimates of other clocks, may move a limit.
    static let tolerance = Duration.seconds(4)
    /// The tolerance for limits that one router set and the next one checks.
    static let skewTolerance = Duration.seconds(2)

    private(set) var breaches: [Breach] = []
    private let tell: (String) -> Void
    private let tally: Tally
    private var keys: [SubmissionKey: TransactionID] = [:]
    private var lostCommands = LostCommands()
    private var openCalls = OpenCalls()
    /// By journal: one journal does not know the codes of another; across journals only the destination can refuse.
    private var uses: [UInt8: [KeyedDigest: TransactionID]] = [:]
    /// What ended without having been sent, by code.
    private var freed: [KeyedDigest: Set<TransactionID>] = [:]
    /// What was accepted with a code that others had freed, and which.
    private var acceptedAfter: [TransactionID: Set<TransactionID>] = [:]
    private var bookedCodes: [UInt8: [KeyedDigest: TransactionID]] = [:]
    private var codes: [LedgerTransactionID: Transaction] = [:]
    private var holders: [TerminalID: TransactionID] = [:]
    private var told: [TransactionID: Outcome] = [:]
    /// What the destination or the POS said with an approval, each time it did.
    private var said: [LedgerTransactionID: Set<Approval>] = [:]
    private var toldKeys: [SubmissionKey: TransactionID] = [:]
    private var handedOver: Set<TransactionID> = []
    private var asked: Set<TransactionID> = []
    private var sent: Set<CommandID> = []
    /// The amount of each terminal's submission.
    private var sums: [TransactionID: Amount?] = [:]
    /// By terminal.
    private var keyed: [TerminalID: KeyedSums] = [:]
    /// The transactions that were shown as ended, by terminal.
    private var shown: [TerminalID: Set<TransactionID>] = [:]
    private var outOfTurn: Set<TransactionID> = []
    private var heardApproval: Set<TransactionID> = []
    private var heardNotFound: Set<TransactionID> = []
    /// Left to a person, because there were too many open inquiries.
    private var leftToPerson: Set<TransactionID> = []
    private(set) var bookings: [LedgerTransactionID: Int] = [:]
    private(set) var reversals: [LedgerTransactionID: Int] = [:]

    init(tally: Tally, tell: @escaping (String) -> Void) {
        self.tally = tally
        self.tell = tell
    }

    func breach(_ property: Property, _ what: @autoclosure () -> String) {
        let what = what()
        breaches.append(Breach(property: property, what: what))
        tell("BREACH: \(property.rawValue). \(what)")
    }

    private func demand(_ isTrue: Bool, _ property: Property, _ what: @autoclosure () -> String) {
        if !isTrue { breach(property, what()) }
    }

    // MARK: - The journal

    /// Entries are about to become durable.
    /// - Returns: whether the journal can accept them.
    func committing(_ entries: [JournalEntry], to log: MemoryLog) -> Bool {
        let before = breaches.count
        let sequences = entries.flatMap(\.events).map(\.sequence).sorted()
        let expected = (log.events.last?.1.sequence ?? 0) + 1
        demand(
            sequences.enumerated().allSatisfy { $0.element == expected + UInt64($0.offset) }, .oneWriter,
            "events \(sequences) after \(expected - 1)")
        for entry in entries {
            committing(entry, former: log.transactions[entry.transaction.id]) { id in
                entries.last { $0.transaction.id == id }?.transaction ?? log.transactions[id]
            }
        }
        return breaches.count == before
    }

    /// A router has claimed a journal, and goes on with what it found there.
    func recovered(_ recovered: Recovered, of log: MemoryLog) {
        for fault in ReadBack.faults(of: recovered, beside: log) { breach(.nothingLost, fault) }
    }

    /// A router has asked its journal.
    /// - Parameter asked: all that it wanted to know; what the journal surely does not know is not looked up.
    func recalled(_ recall: Recall, asked: [JournalLookup], of log: MemoryLog) {
        for fault in ReadBack.faults(of: recall, asked: asked, beside: log) { breach(.nothingLost, fault) }
    }

    /// Bytes of a log.
    func written(_ bytes: [UInt8]) {
        demand(!SimShop.holdCode(bytes), .noCode, "a batch holds one")
    }

    private func committing(
        _ entry: JournalEntry, former: Transaction?, row: (TransactionID) -> Transaction?
    ) {
        let transaction = entry.transaction
        let id = transaction.id
        if let outcome = former?.outcome {
            demand(outcome == transaction.outcome, .oneOutcome, "\(id.short): \(outcome), then another")
        }
        demand(
            (entry.opening == nil) == (former != nil), .nothingLost,
            "\(id.short) is opened \(former == nil ? "never" : "twice")")
        if entry.opening != nil {
            let first = keys.updateValue(id, forKey: transaction.key)
            demand(first == nil, .oneKey, "\(transaction.key.line)")
            if transaction.informationIsOneTime {
                codes[SimShop.ledgerID(id)] = transaction
                acceptedAfter[id] = freed[transaction.digest]
            }
            if let holder = holders[transaction.terminal], let other = row(holder) {
                demand(!other.holdsDevice, .oneAtATime, "\(transaction.terminal) has \(holder.short) and \(id.short)")
            }
            holders[transaction.terminal] = id
            lostCommands.accepted(id)
        }
        demand(
            former?.sent != .yes || transaction.sent == .yes, .sentStays, "\(id.short) is \(transaction.sent) again")
        if transaction.informationIsUsed {
            countUse(&uses, transaction, unless: wasFreeBetween)
        } else if transaction.informationIsOneTime, transaction.outcome != nil {
            freed[transaction.digest, default: []].insert(id)
        }
        for event in entry.events { happening(event, to: transaction) }
        if former?.outcome == nil, heardApproval.contains(id),
            transaction.outcome != nil || transaction.passage.state.name == .reversing
        {
            let isWanted = !transaction.passage.isCancelRequested
            demand(
                transaction.outcome?.isApproved == true || !isWanted, .approvalHeard,
                "\(id.short) was approved and is \(transaction.outcome.map { "\($0)" } ?? "being reversed")")
        }
        count(transaction, former)
    }

    /// A code is used by a transaction, or booked for it: not for another one of the journal.
    /// - Parameter isFree: whether the code was free when the later one was accepted.
    private func countUse(
        _ users: inout [UInt8: [KeyedDigest: TransactionID]], _ transaction: Transaction,
        unless isFree: (TransactionID, TransactionID) -> Bool = { _, _ in false }
    ) {
        let first = users[transaction.id.journal, default: [:]].updateValue(transaction.id, forKey: transaction.digest)
        guard let first, first != transaction.id else { return }
        demand(
            isFree(first, transaction.id), .oneUse, "\(first.short) and \(transaction.id.short) with one code")
    }

    /// A device had sent a code although it was not to, and said so only after the code was taken again.
    private func wasFreeBetween(_ one: TransactionID, _ other: TransactionID) -> Bool {
        let isFree = acceptedAfter[one]?.contains(other) == true || acceptedAfter[other]?.contains(one) == true
        if isFree { tally.count("code sent unasked, then taken again") }
        return isFree
    }

    private func happening(_ event: JournalEntry.Event, to transaction: Transaction) {
        let id = transaction.id
        switch event.kind {
        case .reversing:
            let unknownSince = transaction.passage.entered.unknown
            let isDue = unknownSince.map {
                event.at - $0 + Self.skewTolerance >= TransactionStateMachine.Limits.unknown
            }
            demand(
                isDue == true || transaction.passage.isCancelRequested || heardNotFound.contains(id), .patience,
                "\(id.short) is reversed although nobody wants it")
        case .concluded:
            guard let command = transaction.command else { return }
            switch transaction.outcome {
            case .failed(.noSubmission):
                noteEnd(of: id)
                demand(
                    event.at + Self.skewTolerance >= command.expiresAt, .patience, "\(id.short): the terminal had time")
            case .failed(.noAcknowledgement):
                noteEnd(of: id)
                let patience = CommandStateMachine.Limits.acknowledgement * CommandStateMachine.Limits.attempts
                demand(
                    event.at + Self.skewTolerance >= min(command.issuedAt + patience, command.expiresAt), .patience,
                    "\(id.short): the device had time")
            case nil, .approved, .declined, .handedOver, .reversed, .failed: break
            }
        case .reopened: tally.count("reopened")
        case .marked where event.detail.hasPrefix("too often"):
            leftToPerson.insert(id)
            tally.count("question beyond its bound left to a person")
        case .accepted, .deviceReceived, .authorizing, .pendingCustomer, .unknown, .cancelRequested, .answered, .marked,
            .evidence, .reconciled:
            break
        }
    }

    /// No device has acknowledged its command, or submitted.
    private func noteEnd(of id: TransactionID) {
        if lostCommands.neverHadBytes(id) { tally.count("command without bytes ended") }
    }

    private func count(_ transaction: Transaction, _ former: Transaction?) {
        if former?.passage.state.name != transaction.passage.state.name {
            tally.count("state \(transaction.passage.state.name.rawValue)")
        }
        if former?.outcome == nil, let outcome = transaction.outcome {
            switch outcome {
            case .declined: tally.count("outcome declined")
            case .approved, .handedOver, .reversed, .failed: tally.count("outcome \(outcome)")
            }
        }
        for reason in transaction.reconciliation where former?.reconciliation.contains(reason) != true {
            tally.count("mark \(reason.rawValue)")
        }
    }

    // MARK: - The router's ends

    /// A router takes over a journal: answers that the previous one got and could not write are dropped.
    func takenOver(_ journal: UInt8) {
        heardApproval = heardApproval.filter { $0.journal != journal }
        lostCommands.takenOver(journal)
        openCalls.takenOver(journal)
    }

    /// A journal's router has decided a turn.
    func answered(
        _ inputs: [RouterInput], _ outputs: [RouterOutput], of journal: UInt8, at now: Instant, within limit: Duration,
        deadline: Instant?
    ) {
        let (faults, counts) = openCalls.decided(
            inputs, outputs, of: journal, at: now, within: limit, deadline: deadline)
        for fault in faults { breach(.answeredOnce, fault) }
        for what in counts { tally.count(what) }
    }

    /// The same, about its commands.
    /// - Parameter isWhole: whether the log has all that was decided before.
    func decided(
        _ inputs: [RouterInput], _ outputs: [RouterOutput], of log: MemoryLog, isWhole: Bool, at now: Instant
    ) {
        let (forgotten, counts) = lostCommands.decided(inputs, outputs, of: log, at: now) { keys[$0] }
        for id in forgotten where isWhole { breach(.commandedAgain, "\(id.short) is not sent again") }
        for what in counts { tally.count(what) }
    }

    /// A router accepts an input.
    func hearing(_ input: RouterInput, of log: MemoryLog) {
        switch input {
        case .adapter(.answer(let answer), _, _):
            let state = log.transactions[answer.transaction]?.passage.state.name
            let isOpen = state == .authorizing || state == .pendingCustomer || state == .unknown
            switch answer.word {
            case .authorization(.approved), .inquiry(.approved):
                if isOpen { heardApproval.insert(answer.transaction) }
            case .inquiry(.notFound): heardNotFound.insert(answer.transaction)
            case .authorization, .inquiry, .reversal: break
            }
        case .gateway(.call(_, .submit(let command, _, let amount, _), _), _, _):
            if handedOver.contains(command.transaction) { return }
            sums[command.transaction] = amount
        case .recovered, .registryChanged, .registryWritten, .registryNotWritten, .request, .requesterLost,
            .gatewayOpened, .gatewayLost, .gateway, .adapterOpened, .adapter, .adapterLost, .authorizationNotTaken,
            .timePassed:
            break
        }
    }

    /// A router says something.
    /// - Parameter role: of whom it is said to, if he is there.
    func leaving(_ output: RouterOutput, to role: PeerRole?, known log: MemoryLog) {
        if let role { demand(Self.belongs(output, to: role), .ownRole, "\(role) is given \(output)") }
        switch output {
        case .reply(.status(let status), _), .order(.outcome(_, _, _, let status), _):
            demandDurable(status, log)
        case .order(.reply(.accepted(let id, let outcome)), _):
            demand(log.transactions[id] != nil, .durableFirst, "\(id.short) is told to be accepted")
            demandDurable(outcome, log)
        case .order(.reply(.taken(_, let outcome)), _): demandDurable(outcome, log)
        case .order(.reply(.proceed(let command)), _):
            let isReceived = log.events(of: command.transaction).contains(.deviceReceived)
            demand(isReceived, .durableFirst, "\(command.transaction.short) may proceed")
        case .order(.command(_, let command), _):
            let transaction = log.transactions[command.id.transaction]
            demand(transaction != nil, .durableFirst, "\(command.id) leaves")
            demandOwn(command.sealed, command.sealedFor, of: transaction)
        case .authorize(let request, _):
            let transaction = log.transactions[request.transaction]
            demandOwn(request.sealed, request.sealedFor, of: transaction)
            demand(
                transaction?.reference == request.reference, .durableFirst, "\(request.transaction.short) is asked for")
        case .orderAdapter(.remembered(let id), _):
            demand(log.transactions[id]?.adapterState != nil, .durableFirst, "\(id.short) is said to be remembered")
        case .orderAdapter(.inquire(let followUp), _), .orderAdapter(.reverse(let followUp, _), _):
            let id = followUp.transaction
            demand(log.transactions[id]?.reference == followUp.reference, .durableFirst, "\(id.short) is followed up")
        case .reply, .order, .orderAdapter, .writeRegistry, .tellPast, .answered, .count, .notPermitted:
            break
        }
    }

    /// Sealed bytes open to what their transaction was accepted with.
    private func demandOwn(_ sealed: SealedInformation, _ context: SealingContext, of transaction: Transaction?) {
        guard let transaction else { return }
        let text = SimShop.open(sealed, for: context)
        demand(
            text.map(SimShop.digest) == transaction.digest, .ownInformation,
            "\(transaction.id.short) brings \(text ?? "what does not open")")
    }

    /// Whether what leaves is for a process of this role. What refuses is for everybody.
    private static func belongs(_ output: RouterOutput, to role: PeerRole) -> Bool {
        switch output {
        case .order(.claimed(let session, _), _), .order(.command(let session, _), _),
            .order(.cancel(let session, _), _), .order(.outcome(let session, _, _, _), _),
            .order(.passing(let session, _), _):
            switch session.device {
            case .terminal: role == .terminalGateway
            case .pos: role == .posGateway
            }
        case .order(.tables, _): role == .terminalGateway || role == .posGateway
        case .authorize, .orderAdapter: role == .destinationAdapter
        case .writeRegistry, .tellPast, .reply(.registry, _), .reply(.overview, _): role == .operator
        case .reply, .order, .answered, .count, .notPermitted: true
        }
    }

    private func demandDurable(_ status: TransactionStatus?, _ log: MemoryLog) {
        guard let status else { return }
        let transaction = log.transactions[status.id]
        let isDurable =
            transaction.map { $0.version >= status.version && (status.outcome == nil || $0.outcome == status.outcome) }
        demand(isDurable == true, .durableFirst, "\(status.id.short) is told to be \(status.state)")
    }

    /// A socket accepts an authorization.
    func handingOver(_ request: AuthorizationRequest) {
        demand(
            handedOver.insert(request.transaction).inserted, .askedOnce,
            "\(request.transaction.short) is handed over again")
        if let sum = sums[request.transaction] {
            demand(
                sum == request.amount, .merchantsSum,
                "\(request.transaction.short): \(String(describing: request.amount))")
        }
    }

    // MARK: - The counter

    /// The merchant enters an amount.
    func keyed(_ sum: Amount, at terminal: TerminalID, for owner: KeyedSums.Owner) {
        keyed[terminal, default: KeyedSums()].key(sum, for: owner)
    }

    /// The waiting amount is removed, or lost with its terminal's memory.
    func tookBack(at terminal: TerminalID, except justKeyed: Set<Amount> = []) {
        keyed[terminal]?.takeBack(except: justKeyed)
    }

    /// A scanner begins to read a customer's code, and the amount goes with it.
    func reading(_ sum: Amount, at terminal: TerminalID, for customer: String) {
        keyed[terminal]?.read(sum, for: customer)
    }

    /// A paired terminal shows for the first time that a phone has tapped.
    func passedBy(at terminal: TerminalID, except justKeyed: Set<Amount>) {
        keyed[terminal]?.passBy(except: justKeyed)
    }

    /// The terminal shows that an amount waits.
    func waits(_ sum: Amount, at terminal: TerminalID) { keyed[terminal]?.waits(sum) }

    /// The terminal discards an amount, and shows it.
    func dropped(_ sum: Amount, at terminal: TerminalID) { keyed[terminal]?.drop(sum) }

    /// A terminal submits an amount.
    func charging(_ sum: Amount, at terminal: TerminalID, to customer: String, now: Moment) {
        let isTheirs = keyed[terminal, default: KeyedSums()].charge(sum, to: customer, at: now)
        demand(isTheirs, .ownSum, "\(terminal): \(sum) is charged to \(customer)")
    }

    /// A terminal's display shows a transaction's state.
    func showing(_ status: TransactionStatus, at terminal: TerminalID) {
        if status.outcome != nil { shown[terminal, default: []].insert(status.id) }
    }

    // MARK: - The far ends

    /// An adapter sends a request to the destination.
    func asking(_ request: AuthorizationRequest, at relayTime: Instant) {
        demand(asked.insert(request.transaction).inserted, .askedOnce, "\(request.transaction.short) is asked again")
        demand(
            relayTime <= request.notAfter + Self.tolerance, .inTime,
            "\(request.transaction.short) is asked late")
    }

    /// A POS agent begins a command in its POS program.
    func starting(_ command: Command, at relayTime: Instant, allowed isAllowed: Bool) {
        demand(relayTime <= command.expiresAt + Self.tolerance, .inTime, "\(command.id) starts late")
        demand(isAllowed, .allowed, "\(command.id) starts by itself")
    }

    func sending(_ mark: CommandID) {
        demand(sent.insert(mark).inserted, .sentOnce, "\(mark) is sent again")
    }

    /// The destination's ledger has moved.
    func moved(_ entry: LedgerEntry) {
        switch entry.kind {
        case .booking:
            bookings[entry.transaction, default: 0] += 1
            demand(bookings[entry.transaction] == 1, .bookedOnce, entry.transaction.text)
            if let transaction = codes[entry.transaction] { countUse(&bookedCodes, transaction) }
        case .reversal: reversals[entry.transaction, default: 0] += 1
        case .kill: tally.count("ID killed")
        }
    }

    /// The destination, or a POS, says yes.
    func approved(_ transaction: LedgerTransactionID, with approval: Approval) {
        said[transaction, default: []].insert(approval.words)
    }

    /// Somebody outside of the relay hears of a transaction.
    func told(_ status: TransactionStatus, to whom: String, under key: SubmissionKey? = nil) {
        if let outcome = status.outcome {
            let outcome = outcome.words
            let first = told.updateValue(outcome, forKey: status.id) ?? outcome
            demand(first == outcome, .oneOutcome, "\(whom) hears \(outcome) of \(status.id.short), others \(first)")
            if let approval = outcome.approval {
                demand(
                    said[SimShop.ledgerID(status.id)]?.contains(approval) ?? false, .approvalTold,
                    "\(whom) hears \(approval) of \(status.id.short)")
            }
        }
        if let key {
            let first = toldKeys.updateValue(status.id, forKey: key) ?? status.id
            demand(first == status.id, .oneKey, "\(whom): \(first.short) and \(status.id.short)")
        }
    }

    /// A phone's code is refused because it has expired, although it is valid for this long.
    func expired(_ rest: Duration, wallClockIsRight: Bool) {
        if rest > .seconds(2) { tally.count("valid code refused by a wrong clock") }
        demand(!wallClockIsRight || rest <= .seconds(2), .rightClock, "a code has \(rest) to live and is refused")
    }

    /// An agent is told that it has acted out of turn.
    func refusedOutOfTurn(_ command: CommandID) { outOfTurn.insert(command.transaction) }

    // MARK: - The end

    /// All faults have stopped, and the bounds have passed.
    func judge(_ transactions: [Transaction], sendings: [CommandID: SimTill.Sending]) {
        let known = Set(transactions.map(\.id))
        for id in (Set(told.keys).union(toldKeys.values)).subtracting(known).sorted() {
            breach(.nothingLost, "\(id.short) is in no journal")
        }
        for transaction in transactions {
            demand(
                !transaction.isOpen || !transaction.reconciliation.isEmpty, .finalInTime,
                "\(transaction.id.short) is \(transaction.passage.state.name)")
            if transaction.key.origin == .scan, transaction.outcome != nil {
                let isShown = shown[transaction.terminal]?.contains(transaction.id) == true
                demand(isShown, .scanTold, "\(transaction.terminal) never shows what came of \(transaction.id.short)")
            }
            if transaction.pos == nil { judgeLedger(transaction) } else { judgeTill(transaction, sendings) }
        }
    }

    private func judgeLedger(_ transaction: Transaction) {
        guard let outcome = transaction.outcome else { return }
        let id = SimShop.ledgerID(transaction.id)
        let stands = bookings[id, default: 0] > reversals[id, default: 0]
        if outcome == .reversed, transaction.reconciliation == [.contradictingAnswer],
            !leftToPerson.contains(transaction.id)
        {
            demand(stands, .contradictionIsReal, "\(transaction.id.short) is reversed, at the destination too")
        }
        guard transaction.reconciliation.isEmpty else { return }
        demand(
            stands == outcome.isApproved, .ledgerAgrees, "\(transaction.id.short) is \(outcome), booked: \(stands)")
    }

    private func judgeTill(_ transaction: Transaction, _ sendings: [CommandID: SimTill.Sending]) {
        guard let outcome = transaction.outcome, transaction.reconciliation.isEmpty else { return }
        let sending = sendings[CommandID(transaction.id)]
        // What a faulty agent did and did not report cannot be known.
        if sending?.isUnasked == true, !outOfTurn.contains(transaction.id) { return }
        let agrees =
            switch outcome {
            case .approved(let approval): sending?.answer?.approval?.words == approval.words
            case .declined: sending.map { !($0.answer?.isApproved ?? false) } ?? false
            case .handedOver(.yes): sending != nil
            case .handedOver, .reversed: false
            case .failed: sending == nil
            }
        demand(agrees, .ledgerAgrees, "\(transaction.id.short) is \(outcome), the POS: \(String(describing: sending))")
    }
}

// What was left out is a remark inside the relay: devices and phones are not told it.

extension Approval {
    fileprivate var words: Approval {
        Approval(
            approvalCode: approvalCode?.text, providerReference: providerReference?.text, amount: amount,
            brand: brand?.text, maskedAccount: maskedAccount?.text, balance: balance, pointsEarned: pointsEarned,
            receiptLines: receiptLines.map(\.text), displayLines: displayLines.map(\.text))
    }
}

extension Outcome {
    fileprivate var words: Outcome { approval.map { .approved($0.words) } ?? self }
}

extension POSAnswer {
    fileprivate var approval: Approval? {
        if case .approved(let approval) = self { approval } else { nil }
    }
}
