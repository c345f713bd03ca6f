import RelayDomain
import ServiceRuntime

/// What `baton up` reports to its user.
enum SupervisionNotice: Equatable, Sendable {
    case ready(String)
    /// The process runs and waits for another of its group to end.
    case standsBy(String)
    /// Every group has a member that is ready.
    case allReady
    /// The process ended without being asked to; it starts again after the pause.
    case diedAndRestarts(String, ProcessExit, after: Duration)
    /// The process's loops do not come round any more, and it is killed.
    case hangs(String, LoopWatch.Verdict)
    /// The home's disk has this many bytes left.
    case diskIsGettingFull(free: UInt64)
    case stopping
    /// The first start failed; everything ends.
    case gaveUp(SupervisionFailure)

    /// The process that the notice is about.
    var process: String? {
        switch self {
        case .ready(let name), .standsBy(let name), .hangs(let name, _), .diedAndRestarts(let name, _, _),
            .gaveUp(.refused(let name, _)),
            .gaveUp(.slow(let name, _)):
            name
        case .allReady, .diskIsGettingFull, .stopping: nil
        }
    }
}

/// Why `baton up` gave up before everything was ready.
enum SupervisionFailure: Error, Equatable, Sendable {
    /// The process ended by itself at its first start: its settings or its environment are wrong.
    case refused(String, ProcessExit)
    /// The process ran, and was not ready in time.
    case slow(String, Duration)
}

extension ProcessExit {
    /// Whether starting it again would be refused again: 64 (settings, arguments) and 70 (the start failed) are what
    /// Baton's processes end with (sysexits.h).
    var isRefusal: Bool {
        switch self {
        case .code(let code): code == 64 || code == 70
        case .notStarted: true
        case .signal, .lost: false
        }
    }
}
