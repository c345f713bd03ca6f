import CProcess
import Foundation

/// The parent of each process that has no other supervisor: starts the executable again as its worker, passes signals
/// on, and kills the worker once one of its loops no longer comes round. Ends with the worker's exit code, so that a
/// service manager (compose, systemd) sees one process.
///
/// One thread, no socket, no file. It breaks no lock: the system releases a dead worker's, and a standby gets it. If
/// the watchdog is killed, the worker dies with it.
struct Watchdog {
    /// How often it checks, in nanoseconds.
    private static let glance = 500_000_000

    let service: String

    /// Runs the worker to its end. Called before this process has a second thread.
    /// - Parameter arguments: this process's, without its name.
    /// - Returns: the exit code, as a shell reports it.
    func run(_ arguments: [String], _ environment: [String: String]) -> Int32 {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGCHLD] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        do {
            let ticks = try TickPipe()
            let worker = try ChildProcess.start(
                Self.executable, name: CommandLine.arguments.first, arguments: arguments,
                environment: environment.merging(ProcessGuard.environment) { $1 }
                    .merging(["BATON_WATCHDOG": "\(getpid())"]) { $1 },
                input: .inherited, ticks: ticks, isApart: false)
            let exit = watch(worker, ticks, for: signals)
            switch exit {
            case .signal, .lost: say("its worker has ended: \(exit)")
            case .code, .notStarted: break  // It has printed the reason itself.
            }
            return exit.code
        } catch {
            say("cannot start its worker: \(error)")
            return 70
        }
    }

    /// Makes the system kill this process when its watchdog ends for any reason, even if this process hangs.
    ///
    /// Called on the main thread: the setting ends with the thread that made it.
    static func dieWithIt(_ environment: [String: String]) {
        guard let watchdog = environment["BATON_WATCHDOG"].flatMap({ pid_t($0) }) else { return }
        _ = baton_set_parent_death_signal(SIGKILL)
        if getppid() != watchdog { exit(70) }  // The watchdog ended before the setting was made.
    }

    private func watch(_ worker: ChildProcess, _ ticks: TickPipe, for signals: sigset_t) -> ProcessExit {
        var watch = LoopWatch(at: .now)
        var signals = signals
        while true {
            var limit = timespec(tv_sec: 0, tv_nsec: Self.glance)
            let signal = sigtimedwait(&signals, nil, &limit)
            if signal == SIGTERM || signal == SIGINT { worker.send(signal) }
            if let exit = worker.exit() { return exit }
            if let verdict = ticks.look(&watch) {
                worker.send(SIGKILL)
                say("kills its worker: \(verdict)")
            }
        }
    }

    private func say(_ what: String) { StandardStream.error.writeLine("\(service): \(what)") }

    /// Its own file, by the name that it was called by, because that name may select the service. If the file was
    /// replaced since, the old one runs.
    private static var executable: String {
        guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            FileManager.default.isExecutableFile(atPath: path)
        else { return "/proc/self/exe" }
        let file = URL(fileURLWithPath: path)
        let called = URL(fileURLWithPath: CommandLine.arguments.first ?? path).lastPathComponent
        let named = file.deletingLastPathComponent().appending(path: called)
        return named.resolvingSymlinksInPath() == file.resolvingSymlinksInPath() ? named.path : path
    }
}
