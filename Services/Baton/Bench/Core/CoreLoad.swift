import RelayDomain
import RelayMessages
import RelayTransport

/// Phones, terminals and the destination as ZeroMQ peers of one router: the relay without its edges.
///
/// Lives on a reactor of its own. Each place in flight has its own terminals, like each phone.
actor CoreLoad {
    /// How long the three ends may take to connect to the router.
    private static let meetTimeout = Duration.seconds(20)
    /// How long a transaction may take.
    private static let answerTimeout = Duration.seconds(30)
    /// The merchant's amount in each submission.
    private static let amount = CurrencyCode("EUR").flatMap { Amount(minorUnits: 1_250, unit: .currency($0)) }

    nonisolated let reactor = Reactor(name: "bench-core")
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private let terminals: [TerminalID]
    private let inFlight: Int
    private let application: ApplicationID
    private let manifest: DestinationManifest
    private var phones: LinkClient<RouterRequest, RouterReply>?
    private var devices: LinkClient<GatewayMessage, GatewayOrder>?
    private var destination: LinkClient<AdapterMessage, AdapterOrder>?
    private var claimed = 0
    private var isReady = false
    private var isRunning = false
    private var submitted: UInt64 = 0
    private(set) var busy = 0
    private(set) var tally = Tally()
    private var latencies = Latencies()

    /// - Returns: nil if a name is no identifier.
    init?(terminals: [String], inFlight: Int, application: String) {
        self.terminals = terminals.compactMap { TerminalID($0) }
        self.inFlight = inFlight
        guard self.terminals.count == terminals.count, let id = ApplicationID(application),
            let destination = DestinationID(application),
            let manifest = DestinationManifest(
                destination: destination, operations: [.payment], amountRequired: false, codesReusable: false,
                visibilityDelay: .zero, concurrent: 10_000)
        else { return nil }
        self.application = id
        self.manifest = manifest
    }

    /// Connects all three ends to the router, and claims a session for each terminal.
    /// - Throws: ``BenchError/notConnected(_:)``, `TransportError`, `CancellationError`.
    func connect(_ bus: BusConfiguration) async throws {
        let phones = try LinkClient<RouterRequest, RouterReply>(
            .requests, bus, hello: Hello(role: .ingress, name: "bench-phones"), on: reactor)
        let devices = try LinkClient<GatewayMessage, GatewayOrder>(
            .devices, bus, hello: Hello(role: .terminalGateway, name: "bench-terminals"), on: reactor)
        let destination = try LinkClient<AdapterMessage, AdapterOrder>(
            .destinations, bus, hello: Hello(role: .destinationAdapter, name: "bench-destination"), on: reactor)
        (self.phones, self.devices, self.destination) = (phones, devices, destination)
        devices.opened = { _, _ in self.assumeIsolated { $0.claim() } }
        devices.received = { _, order, _ in self.assumeIsolated { $0.received(order) } }
        destination.opened = { _, _ in self.assumeIsolated { $0.tellReady() } }
        destination.received = { _, order, _ in self.assumeIsolated { $0.received(order) } }
        let deadline = ContinuousClock.now + Self.meetTimeout
        while claimed < terminals.count || !isReady || phones.link(toJournal: 0) == nil {
            guard ContinuousClock.now < deadline else {
                throw BenchError.notConnected("\(claimed) of \(terminals.count) terminals have their session")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Keeps every place in flight busy from now on.
    func begin() {
        isRunning = true
        for place in 0..<inFlight { submit(place, 0) }
    }

    /// Counts latencies anew from here on.
    func turnLatencies() -> Latencies {
        defer { latencies = Latencies() }
        return latencies
    }

    /// Submits nothing more, and waits for the answers.
    func finish() async throws {
        isRunning = false
        let deadline = ContinuousClock.now + Self.answerTimeout
        while busy > 0 {
            guard ContinuousClock.now < deadline else { throw BenchError.silent(phones: busy) }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Ends the links and the thread. To be called once.
    func close() async {
        phones?.close()
        devices?.close()
        destination?.close()
        (phones, devices, destination) = (nil, nil, nil)
        await reactor.stop()
    }

    // MARK: - Phones

    /// - Parameters:
    ///   - place: which of the places in flight.
    ///   - round: how many transactions the place had before.
    private func submit(_ place: Int, _ round: Int) {
        let own = (terminals.count - place + inFlight - 1) / inFlight
        let terminal = terminals[place + (round % own) * inFlight]
        submitted += 1
        guard let phones, let now = phones.routerNow(journal: 0),
            let submission = CoreSubmission(number: submitted, terminal: terminal, application: application)
        else { return tally.count("no link to the router") }
        let begin = LoadClock.now
        let request = RouterRequest.submit(submission.transaction, waitUntil: now + Self.answerTimeout)
        let result = phones.request(request, toJournal: 0, within: Self.answerTimeout) { reply in
            self.assumeIsolated { $0.answered(place, round, reply, begin: begin) }
        }
        if result == .sent { busy += 1 } else { tally.count("not sent: \(result.rawValue)") }
    }

    private func answered(
        _ place: Int, _ round: Int, _ reply: Result<RouterReply, RequestFailure>, begin: UInt64
    ) {
        busy -= 1
        switch reply {
        case .success(.status(let status)) where status.outcome == .approved:
            tally.approve()
            latencies.record(from: begin, to: LoadClock.now)
        case .success(.status(let status)): tally.count(status.outcome?.description ?? status.state.rawValue)
        case .success(.refused(let refused)): tally.count(refused.refusal.rawValue)
        case .success(.terminal), .success(.registry), .success(.history), .success(.overview):
            tally.count("an answer to another question")
        case .failure(let failure): tally.count("\(failure)")
        }
        // A place that was refused stays empty: a run with refusals is not valid anyway.
        if isRunning, case .success(.status) = reply { submit(place, round + 1) }
    }

    // MARK: - Terminals and destination

    private func claim() {
        for terminal in terminals
        where devices?.send(.claim(.terminal(terminal), .unproven, nil), toJournal: 0) != .sent {
            tally.count("a claim that was not sent")
        }
    }

    private func received(_ order: GatewayOrder) {
        switch order {
        case .claimed: claimed += 1
        case .command(let session, let command):
            let at = devices?.routerNow(journal: 0) ?? command.expiresAt
            let call = DeviceCall.submit(command.id, command.sealed, amount: Self.amount, at: at)
            if devices?.send(.call(session, call, gatewayAt: at), toJournal: 0) != .sent {
                tally.count("a submission that was not sent")
            }
        case .reply(.refused(let refused)), .claimRefused(_, let refused):
            tally.count("a terminal is told \(refused.refusal.rawValue)")
        case .sessionReplaced, .sessionUnregistered: tally.count("a session ended")
        case .cancel: tally.count("a command canceled")
        case .reply, .outcome, .passing, .tables: break
        }
    }

    private func tellReady() {
        if destination?.send(.ready(manifest), toJournal: 0) == .sent { isReady = true }
    }

    private func received(_ order: AdapterOrder) {
        switch order {
        case .inquire, .reverse, .askHealth: tally.count("an authorization whose answer got lost")
        case .notRegistered: tally.count("an adapter whose destination is not registered")
        case .authorize(let request):
            let answer = AdapterAnswer(request.transaction, .authorization(.approved), hopStamps: [])
            if destination?.send(.answer(answer), toJournal: 0) != .sent { tally.count("an answer that was not sent") }
        }
    }
}
