import Foundation
import RelayDomain
import ServiceRuntime

/// Keeps every post filled: a process that dies is started again after a short random pause.
///
/// The faults reach processes through it. It ends only processes that it has started.
actor Crew {
    private struct Member {
        let post: Post
        var child: Child?
        var restAfter = ContinuousClock.now
        /// The wall clock's error of the next process.
        var clockOffset: Duration?
        var isFrozen = false
        /// The running process's announcement.
        var announced: Announcement?
    }

    /// The pause between an end and the next start, in milliseconds.
    private static let pauses: ClosedRange<Int> = 50...1_200
    private static let look = Duration.milliseconds(20)
    /// How long an orderly end may take, drain and cut-off included.
    private static let endTimeout = Duration.seconds(12)

    nonisolated let home: Home
    private let binaries: String
    private let warden: Warden
    private var members: [String: Member] = [:]
    private var isEnding = false
    /// Ends that the harness did not cause.
    private(set) var ownEnds: [String: Int] = [:]
    private var ordered: Set<pid_t> = []

    init(home: Home, binaries: String, warden: Warden) {
        self.home = home
        self.binaries = binaries
        self.warden = warden
    }

    nonisolated func log(of name: String) -> String { "\(home.path)/log/\(name).log" }

    // MARK: Starting

    /// Fills these posts from now on.
    func add(_ posts: [Post]) async throws {
        for post in posts {
            members[post.name] = Member(post: post)
            try await start(post.name)
        }
    }

    private func start(_ name: String) async throws {
        guard var member = members[name] else { return }
        let post = member.post
        var environment = ["PATH": "/usr/bin:/bin", "BATON_NAME": name].merging(post.settings) { $1 }
        if !post.hasKeyboard { environment["BATON_PARENT"] = "1" }
        if let offset = member.clockOffset { environment.merge(Clocks.environment(offset)) { $1 } }
        member.clockOffset = nil
        let child = try Child("\(binaries)/\(post.executable)", post.arguments, environment, log: log(of: name))
        member.child = child
        member.isFrozen = false
        member.announced = nil
        members[name] = member
        await warden.began(child.pid)
    }

    /// Restarts ended processes until cancelled.
    func keepFilled() async throws {
        while !Task.isCancelled, !isEnding {
            try await reap()
            try await Task.sleep(for: Self.look)
        }
    }

    private func reap() async throws {
        for (name, member) in members {
            if let child = member.child, let end = child.end() {
                await warden.ended(child.pid)
                if ordered.remove(child.pid) == nil { ownEnds["\(name): \(end)", default: 0] += 1 }
                members[name]?.child = nil
                members[name]?.restAfter = .now + .milliseconds(Int.random(in: Self.pauses))
            } else if member.child == nil, .now >= member.restAfter, !isEnding {
                try await start(name)
            }
        }
    }

    // MARK: Who is there

    /// A process's announcement, if it runs and is ready.
    func announcement(of name: String) -> Announcement? {
        guard let member = members[name], let pid = member.child?.pid else { return nil }
        if let announced = member.announced { return announced }
        guard let found = try? Announcement.read(home: home, name: name), found.pid == pid else { return nil }
        members[name]?.announced = found
        return found
    }

    /// The addresses of all ready processes of this role.
    func addresses(_ role: Role, speaking what: String) -> [HostPort] {
        members.values.filter { $0.post.role == role }.compactMap { member in
            announcement(of: member.post.name)?.addresses[what].flatMap { HostPort($0) }
        }
    }

    /// The running processes of a role, in the order of their names.
    func names(_ role: Role) -> [String] {
        let running = members.values.filter { $0.child != nil }.map(\.post)
        switch role {
        case .activeRouter, .standbyRouter:
            // A standby binds no address and so announces none.
            return running.filter { post in
                post.role == .activeRouter && (announcement(of: post.name) != nil) == (role == .activeRouter)
            }.map(\.name).sorted()
        default: return running.filter { $0.role == role }.map(\.name).sorted()
        }
    }

    /// The process that was started: each is the watchdog of a worker.
    func pid(of name: String) -> pid_t? { members[name]?.child?.pid }

    /// The worker.
    func worker(of name: String) -> pid_t? { pid(of: name).flatMap { ProcessTable.worker(of: $0) } }

    func isFrozen(_ name: String) -> Bool { members[name]?.isFrozen ?? false }

    /// Whether all processes run and are ready; of the routers one is enough, the other is the standby.
    var isComplete: Bool {
        let missing = members.keys.filter { announcement(of: $0) == nil }
        return members.values.allSatisfy { $0.child != nil } && missing.allSatisfy { $0.hasPrefix("router-") }
            && missing.count <= 1
    }

    /// The processes that are not ready, for the report.
    var missing: [String] { members.keys.filter { announcement(of: $0) == nil }.sorted() }

    /// - Throws: ``ChaosError/notReady(_:log:)``.
    func waitUntilReady(_ names: [String], within limit: Duration = .seconds(60)) async throws {
        let deadline = ContinuousClock.now + limit
        for name in names {
            while announcement(of: name) == nil {
                guard ContinuousClock.now < deadline else { throw ChaosError.notReady(name, log: log(of: name)) }
                try await Task.sleep(for: Self.look)
            }
        }
    }

    // MARK: What is done to them

    /// Kills either the worker, after which its watchdog ends, or the watchdog, with which the worker dies.
    func kill(_ name: String) {
        guard Bool.random(), let worker = worker(of: name) else { return order(name, SIGKILL) }
        expectEnd(of: name)
        Foundation.kill(worker, SIGKILL)
    }

    func terminate(_ name: String) { order(name, SIGTERM) }

    /// Marks the process's coming end as expected.
    func expectEnd(of name: String) { if let pid = pid(of: name) { ordered.insert(pid) } }

    private func order(_ name: String, _ signal: Int32) {
        expectEnd(of: name)
        members[name]?.child?.send(signal)
    }

    /// Processes that were stopped.
    struct Frozen {
        /// The one that was started.
        fileprivate let pid: pid_t
        fileprivate let stopped: [pid_t]
    }

    /// Stops the worker, which its watchdog kills after a while.
    /// - Parameter isPaused: stops its watchdog too, as `docker pause` does: then it is not killed.
    /// - Returns: what ``thaw(_:_:)`` needs; nil if it does not run, or is stopped already.
    func freeze(_ name: String, isPaused: Bool) -> Frozen? {
        guard let pid = pid(of: name), let worker = worker(of: name), members[name]?.isFrozen == false else {
            return nil
        }
        members[name]?.isFrozen = true
        if !isPaused { expectEnd(of: name) }
        let stopped = isPaused ? [pid, worker] : [worker]
        for pid in stopped { Foundation.kill(pid, SIGSTOP) }
        return Frozen(pid: pid, stopped: stopped)
    }

    /// - Returns: whether it still was there.
    func thaw(_ name: String, _ frozen: Frozen) -> Bool {
        guard pid(of: name) == frozen.pid else { return false }
        members[name]?.isFrozen = false
        for pid in frozen.stopped.reversed() { Foundation.kill(pid, SIGCONT) }
        return true
    }

    /// Kills the process; the next one's wall clock is off by so much.
    func step(clockOf name: String, by offset: Duration) {
        members[name]?.clockOffset = offset
        kill(name)
    }

    func type(_ line: String, to name: String) { members[name]?.child?.type(line) }

    /// Restarts processes with wrong clocks, with the right time.
    func restartAll(_ names: Set<String>) { for name in names { kill(name) } }

    // MARK: The end

    /// Tells all processes to end; kills those that have not after a while.
    func end() async {
        isEnding = true
        for (name, member) in members {
            if member.isFrozen { worker(of: name).map { _ = Foundation.kill($0, SIGCONT) } }
            member.child?.send(SIGCONT)
            terminate(name)
        }
        let deadline = ContinuousClock.now + Self.endTimeout
        var isKilled = false
        while members.values.contains(where: { $0.child != nil }) {
            try? await reap()
            if !isKilled, .now > deadline || Task.isCancelled {
                for name in members.keys { kill(name) }
                isKilled = true
            }
            // A cancelled task does not sleep; a killed process ends soon anyway.
            if (try? await Task.sleep(for: Self.look)) == nil { usleep(1_000) }
        }
    }
}
