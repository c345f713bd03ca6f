import Crypto
import DeviceLink
import Foundation
import NIOConcurrencyHelpers
import NIOCore
import RelayDomain
import ServiceRuntime

/// One run on a stack: starts it, lets customers come and injects faults, waits until all transactions are final, reads
/// the evidence.
struct Trial: Sendable {
    /// How long all processes may take to run again once the faults have stopped.
    private static let recovery = Duration.seconds(60)

    private let options: ChaosOptions
    private let stack: Stack
    private let history = History()
    private let sandbox: SandboxClient
    private let phones: PhoneLine
    private let counters: Counters
    private let crowd: Crowd
    private let injector: Injector
    private let begin: NIOLockedValueBox<ContinuousClock.Instant?>

    /// Starts everything.
    init(_ options: ChaosOptions, _ stack: Stack) async throws {
        self.options = options
        self.stack = stack
        guard let ingress = stack.lines[.phones], let gateway = stack.lines[.terminals] else {
            preconditionFailure("every line is opened at the start")
        }
        try await stack.start(terminals: Counters.names(options.terminals))
        sandbox = SandboxClient(client: stack.client, crew: stack.crew)
        phones = PhoneLine(client: stack.client, ingress: ingress)
        let begin = NIOLockedValueBox<ContinuousClock.Instant?>(nil)
        self.begin = begin
        let manners = Counter.Manners(history: history) {
            begin.withLockedValue { $0 }.map { .now > $0 + options.lastingUntil } ?? true
        }
        counters = try await Counters.open(
            options.terminals, gateway: GatewayAddress(host: gateway.host, port: gateway.port), manners,
            seed: options.seed, on: stack.eventLoop)
        crowd = try await Crowd(options, phones, history, sandbox, counters, stack.crew)
        injector = Injector(
            stack.crew, stack.proxies, on: stack.eventLoop, history,
            BrokenDisk(folder: "\(stack.home.path)/log", warden: stack.warden), say: ChaosRun.say)
    }

    /// - Returns: the report, and what it was made from.
    func run() async throws -> (ChaosReport, WitnessEvidence) {
        begin.withLockedValue { $0 = .now }
        let plan = FaultPlan(seed: options.seed, span: options.span, perMinute: options.faults)
        async let customers: Void = crowd.come()
        async let floods: Void = injector.follow(
            FaultPlan.floods(seed: options.seed, span: options.span, perMinute: options.floods))
        try await injector.follow(plan)
        try await floods
        let returned = try await everybodyReturns()
        let returnedAt = Int64(Date().timeIntervalSince1970 * 1_000)
        // Phones may repeat unanswered requests for a while.
        try await customers
        let isSettled = try await settle(since: returned)
        let evidence = try await evidence()
        try await counters.close()
        var report = ChaosReport()
        report.faults = await injector.done
        report.skipped = await injector.skipped
        report.floods = await injector.floods
        report.outcomesAmidFloods = history.outcomesAmidFloods
        report.ownEnds = await stack.crew.ownEnds
        report.journal = evidence.journal
        report.surprises = history.surprises
        report.answers = history.answers
        report.takeovers = history.takeovers
        let last = evidence.journal.flatMap(\.events).map(\.at).max() ?? returnedAt
        report.settledAfter = isSettled ? .milliseconds(max(0, last - returnedAt)) : nil
        report.findings =
            Examination(evidence).findings
            + history.contradictions.map { Finding(kind: .changed, transaction: $0.transaction, what: $0.what) }
        if let fault = try await stack.journalsFault() { report.surprises["journal verify: \(fault)"] = 1 }
        if await !stack.crew.isComplete {
            report.surprises["not ready in the end: \(await stack.crew.missing.joined(separator: " "))"] = 1
        }
        return (report, evidence)
    }

    /// Waits until all processes run again, with the right time.
    private func everybodyReturns() async throws -> ContinuousClock.Instant {
        ChaosRun.say("all faults have stopped")
        await stack.crew.restartAll(await injector.wrongClocks)
        try await Task.sleep(for: .milliseconds(100))
        let limit = ContinuousClock.now + Self.recovery
        while await !stack.crew.isComplete, .now < limit { try await Task.sleep(for: .milliseconds(50)) }
        return .now
    }

    /// Waits until all transactions are final or marked.
    /// - Returns: whether it was in time.
    private func settle(since begin: ContinuousClock.Instant) async throws -> Bool {
        let reader = JournalWitness(home: stack.home)
        repeat {
            let undecided = try await reader.undecided()
            if undecided.isEmpty { return true }
            for row in undecided where row.state == "pendingCustomer" { await sandbox.customerAccepts(row.id) }
            try await Task.sleep(for: .milliseconds(500))
        } while .now < begin + ChaosOptions.settling
        return false
    }

    // MARK: Evidence

    private func evidence() async throws -> WitnessEvidence {
        var evidence = WitnessEvidence()
        // Asked before the journal is read, because the journal must not be older than what was told.
        evidence.toldInTheEnd = await toldInTheEnd(Array(history.seen.keys))
        evidence.seen = history.seen
        evidence.journal = try await JournalWitness(home: stack.home).rows()
        evidence.ledger = try await sandbox.ledger()
        evidence.saleAtPOS = Set(Roster.sales)
        let file = "\(stack.home.path)/sandbox/digest.key"
        guard let bytes = FileManager.default.contents(atPath: file) else { throw ChaosError.sandbox("no \(file)") }
        let key = SymmetricKey(data: bytes)
        for (name, information) in crowd.atPOS {
            switch information {
            case .code(let code): evidence.whoAtPOS[name] = SandboxClient.who(code, key)
            case .member(let member):
                evidence.pointsAtPOS[name] = try await sandbox.points(of: member) - Crowd.points
            }
        }
        return evidence
    }

    /// Reads each transaction as a phone does, a few at a time.
    private func toldInTheEnd(_ transactions: [String]) async -> [String: String?] {
        await withTaskGroup(of: (String, String?, Bool).self) { group in
            var told: [String: String?] = [:]
            var rest = transactions.makeIterator()
            func next() {
                guard let id = rest.next() else { return }
                group.addTask { await read(id) }
            }
            for _ in 0..<16 { next() }
            while let (id, outcome, isKnown) = await group.next() {
                if isKnown { told[id] = .some(outcome) }
                next()
            }
            return told
        }
    }

    private func read(_ transaction: String) async -> (String, String?, Bool) {
        for _ in 0..<20 {
            switch await phones.status(transaction, wait: 0) {
            case .transaction(_, _, let outcome): return (transaction, outcome, true)
            case .refused(let code, let mayRepeat, _) where !mayRepeat:
                history.surprised(by: code)
                return (transaction, nil, false)
            case .refused, .lost: try? await Task.sleep(for: .milliseconds(200))
            }
        }
        history.surprised(by: "a transaction that cannot be read in the end")
        return (transaction, nil, false)
    }
}
