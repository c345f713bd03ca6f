import RelayDomain
import ServiceRuntime

/// Decides for `baton up` which process starts, which starts again, and in which order all of them end.
///
/// Ends and readiness are the events, orders the actions. It has no process, clock or file: the ``Supervisor`` has
/// them.
///
/// Processes start stage by stage: a stage begins when each group of the stage before it has a member that is ready
/// (one of two routers is enough, the other waits as standby). They end in the opposite order. A process that dies is
/// started again, after a pause that doubles from 100 ms to 10 s and is 100 ms again for a process that had been ready
/// for 10 s. Until everything has been ready once, a process that refuses to start ends the whole run: then its
/// settings are wrong, and a person is there to read it.
///
/// A process whose loops do not come round any more (`LoopWatch`) hangs, or was stopped: it is killed, so that another
/// can do its work. The same holds while it starts or is a standby.
struct Supervision {
    /// One process, as far as its start and end go.
    struct Member: Hashable, Sendable {
        let name: String
        /// From 0. Lower stages start first and end last.
        let stage: Int
        /// The processes that do the same work: one ready member of a group is enough for the next stage.
        let group: String

        init(_ name: String, stage: Int, group: String? = nil) {
            self.name = name
            self.stage = stage
            self.group = group ?? name
        }
    }

    enum Event: Equatable, Sendable {
        case begun
        /// The process reports that it is ready.
        case ready(String)
        case ended(String, ProcessExit)
        /// The process's loops do not come round any more.
        case deaf(String, LoopWatch.Verdict)
        /// From now on these processes are to run too.
        case added([Member])
        /// These are no longer to run.
        case removed([String])
        case stopRequested
        /// ``deadline`` may have passed.
        case timePassed
    }

    enum Action: Equatable, Sendable {
        case start(String)
        /// Ask it for an orderly end.
        case terminate(String)
        /// Kill it at once.
        case kill(String)
        case tell(SupervisionNotice)
    }

    /// The state of the whole run.
    enum Phase: Equatable, Sendable {
        /// All stages up to this one were told to start; this one at that time.
        case rising(stage: Int, since: Instant)
        case standing
        /// This stage and those above it are ending.
        case falling(stage: Int)
        case ended
    }

    enum Limits {
        static let pauseMin = Duration.milliseconds(100)
        static let pauseMax = Duration.seconds(10)
        /// How long a process must have been ready for its next pause to be the shortest again.
        static let steadyAfter = Duration.seconds(10)
        /// How long a stage may take at the first start.
        static let firstStart = Duration.seconds(60)
    }

    private enum State: Equatable {
        case idle
        case starting(since: Instant)
        case ready(since: Instant)
        case resting(until: Instant)
        case leaving(since: Instant)
        case killed
        case gone
    }

    private struct Entry {
        let member: Member
        var state = State.idle
        /// How often it has ended since it was last steady; determines the pause.
        var failures = 0
        var isWanted = true
    }

    private(set) var phase = Phase.rising(stage: 0, since: Instant(milliseconds: 0))
    /// Why the run was given up; nil after an orderly stop.
    private(set) var failure: SupervisionFailure?
    private var entries: [Entry]
    private let drainTimeout: Duration

    /// - Parameter drainTimeout: how long a process may take for its orderly end before it is killed.
    init(_ members: [Member], drainTimeout: Duration) {
        entries = members.map { Entry(member: $0) }
        self.drainTimeout = drainTimeout
    }

    /// When ``Event/timePassed`` is due; nil if it only waits for processes.
    var deadline: Instant? { (entries.map { due($0) } + [riseDue]).compactMap(\.self).min() }

    /// Whether it has a process of this name, even if that is ending.
    func has(_ name: String) -> Bool { index(of: name) != nil }

    /// Advances by one event at the monotonic time `now`.
    mutating func apply(_ event: Event, at now: Instant) -> [Action] {
        switch event {
        case .begun: return startStage(0, at: now)
        case .ready(let name): return becameReady(name, at: now)
        case .ended(let name, let exit): return ended(name, exit, at: now)
        case .deaf(let name, let verdict): return kill(name, verdict)
        case .added(let members): return add(members, at: now)
        case .removed(let names): return remove(names, at: now)
        case .stopRequested: return beginToFall(at: now)
        case .timePassed: return timePassed(at: now)
        }
    }
}

// MARK: - Rising

extension Supervision {
    private mutating func startStage(_ stage: Int, at now: Instant) -> [Action] {
        phase = .rising(stage: stage, since: now)
        let actions = start(entries.indices.filter { entries[$0].member.stage == stage }, at: now)
        return actions + rise(at: now)
    }

    /// Continues with the next stage if this one is ready.
    private mutating func rise(at now: Instant) -> [Action] {
        guard case .rising(let stage, _) = phase, hasRisen(stage) else { return [] }
        guard let next = entries.map(\.member.stage).filter({ $0 > stage }).min() else {
            phase = .standing
            return standbys.map { .tell(.standsBy($0)) } + [.tell(.allReady)]
        }
        return startStage(next, at: now)
    }

    private func hasRisen(_ stage: Int) -> Bool {
        entries.filter { $0.member.stage <= stage }.allSatisfy { isGroupReady($0.member.group) }
    }

    private func isGroupReady(_ group: String) -> Bool {
        entries.contains { entry in
            if case .ready = entry.state { entry.member.group == group } else { false }
        }
    }

    /// The processes that run while another of their group does the work.
    private var standbys: [String] {
        entries.filter { if case .starting = $0.state { true } else { false } }.map(\.member.name)
    }

    private mutating func start(_ indices: [Int], at now: Instant) -> [Action] {
        indices.map { index in
            entries[index].state = .starting(since: now)
            return .start(entries[index].member.name)
        }
    }

