import Flooding
import RelayDomain

/// One fault that is injected into the stack.
enum Fault: Hashable, Sendable {
    /// `kill -9`.
    case kill(Role)
    /// SIGSTOP, and SIGCONT after the span, unless its watchdog has ended it.
    case freeze(Role, Duration)
    /// The same for its watchdog too, as `docker pause` does: a process that continues must not act on outdated
    /// knowledge.
    case pause(Role, Duration)
    /// SIGTERM: an orderly end.
    case restart(Role)
    /// All connections of a line end.
    case cut(Line)
    /// Nothing passes on a line for the span.
    case stall(Line, Duration)
    /// The active router's files can no longer grow.
    case diskFull
    /// From now on the active router's disk does not confirm what was written.
    case fsyncFails
    /// For the span the disk of the active router's index takes nothing more; its log's does.
    case indexDiskFull(Duration)
    /// The process is killed, and the next one has a wrong wall clock.
    case clockStep(Role, Duration)
    /// Strangers flood a process of the role for the span.
    case flood(Role, Strangers, Duration)

    /// The kinds by which faults are counted.
    enum Kind: String, Hashable, Sendable, CaseIterable {
        case kill, freeze, pause, restart, cut, stall
        case diskFull = "disk full"
        case fsyncFails = "fsync fails"
        case indexDiskFull = "index's disk full"
        case clockStep = "clock step"
        case flood
    }

    var kind: Kind {
        switch self {
        case .kill: .kill
        case .freeze: .freeze
        case .pause: .pause
        case .restart: .restart
        case .cut: .cut
        case .stall: .stall
        case .diskFull: .diskFull
        case .fsyncFails: .fsyncFails
        case .indexDiskFull: .indexDiskFull
        case .clockStep: .clockStep
        case .flood: .flood
        }
    }
}

extension Fault: CustomStringConvertible {
    var description: String {
        switch self {
        case .kill(let role), .restart(let role): "\(kind.rawValue) \(role.rawValue)"
        case .freeze(let role, let span), .pause(let role, let span):
            "\(kind.rawValue) \(role.rawValue) for \(span.milliseconds) ms"
        case .cut(let line): "\(kind.rawValue) \(line.rawValue)"
        case .stall(let line, let span): "\(kind.rawValue) \(line.rawValue) for \(span.milliseconds) ms"
        case .diskFull, .fsyncFails: "\(kind.rawValue) at active router"
        case .indexDiskFull(let span): "\(kind.rawValue) at active router for \(span.milliseconds) ms"
        case .clockStep(let role, let offset):
            "\(kind.rawValue) \(role.rawValue) by \(offset.milliseconds / 1_000) s"
        case .flood(let role, let strangers, let span):
            "\(kind.rawValue) \(role.rawValue) with \(strangers.rawValue) for \(span.milliseconds) ms"
        }
    }
}
