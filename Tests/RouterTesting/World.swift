import RelayDomain
import RelayTesting
import Router

/// A small shop around a router's core: a phone, a gateway, two terminals (one paired with a POS), an adapter. Time is
/// a number, the journal is memory, and the peers do only what a test says.
package struct World {
    package static let ingress = PeerNumber(1)
    package static let terminals = PeerNumber(2)
    package static let tills = PeerNumber(3)
    package static let adapter = PeerNumber(4)
    package static let console = PeerNumber(5)

    package static let alone = TerminalID("counter-1")!
    package static let paired = TerminalID("counter-2")!
    /// Alone too; its device is not online at the start.
    package static let second = TerminalID("counter-3")!
    package static let till = POSID("till-2")!
    package static let pay = ApplicationID("pay")!
    package static let points = ApplicationID("points")!
    package static let bank = DestinationID("bank")!

    package var core: RouterCore
    package var log: MemoryLog
    package var now = Instant(milliseconds: 1_800_000_000_000)
    /// What the wall clock is ahead of relay time.
    package var wallAhead = Duration.zero
    package var random = SeededGenerator(seed: 1)
    package var sessions: [Device: DeviceSession] = [:]
    /// What the router did in the last step.
    package var outputs: [RouterOutput] = []
    /// What it did so far.
    package var history: [RouterOutput] = []
    /// What the journal cannot read.
    package var unreadable: Set<JournalLookup> = []
    /// Who made each call that is answered.
    private var calls: [ReturnAddress: (device: Device, call: DeviceCall)] = [:]
    private var term: UInt64 = 1
    private var correlations: UInt64 = 100

    /// - Parameter manifest: of the bank's adapter; nil if none is ready.
    package init(
        amountRequired: Bool = false, adapterIsReady: Bool = true, devicesAreOnline: Bool = true,
        codesReusable: Bool = false
    ) {
        log = MemoryLog()
        core = RouterCore(log.recover(term: 1), registry: Self.registry)
        start(
            amountRequired: amountRequired, adapterIsReady: adapterIsReady, devicesAreOnline: devicesAreOnline,
            codesReusable: codesReusable)
    }

    package static var registry: Registry {
        let shop = Shop(
            destinations: [.init(id: bank, kind: ReasonCode("sandbox")!)],
            applications: [
                .init(id: pay, issuer: IssuerID("op")!, functions: [.payment], destination: bank),
                .init(id: points, issuer: IssuerID("op")!, functions: [.accrue, .redeem], destination: bank),
            ],
            terminals: [.init(id: alone), .init(id: paired, pairedWith: till), .init(id: second)],
            pos: [till])
        do { return try Registry(shop, version: 1) } catch { preconditionFailure("\(error)") }
    }

    package mutating func start(
        amountRequired: Bool = false, adapterIsReady: Bool = true, devicesAreOnline: Bool = true,
        codesReusable: Bool = false
    ) {
        openGateways()
        if devicesAreOnline {
            connect(.terminal(Self.alone))
            connect(.terminal(Self.paired))
            connect(.pos(Self.till))
        }
        if adapterIsReady { ready(amountRequired: amountRequired, codesReusable: codesReusable) }
    }

    package mutating func ready(
        _ peer: PeerNumber = World.adapter, amountRequired: Bool = false, codesReusable: Bool = false,
        concurrent: Int = 100
    ) {
        let manifest = DestinationManifest(
            destination: Self.bank, operations: [.payment, .accrue, .redeem], amountRequired: amountRequired,
            codesReusable: codesReusable, visibilityDelay: .seconds(5), concurrent: concurrent)!
        step(.adapter(.ready(manifest), from: .adapter, peer))
    }

    // MARK: - Steps

    /// One turn: recalled, decided, made durable, and only then done.
    package mutating func step(_ inputs: RouterInput...) {
        var recall = log.recall(core.lookups(for: inputs))
        for question in core.lookups(for: inputs) where unreadable.contains(question) {
            recall = Recall(unreadable: [question: "a test says so"])
        }
        let result = core.step(inputs, recalling: recall, now: now, wall: now + wallAhead, random: &random)
        log.commit(result.entries)
        outputs = result.outputs
        history += outputs
    }

    package mutating func pass(_ span: Duration) {
        now = now + span
        step(.timePassed)
    }

    /// The process dies and another takes the journal over; gateways and adapters find it again.
    /// - Parameter restored: whether the journal was restored from a backup meanwhile.
    package mutating func restart(reconnecting: Bool = true, restored: Bool = false) {
        term += 1
        let found = log.recover(term: term)
        let recovered = Recovered(
            journal: found.journal, journals: found.journals, term: term, sequence: found.sequence,
            unfinished: found.unfinished, reopened: found.reopened, lastEventAt: found.lastEventAt,
            wasRestored: restored)
        core = RouterCore(recovered, registry: Self.registry)
        step(.recovered(recovered.unfinished, reopened: recovered.reopened))
        guard reconnecting else { return }
        openGateways()
        for session in sessions.values.sorted(by: { $0.count < $1.count }) {
            say(.claim(session.device, .unproven, session.count), for: session.device)
        }
        ready()
    }

    package mutating func address(_ peer: PeerNumber) -> ReturnAddress {
        correlations += 1
        return ReturnAddress(peer, correlation: correlations)
    }

    // MARK: - The phone

    package func submission(
        at terminal: TerminalID = World.alone, application: ApplicationID = World.pay, operation: Operation = .payment,
        key: String = "key-1", code: UInt8 = 1, body: UInt8 = 1, amount: Amount? = nil, expiresAt: Instant? = nil
    ) -> SubmitTransaction {
        let information = Information(
            kind: operation.information, sealed: SealedInformation([code, 2, 3])!,
            digest: KeyedDigest(Array(repeating: code, count: 32))!, expiresAt: expiresAt)
        return SubmitTransaction(
            terminal: terminal, application: application, operation: operation, information: information,
            amount: amount,
            key: SubmissionKey(
                origin: .phone(application: application, customer: ""), terminal: terminal,
                text: SubmissionKeyText(key)!),
            body: KeyedDigest(Array(repeating: body, count: 32))!,
            hopStamps: [HopStamp(.ingress, .received, at: now)])
    }

    /// Submits and waits for the outcome.
    @discardableResult
    package mutating func submit(_ submission: SubmitTransaction, wait: Duration = .seconds(60)) -> ReturnAddress {
        let address = address(Self.ingress)
        step(.request(.submit(submission, waitUntil: now + wait), from: .ingress, address))
        return address
    }

    /// What a request was answered, at any time so far. Nil if it was answered twice, too: a request is answered once.
    package func answer(to address: ReturnAddress) -> RouterReply? {
        let answers = history.compactMap { output -> RouterReply? in
            if case .reply(let reply, address) = output { reply } else { nil }
        }
        return answers.count == 1 ? answers.first : nil
    }

    package func status(for address: ReturnAddress) -> TransactionStatus? {
        if case .status(let status)? = answer(to: address) { status } else { nil }
    }

    package func refusal(for address: ReturnAddress) -> Refusal? {
        if case .refused(let refused)? = answer(to: address) { refused.refusal } else { nil }
    }

    // MARK: - Devices

    mutating func openGateways() {
        step(.gatewayOpened(Self.terminals, .terminalGateway), .gatewayOpened(Self.tills, .posGateway))
    }

    /// A device's gateway says something.
    /// - Returns: where an answer goes.
    @discardableResult
    private mutating func say(_ message: GatewayMessage, for device: Device) -> ReturnAddress {
        let address: ReturnAddress
        switch device {
        case .terminal:
            address = self.address(Self.terminals)
            step(.gateway(message, from: .terminalGateway, address))
        case .pos:
            address = self.address(Self.tills)
            step(.gateway(message, from: .posGateway, address))
        }
        return address
    }

    package mutating func connect(_ device: Device) {
        say(.claim(device, .unproven, nil), for: device)
        for case .order(.claimed(let session, _), _) in outputs { sessions[device] = session }
    }

    package mutating func disconnect(_ device: Device) {
        if let session = sessions.removeValue(forKey: device) {
            say(.sessionEnded(session), for: device)
        }
    }

    /// A device says something in its session.
    /// - Returns: the answer; nil if it waits for the outcome.
    @discardableResult
    package mutating func call(_ device: Device, _ call: DeviceCall) -> DeviceReply? {
        guard let session = sessions[device] else { return nil }
        let address = say(.call(session, call, gatewayAt: now), for: device)
        calls[address] = (device, call)
        for case .order(.reply(let reply), address) in outputs { return reply }
        return nil
    }

    /// What devices' calls were answered in the last step, those of earlier steps included.
    package var replies: [DeviceReply] {
        outputs.compactMap { if case .order(.reply(let reply), _) = $0 { reply } else { nil } }
    }

    /// The commands that left in the last step.
    package var commands: [Command] {
        outputs.compactMap { if case .order(.command(_, let command), _) = $0 { command } else { nil } }
    }

    /// The outcomes that devices were told in the last step, with the answers to their submissions or by themselves.
    package var tellings: [(Device, CommandID?, SubmissionKeyText?, TransactionStatus)] {
        outputs.compactMap { output in
            switch output {
            case .order(.outcome(let session, let command, let scan, let status), _):
                return (session.device, command, scan, status)
            case .order(.reply(let reply), let address):
                guard let status = reply.outcome, let (device, call) = calls[address] else { return nil }
                if case .scan(let scan, _) = call { return (device, nil, scan.scan, status) }
                return (device, CommandID(status.id), nil, status)
            default: return nil
            }
        }
    }

    // MARK: - The destination

    /// The requests that left in the last step, and to which adapter.
    package var requests: [(AuthorizationRequest, PeerNumber)] {
        outputs.compactMap { if case .authorize(let request, let peer) = $0 { (request, peer) } else { nil } }
    }

    /// All requests that left so far.
    package var everyRequest: [AuthorizationRequest] {
        history.compactMap { if case .authorize(let request, _) = $0 { request } else { nil } }
    }

    package mutating func answer(_ id: TransactionID, _ answer: DestinationAnswer) {
        tell(id, .authorization(answer))
    }

    /// An adapter's answer of any kind.
    package mutating func tell(
        _ id: TransactionID, _ word: AdapterAnswer.Word, state: AdapterState? = nil, takenUpAt: Instant? = nil,
        by peer: PeerNumber = World.adapter
    ) {
        let hopStamps = takenUpAt.map { [HopStamp(.adapter, .received, at: $0)] } ?? []
        step(
            .adapter(.answer(AdapterAnswer(id, word, adapterState: state, hopStamps: hopStamps)), from: .adapter, peer))
    }

    /// What adapters were asked beside authorizations in the last step.
    package var asked: [AdapterOrder] {
        outputs.compactMap { if case .orderAdapter(let order, _) = $0 { order } else { nil } }
    }

    /// The transactions about which the last step inquired.
    package var inquiries: [TransactionID] {
        asked.compactMap { if case .inquire(let followUp) = $0 { followUp.transaction } else { nil } }
    }

    /// The reversals that left in the last step, and whether each was called a repeat.
    package var reversals: [(TransactionID, isRepeat: Bool)] {
        asked.compactMap {
            if case .reverse(let followUp, let isRepeat) = $0 { (followUp.transaction, isRepeat) } else { nil }
        }
    }

    /// Where a transaction stands, as the journal tells it.
    package func state(of id: TransactionID) -> TransactionStatus.StateName? {
        log.transactions[id]?.passage.state.name
    }

    package func outcome(of id: TransactionID) -> Outcome? { log.transactions[id]?.outcome }

    // MARK: - Ends that somebody wants

    @discardableResult
    package mutating func cancel(_ id: TransactionID, wait: Duration = .seconds(60)) -> ReturnAddress {
        let address = address(Self.ingress)
        step(.request(.cancel(id, waitUntil: now + wait), from: .ingress, address))
        return address
    }

    @discardableResult
    package mutating func reconcile(_ id: TransactionID, _ outcome: Outcome?) -> ReturnAddress {
        let address = address(Self.console)
        step(
            .request(
                .reconcile(id, Reconciliation(name: "Mika", reason: "asked the bank", outcome: outcome)!),
                from: .operator, address)
        )
        return address
    }

    /// The commands that devices were told in the last step to end.
    package var cancels: [CommandID] {
        outputs.compactMap { if case .order(.cancel(_, let command), _) = $0 { command } else { nil } }
    }

    // MARK: - Shortcuts

    /// Submits at the unpaired terminal and lets the terminal submit: the destination has been asked.
    package mutating func askDestination(_ submission: SubmitTransaction? = nil, amount: Amount? = nil) -> (
        ReturnAddress, AuthorizationRequest
    ) {
        let phone = submit(submission ?? self.submission())
        let command = commands[0]
        call(.terminal(Self.alone), .submit(command.id, command.sealed, amount: amount, at: now))
        return (phone, requests[0].0)
    }
}

package func euros(_ cents: Int64) -> Amount {
    Amount(minorUnits: cents, unit: .currency(CurrencyCode("EUR")!))!
}
