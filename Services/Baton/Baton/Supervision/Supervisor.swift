import Foundation
import RelayDomain
import ServiceLifecycle
import ServiceRuntime

/// Starts the processes of `baton up`, watches them, and does what ``Supervision`` decides.
actor Supervisor: Service {
    /// How often the processes are checked: while some start or end, and once all are ready.
    private static let glance = (moving: Duration.milliseconds(10), standing: Duration.milliseconds(50))

    /// How often the logs and the disk are measured.
    private static let diskPeriod = Duration.seconds(30)

    /// The output and the announcement of the process that a notice is about.
    struct Heard: Sendable {
        var announcement: Announcement?
        /// Its last words, if it has ended.
        var lastWords: String?
    }

    private struct Running {
        let process: ChildProcess
        let log: ProcessLog
        let ticks: TickPipe
        var watch = LoopWatch(at: .now)
        var announcement: Announcement?
    }

    private let home: Home
    private let binaries: String
    private let environment: [String: String]
    private let tell: @Sendable (SupervisionNotice, Heard) -> Void
    private let began = ContinuousClock.now
    private var supervision: Supervision
    private var plans: [String: ProcessPlan]
    private var running: [String: Running] = [:]
    private var lastWordsOf: [String: String] = [:]
    private var diskMeasured: ContinuousClock.Instant?
    private var diskWarning = DiskWarning()

    /// - Parameters:
    ///   - binaries: the folder of the executables.
    ///   - environment: what every process gets beside its settings.
    ///   - drainTimeout: how long a process may take for its orderly end.
    init(
        _ plans: [ProcessPlan], home: Home, binaries: String, environment: [String: String], drainTimeout: Duration,
        tell: @escaping @Sendable (SupervisionNotice, Heard) -> Void
    ) {
        self.home = home
        self.binaries = binaries
        self.environment = environment.filter { !$0.key.hasPrefix("BATON_") }.merging(ProcessGuard.environment) { $1 }
        self.tell = tell
        self.plans = Dictionary(uniqueKeysWithValues: plans.map { ($0.name, $0) })
        supervision = Supervision(plans.map(\.member), drainTimeout: drainTimeout)
    }

    /// The folder of the processes' logs.
    nonisolated var logs: String { home.path + "/log" }

    /// Runs until told to stop and every process has ended.
    /// - Throws: ``OperatorError/notStarted(_:logs:)`` if a process refused its first start; the others were ended
    ///   first.
    func run() async throws {
        try FileManager.default.createDirectory(
            atPath: logs, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        apply(.begun)
        while supervision.phase != .ended {
            guard !Task.isCancelled else { return killAll() }
            if Task.isShuttingDownGracefully { apply(.stopRequested) }
            look()
            try? await Task.sleep(for: supervision.phase == .standing ? Self.glance.standing : Self.glance.moving)
        }
        if let failure = supervision.failure { throw OperatorError.notStarted(failure, logs: logs) }
    }

    /// Waits until everything is ready.
    /// - Returns: false if that will not happen any more, or the waiting task is told to stop.
    func isReady() async -> Bool {
        while case .rising = supervision.phase, !Task.isShuttingDownGracefully, !Task.isCancelled {
            try? await Task.sleep(for: Self.glance.moving)
        }
        return supervision.phase == .standing
    }

    /// Starts the processes that are new in `wanted`, and ends those of the group that are not in it. All others
    /// continue.
    /// - Parameter group: the group of which `wanted` is the complete list.
    func replace(group: String, with wanted: [ProcessPlan]) {
        let present = plans.values.filter { $0.group == group && supervision.has($0.name) }
        let obsolete = present.filter { !wanted.contains($0) }.map(\.name)
        let new = wanted.filter { !supervision.has($0.name) }
        for plan in new { plans[plan.name] = plan }
        if !obsolete.isEmpty { apply(.removed(obsolete)) }
        if !new.isEmpty { apply(.added(new.map(\.member))) }
    }

    /// Returns when the supervisor has finished its current work: then it does not hang.
    func comesRound() {}

    /// Where a process's output goes.
    nonisolated func log(of name: String) -> String { "\(logs)/\(name).log" }

    /// The address that a ready process has bound; nil if it is not ready or has no such address.
    func address(of name: String, speaking what: String) -> HostPort? {
        running[name]?.announcement?.addresses[what].flatMap { HostPort($0)?.reachable }
    }

    /// The admin address of a ready process.
    func admin(of name: String) -> HostPort? {
        running[name]?.announcement.flatMap { HostPort($0.admin)?.reachable }
    }

    // MARK: - Looking

    /// Checks which processes have ended, are ready or hang, and whether a time limit has passed.
    private func look() {
        for (name, child) in running {
            if let exit = child.process.exit() {
                lastWordsOf[name] = child.log.lastWords
                running[name] = nil
                apply(.ended(name, exit))
                continue
            }
            if let verdict = child.ticks.look(&running[name, default: child].watch) { apply(.deaf(name, verdict)) }
            if child.announcement == nil, let found = try? Announcement.read(home: home, name: name),
                found.pid == child.process.pid
            {
                running[name]?.announcement = found
                apply(.ready(name))
            }
        }
        if let deadline = supervision.deadline, deadline <= now { apply(.timePassed) }
        if diskMeasured.map({ .now - $0 >= Self.diskPeriod }) ?? true { measureDisk(at: .now) }
    }

    private func measureDisk(at now: ContinuousClock.Instant) {
        diskMeasured = now
        for child in running.values { child.log.makeRoom() }
        if let free = DiskWarning.free(at: home.path), diskWarning.isDue(free: free, at: now) {
            pass(.diskIsGettingFull(free: free))
        }
    }

    private var now: Instant { Instant(milliseconds: (ContinuousClock.now - began).milliseconds) }

    // MARK: - Acting

    private func apply(_ event: Supervision.Event) {
        var events = [event]
        while !events.isEmpty {
            for action in supervision.apply(events.removeFirst(), at: now) {
                switch action {
                case .start(let name):
                    if let failed = start(name) { events.append(.ended(name, failed)) }
                case .terminate(let name): running[name]?.process.send(SIGTERM)
                case .kill(let name): running[name]?.process.send(SIGKILL)
                case .tell(let notice): pass(notice)
                }
            }
        }
    }

    /// - Returns: nil if the process was started.
    private func start(_ name: String) -> ProcessExit? {
        guard let plan = plans[name] else { return .notStarted("it has no plan") }
        lastWordsOf[name] = nil
        do {
            let log = try ProcessLog(name, in: logs)
            var own = ["BATON_HOME": home.path, "BATON_NAME": name]
            if !plan.hasKeyboard { own["BATON_PARENT"] = "1" }
            let ticks = try TickPipe()
            let process = try ChildProcess.start(
                "\(binaries)/\(plan.executable)", arguments: plan.arguments,
                environment: environment.merging(plan.settings) { $1 }.merging(own) { $1 },
                input: plan.hasKeyboard ? .file(try KeyboardPipe(name, in: home).open()) : .leash, log: log.file,
                ticks: ticks)
            running[name] = Running(process: process, log: log, ticks: ticks)
            return nil
        } catch {
            return .notStarted("\(error)")
        }
    }

    private func pass(_ notice: SupervisionNotice) {
        let child = notice.process
        tell(
            notice,
            Heard(
                announcement: child.flatMap { running[$0]?.announcement },
                lastWords: child.flatMap { lastWordsOf[$0] }))
    }

    /// The immediate end: this task was cancelled, so nothing may be waited for.
    private func killAll() {
        for child in running.values { child.process.send(SIGKILL) }
        for child in running.values { _ = child.process.exit(waiting: true) }
        running = [:]
    }
}
