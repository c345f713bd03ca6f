import Flooding
import Foundation
import NIOCore
import RelayDomain
import ServiceRuntime

/// Injects the plan's faults into the stack, and records what was done when.
actor Injector {
    /// After this time a watchdog must have killed a stopped process, also on a busy machine.
    private static let watchdogMax = Duration.milliseconds(7_500)

    /// How long a router may run with a failing disk: longer than the time between two commits.
    private static let diskTimeout = Duration.seconds(12)

    private let crew: Crew
    private let proxies: [Line: NIOLoopBound<Proxy>]
    private let eventLoop: any EventLoop
    private let history: History
    private let disk: BrokenDisk
    private let say: @Sendable (String) -> Void
    private(set) var done: [Fault.Kind: Int] = [:]
    private(set) var skipped: [String: Int] = [:]
    /// How often each kind of strangers has come, and how many messages they have sent.
    private(set) var floods: [String: (times: Int, said: Int)] = [:]
    /// The processes whose wall clock may be wrong.
    private(set) var wrongClocks: Set<String> = []

    init(
        _ crew: Crew, _ proxies: [Line: NIOLoopBound<Proxy>], on eventLoop: any EventLoop, _ history: History,
        _ disk: BrokenDisk, say: @escaping @Sendable (String) -> Void
    ) {
        self.crew = crew
        self.proxies = proxies
        self.eventLoop = eventLoop
        self.history = history
        self.disk = disk
        self.say = say
    }

    /// Follows the plan; returns when the last fault is over.
    func follow(_ plan: FaultPlan) async throws {
        let begin = ContinuousClock.now
        try await withThrowingDiscardingTaskGroup { group in
            for step in plan.steps {
                try await Task.sleep(until: begin + step.at, clock: .continuous)
                group.addTask { try await self.inject(step.fault, at: step.at) }
            }
        }
    }

    private func inject(_ fault: Fault, at time: Duration) async throws {
        let label = "\(Self.seconds(time))  \(fault)"
        switch fault {
        case .cut(let line):
            say(label)
            count(fault)
            on(line) { $0.cut() }
        case .stall(let line, let span):
            say(label)
            count(fault)
            on(line) { $0.stall(for: span) }
            try? await Task.sleep(for: span)
        case .kill(let role), .freeze(let role, _), .pause(let role, _), .restart(let role), .clockStep(let role, _):
            guard let name = await victim(role) else { return skip(fault, because: "it did not run") }
            say("\(label)  (\(name))")
            try await strike(name, fault)
        case .flood(let role, let strangers, let span):
            guard let name = await victim(role), let victim = await crew.announcement(of: name) else {
                return skip(fault, because: "it did not run")
            }
            say("\(label)  (\(name))")
            count(fault)
            await crowd(victim, strangers, span)
        case .diskFull, .fsyncFails:
            guard let name = await victim(.activeRouter) else { return skip(fault, because: "it did not run") }
            say("\(label)  (\(name))")
            try await breakDisk(of: name, fault)
        case .indexDiskFull(let span):
            guard let name = await victim(.activeRouter) else { return skip(fault, because: "it did not run") }
            say("\(label)  (\(name))")
            try await fillIndex(of: name, for: span, fault)
        }
    }

    private func victim(_ role: Role) async -> String? {
        var names: [String] = []
        for name in await crew.names(role) where await !crew.isFrozen(name) { names.append(name) }
        return names.randomElement()
    }

    /// If the process ends meanwhile, their connections fail.
    private func crowd(_ victim: Announcement, _ strangers: Strangers, _ span: Duration) async {
        let flood = Flood()
        history.floodBegan()
        guard strangers.begin(flood, at: victim.addresses, admin: victim.admin) else {
            preconditionFailure("\(victim.name) does not have the endpoint that \(strangers.rawValue) need")
        }
        try? await Task.sleep(for: span)
        await flood.end()
        history.floodEnded()
        let before = floods[strangers.rawValue] ?? (0, 0)
        floods[strangers.rawValue] = (before.times + 1, before.said + flood.counts.values.reduce(0, +))
    }

    private func strike(_ name: String, _ fault: Fault) async throws {
        switch fault {
        case .kill(let role):
            count(fault)
            if role == .activeRouter, await victim(.standbyRouter) != nil { history.routerKilled() }
            await crew.kill(name)
        case .freeze(_, let span), .pause(_, let span):
            let isPaused = fault.kind == .pause
            guard let frozen = await crew.freeze(name, isPaused: isPaused) else {
                return skip(fault, because: "it did not run")
            }
            count(fault)
            try? await Task.sleep(for: span)
            let wasThere = await crew.thaw(name, frozen)
            if wasThere, !isPaused, span >= Self.watchdogMax {
                history.surprised(by: "\(name) was stopped for \(span.milliseconds) ms and not killed by its watchdog")
            }
        case .restart:
            count(fault)
            await crew.terminate(name)
        case .clockStep(_, let offset):
            guard Clocks.canBeWrong else { return skip(fault, because: "faketime is not installed") }
            count(fault)
            wrongClocks.insert(name)
            await crew.step(clockOf: name, by: offset)
        case .cut, .stall, .diskFull, .fsyncFails, .indexDiskFull, .flood:
            preconditionFailure("these are not faults of one process")
        }
    }

    private func breakDisk(of name: String, _ fault: Fault) async throws {
        guard let pid = await crew.pid(of: name), let worker = await crew.worker(of: name) else {
            return skip(fault, because: "it did not run")
        }
        await crew.expectEnd(of: name)
        if fault == .diskFull {
            guard try await disk.fill(worker, log: crew.log(of: name)) else {
                return skip(fault, because: "it is not permitted")
            }
            count(fault)
            try? await hasEnded(name, pid, within: Self.diskTimeout)
        } else {
            try await failSyncs(of: name, pid, worker)
        }
        // Perhaps it had nothing to write.
        if await crew.pid(of: name) == pid { await crew.kill(name) }
    }

    /// A router whose index cannot be written must go on: the log has all of it.
    private func fillIndex(of name: String, for span: Duration, _ fault: Fault) async throws {
        guard let worker = await crew.worker(of: name) else { return skip(fault, because: "it did not run") }
        guard let tracing = try await disk.fill(JournalWitness(home: crew.home).indexes(), of: worker) else {
            return skip(fault, because: "strace is not installed")
        }
        let before = await crew.ownEnds
        try? await Task.sleep(for: span)
        let after = await crew.ownEnds
        let failures = await disk.endTracing(tracing).components(separatedBy: "INJECTED").count - 1
        guard failures > 0 else { return skip(fault, because: "nothing was written") }
        count(fault)
        if after.contains(where: { $0.key.hasPrefix("\(name): ") && $0.value != before[$0.key] }) {
            history.surprised(by: "a router ended because its index's disk was full")
        }
    }

    /// A router whose fsync has failed must end by itself, and one that commits must call it.
    private func failSyncs(of name: String, _ pid: pid_t, _ worker: pid_t) async throws {
        guard let tracing = try await disk.failSyncs(of: worker) else {
            return skip(.fsyncFails, because: "strace is not installed")
        }
        let attached = ContinuousClock.now + .seconds(4)
        while !tracing.isAttached, .now < attached { try? await Task.sleep(for: .milliseconds(50)) }
        // An earlier commit may still be on its way to the reader.
        try? await Task.sleep(for: .milliseconds(300))
        let isAttached = tracing.isAttached
        let reader = JournalWitness(home: crew.home)
        let before = try await reader.lastSequence()
        try? await hasEnded(name, pid, within: Self.diskTimeout)
        let isThere = await crew.pid(of: name) == pid
        let after = try await reader.lastSequence()
        let isFrozen = await crew.isFrozen(name)
        let failures = await disk.endTracing(tracing).components(separatedBy: "INJECTED").count - 1
        guard isAttached else { return skip(.fsyncFails, because: "strace may not trace the router") }
        count(.fsyncFails)
        guard isThere, !isFrozen else { return }
        if failures > 2 { history.surprised(by: "a router went on although fsync had failed") }
        if failures == 0, after > before { history.surprised(by: "a router committed without fsync") }
    }

    private func hasEnded(_ name: String, _ pid: pid_t, within limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        while await crew.pid(of: name) == pid, .now < deadline { try await Task.sleep(for: .milliseconds(50)) }
    }

    private func on(_ line: Line, _ work: @escaping @Sendable (Proxy) -> Void) {
        guard let proxy = proxies[line] else { return }
        eventLoop.execute { work(proxy.value) }
    }

    private func count(_ fault: Fault) { done[fault.kind, default: 0] += 1 }

    private func skip(_ fault: Fault, because why: String) {
        skipped["\(fault.kind.rawValue): \(why)", default: 0] += 1
    }

    static func seconds(_ span: Duration) -> String {
        let text = String(format: "%.1f", span / .seconds(1))
        return String(repeating: " ", count: max(0, 6 - text.count)) + text
    }
}
