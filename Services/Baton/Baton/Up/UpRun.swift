import Foundation
import Logging
import ServiceLifecycle
import ServiceRuntime

/// The relay on one machine, from start to orderly end: what `baton up` and `baton demo` share.
struct UpRun {
    /// What is done with a relay that is ready, and the sandbox beside it.
    struct Trial: Sendable {
        /// The processes that it starts beside the relay, by name.
        let processes: [String]
        /// Those among them that have a ``KeyboardPipe``.
        let keyboards: Set<String>
        /// Its return ends the relay; so does its error. Cancelled when the relay is told to stop.
        let body: @Sendable (Supervisor) async throws -> Void
    }

    let configuration: BatonConfiguration
    /// False: the relay runs elsewhere, and only the trial's own processes are run.
    var startsRelay = true
    var trial: Trial?
    /// The folder of the executables.
    var binaries = UpRun.ownFolder

    /// How long a process may take beyond its own drain limit: it cuts itself off, at the latest, 5 s after it.
    private static let cutOff = Duration.seconds(6)

    /// Runs until a signal, or until the trial has ended.
    /// - Throws: ``OperatorError``; `RuntimeError`, `KeyFileError`, `JournalError` for a home that cannot be used; what
    ///   the trial throws.
    func run() async throws {
        let home = configuration.home
        try home.prepare()
        let lock = try HomeLock(home)
        defer { withExtendedLifetime(lock) {} }
        try Keys(home).makeIfAbsent()
        let teller = UpTeller(configuration)
        teller.tell(.begins(home: home.path))

        // A program that writes to a leftover pipe would wait for a reader.
        defer { trial?.keyboards.forEach { KeyboardPipe($0, in: home).remove() } }

        let plan = RelayPlan(configuration: configuration)
        let relay = startsRelay ? plan.relay(withSandbox: trial != nil) : []
        let leftovers = Leftovers(
            relay.map(\.name) + (trial?.processes ?? []), keyboards: trial?.keyboards ?? [], in: home)
        if leftovers.count > 0 { teller.tell(.waitsForLeftovers(leftovers.count)) }
        try await leftovers.end()

        let environment = ProcessInfo.processInfo.environment
        let manager = await ServiceManager(environment, pid: ProcessInfo.processInfo.processIdentifier)
        defer { manager?.close() }
        let supervisor = Supervisor(
            relay, home: home, binaries: binaries,
            environment: environment.filter { !ServiceManager.variables.contains($0.key) },
            drainTimeout: configuration.drainTimeout + Self.cutOff
        ) { notice, heard in
            teller.tell(.supervision(notice, heard))
            switch notice {
            case .allReady: manager?.tell(.ready)
            case .stopping: manager?.tell(.stopping)
            case .ready, .standsBy, .hangs, .diedAndRestarts, .diskIsGettingFull, .gaveUp: break
            }
        }
        var services: [any Service] = [supervisor]
        if let manager { services.append(WatchdogNotices(manager: manager, supervisor: supervisor)) }
        if startsRelay { services.append(AdapterKeeper(plan: plan, supervisor: supervisor)) }
        if let trial { services.append(TrialService(supervisor: supervisor, trial: trial)) }
        try await Self.group(services).run()
    }

    /// Services that all end, in order from last to first, as soon as one of them ends.
    private static func group(_ services: [any Service]) -> ServiceGroup {
        ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    .init(
                        service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "baton") { _ in SwiftLogNoOpLogHandler() }))
    }

    /// The folder of this executable; the others are in the same folder.
    static var ownFolder: String {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "./baton"
        return URL(fileURLWithPath: path).deletingLastPathComponent().path
    }
}

/// Runs a trial once the relay is ready.
private struct TrialService: Service {
    let supervisor: Supervisor
    let trial: UpRun.Trial

    func run() async throws {
        guard await supervisor.isReady() else { return }
        do {
            try await cancelWhenGracefulShutdown { try await trial.body(supervisor) }
        } catch is CancellationError where Task.isShuttingDownGracefully {}
    }
}
