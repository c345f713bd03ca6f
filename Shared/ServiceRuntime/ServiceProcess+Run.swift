import Foundation
import Logging
import Metrics
import ServiceLifecycle

extension ServiceProcess {
    /// Runs a process from its first line to its orderly end. A service's `run()` calls only this, and its executable
    /// calls only that `run()`.
    ///
    /// ```swift
    /// try await ServiceProcess.run("baton-terminal-gateway", reading: Configuration.init) { process, configuration in
    ///     [try service(configuration, of: process)]
    /// }
    /// ```
    ///
    /// Settings are read first: a missing, malformed or unknown one ends the process with one line before anything has
    /// started, and `--help` lists them without starting anything. The process becomes a ``Watchdog`` and everything
    /// else happens in its worker, unless `BATON_TICKS` says that another process watches. The admin port opens before
    /// the services start, so that a start that waits (for a journal's claim) is live though not ready. SIGTERM,
    /// SIGINT, or with `BATON_PARENT` the end of standard input, stop the services from last to first within
    /// `BATON_DRAIN`; what is left then is cancelled. A second signal ends the process at once.
    ///
    /// Returns after an orderly end. Otherwise prints one line and exits: 64 for settings and arguments, 70 (or what
    /// a ``StartFailure`` says) for a start that fails and for a service that throws or ends by itself.
    /// - Parameters:
    ///   - service: the executable's name, `baton-…`.
    ///   - arguments: `--help`, `--version`, `--health` (asks the running instance, exit code 0 or 1), or none.
    ///   - reading: makes the configuration; reads every key, decides nothing else.
    ///   - start: makes the services, in the order of their start. Cancelled if the process is told to stop meanwhile.
    /// - Throws: nothing today. Declared as throwing so that main files read `try await`.
    public nonisolated(nonsending) static func run<Configuration: Sendable>(
        _ service: String,
        arguments: [String] = Array(CommandLine.arguments.dropFirst()),
        environment: [String: String] = ProcessInfo.processInfo.environment,
        reading: @Sendable (Settings) throws -> Configuration,
        start: @escaping @Sendable (ServiceProcess, Configuration) async throws -> [any Service]
    ) async throws {
        ProcessGuard.begin()
        umask(0o077)  // Files that a process of the relay makes are for its user only.
        let end: ProcessEnd
        switch arguments {
        case [] where (environment["BATON_TICKS"] ?? "").isEmpty:
            end = ProcessEnd(
                exitCode: Watchdog(service: service).run(Array(CommandLine.arguments.dropFirst()), environment))
        case []:
            Watchdog.dieWithIt(environment)
            end = await serve(service, environment, reading, start)
        case ["--version"]:
            end = ProcessEnd(exitCode: 0, output: "\(service) \(version)")
        case ["--help"]:
            end = ProcessEnd(exitCode: 0, output: help(service, reading))
        case ["--health"]:
            end = await HealthCheck(service: service, environment: environment).end
        default:
            let unknown = arguments.joined(separator: " ").prefix(60)
            end = ProcessEnd(
                exitCode: 64, line: "\(service): unknown arguments '\(unknown)': --help lists the known ones")
        }
        if let output = end.output { StandardStream.output.writeLine(output) }
        if let line = end.line { StandardStream.error.writeLine(line) }
        StandardStream.output.flush()
        StandardStream.error.flush()
        if end.exitCode != 0 { exit(end.exitCode) }
    }

    /// Reads the settings, installs logs and metrics for the whole process, and serves until a signal.
    private static func serve<Configuration: Sendable>(
        _ service: String, _ environment: [String: String], _ reading: @Sendable (Settings) throws -> Configuration,
        _ start: @escaping @Sendable (ServiceProcess, Configuration) async throws -> [any Service]
    ) async -> ProcessEnd {
        do {
            let (runtime, configuration) = try configurations(of: service, environment, reading)
            try keepTicks(runtime)
            let process = ServiceProcess(service, runtime)
            LoggingSystem.bootstrap { label in
                JSONLogHandler(
                    label: label, service: service, instance: runtime.instance, level: runtime.logLevel)
            }
            MetricsSystem.bootstrap(process.metrics)
            let requests = StopRequests(drainTimeout: runtime.drainTimeout, watchingInput: runtime.endsWithInput)
            return await process.serve(until: requests.reasons) { try await start(process, configuration) }
        } catch {
            return ProcessEnd(service: service, error: error)
        }
    }

    /// Keeps child processes from inheriting the pipe to the watchdog.
    private static func keepTicks(_ runtime: RuntimeConfiguration) throws(SettingsError) {
        guard let ticks = runtime.ticks, fcntl(ticks, F_SETFD, FD_CLOEXEC) < 0 else { return }
        throw .refused(key: "BATON_TICKS", value: "\(ticks)", problem: "is not open", expected: "nothing: unset it")
    }

    /// Reads the runtime's and the service's settings; then no `BATON_*` variable may be unread.
    static func configurations<Configuration>(
        of service: String, _ environment: [String: String], _ reading: @Sendable (Settings) throws -> Configuration
    ) throws -> (RuntimeConfiguration, Configuration) {
        let settings = Settings(environment)
        let runtime = try RuntimeConfiguration(settings, service: service)
        let configuration = try reading(settings)
        try settings.refuseUnknown()
        return (runtime, configuration)
    }
}