    private mutating func becameReady(_ name: String, at now: Instant) -> [Action] {
        guard let index = index(of: name), case .starting = entries[index].state else { return [] }
        entries[index].state = .ready(since: now)
        return [.tell(.ready(name))] + rise(at: now)
    }

    private mutating func add(_ members: [Member], at now: Instant) -> [Action] {
        let stageBegun: Int
        switch phase {
        case .rising(let stage, _): stageBegun = stage
        case .standing: stageBegun = .max
        case .falling, .ended: return []
        }
        let first = entries.count
        entries += members.filter { index(of: $0.name) == nil }.map { Entry(member: $0) }
        return start((first..<entries.count).filter { entries[$0].member.stage <= stageBegun }, at: now)
    }
}

// MARK: - Ends

extension Supervision {
    private mutating func ended(_ name: String, _ exit: ProcessExit, at now: Instant) -> [Action] {
        guard let index = index(of: name) else { return [] }
        switch entries[index].state {
        case .starting where isRising && exit.isRefusal:
            // A refusal later on is retried: then the settings were right once, and the cause may go away.
            entries[index].state = .gone
            return giveUp(.refused(name, exit), at: now)
        case .starting, .ready:
            return rest(index, after: exit, at: now)
        case .leaving, .killed:
            entries[index].state = .gone
            if !entries[index].isWanted { entries.remove(at: index) }
            return fall(at: now)
        case .idle, .resting, .gone: return []
        }
    }

    /// Its end is then noticed like any other, and it starts again if it is still to run.
    private mutating func kill(_ name: String, _ verdict: LoopWatch.Verdict) -> [Action] {
        guard let index = index(of: name) else { return [] }
        switch entries[index].state {
        case .starting, .ready: return [.tell(.hangs(name, verdict)), .kill(name)]
        case .leaving:
            entries[index].state = .killed
            return [.tell(.hangs(name, verdict)), .kill(name)]
        case .idle, .resting, .killed, .gone: return []
        }
    }

    private var isRising: Bool {
        if case .rising = phase { true } else { false }
    }

    private mutating func rest(_ index: Int, after exit: ProcessExit, at now: Instant) -> [Action] {
        if case .ready(let since) = entries[index].state, now - since >= Limits.steadyAfter {
            entries[index].failures = 0
        }
        // 100 ms doubled seven times exceeds the longest pause.
        let doublings = min(entries[index].failures, 7)
        let pause = min(Limits.pauseMin * (1 << doublings), Limits.pauseMax)
        entries[index].failures += 1
        entries[index].state = .resting(until: now + pause)
        return [.tell(.diedAndRestarts(entries[index].member.name, exit, after: pause))]
    }

    private mutating func remove(_ names: [String], at now: Instant) -> [Action] {
        var actions: [Action] = []
        for name in names {
            guard let index = index(of: name) else { continue }
            entries[index].isWanted = false
            actions += leave(index, at: now)
            if case .gone = entries[index].state { entries.remove(at: index) }
        }
        return actions
    }

    /// Tells a process to end, or removes the entry if it is not running.
    private mutating func leave(_ index: Int, at now: Instant) -> [Action] {
        switch entries[index].state {
        case .starting, .ready:
            entries[index].state = .leaving(since: now)
            return [.terminate(entries[index].member.name)]
        case .idle, .resting:
            entries[index].state = .gone
            return []
        case .leaving, .killed, .gone: return []
        }
    }

    private mutating func giveUp(_ failure: SupervisionFailure, at now: Instant) -> [Action] {
        self.failure = failure
        return [.tell(.gaveUp(failure))] + beginToFall(at: now)
    }

    private mutating func beginToFall(at now: Instant) -> [Action] {
        switch phase {
        case .rising, .standing:
            phase = .falling(stage: (entries.map(\.member.stage).max() ?? 0) + 1)
            return [.tell(.stopping)] + fall(at: now)
        case .falling, .ended: return []
        }
    }

    /// Continues with the next lower stage once all above it have ended.
    private mutating func fall(at now: Instant) -> [Action] {
        guard case .falling(let stage) = phase,
            entries.allSatisfy({ $0.member.stage < stage || $0.state == .gone })
        else { return [] }
        guard let next = entries.map(\.member.stage).filter({ $0 < stage }).max() else {
            phase = .ended
            return []
        }
        phase = .falling(stage: next)
        var actions: [Action] = []
        for index in entries.indices where entries[index].member.stage == next { actions += leave(index, at: now) }
        return actions + fall(at: now)
    }
}

// MARK: - Time

extension Supervision {
    private func due(_ entry: Entry) -> Instant? {
        switch entry.state {
        case .resting(let until): until
        case .leaving(let since): since + drainTimeout
        case .idle, .starting, .ready, .killed, .gone: nil
        }
    }

    /// When the stage that is starting has taken too long.
    private var riseDue: Instant? {
        if case .rising(_, let since) = phase { since + Limits.firstStart } else { nil }
    }

    private mutating func timePassed(at now: Instant) -> [Action] {
        if let riseDue, riseDue <= now, case .rising(let stage, _) = phase {
            let slow = entries.first { $0.member.stage <= stage && !isGroupReady($0.member.group) }
            return giveUp(.slow(slow?.member.name ?? "", Limits.firstStart), at: now)
        }
        var actions: [Action] = []
        for index in entries.indices {
            guard let due = due(entries[index]), due <= now else { continue }
            switch entries[index].state {
            case .resting: actions += start([index], at: now)
            case .leaving:
                entries[index].state = .killed
                actions.append(.kill(entries[index].member.name))
            case .idle, .starting, .ready, .killed, .gone: break
            }
        }
        return actions
    }

    private func index(of name: String) -> Int? { entries.firstIndex { $0.member.name == name } }
}
