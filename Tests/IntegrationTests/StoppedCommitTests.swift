import Foundation
import ServiceRuntime
import Synchronization
import Testing

/// A router that is stopped amid a commit holds the journal's locks. It is killed, its standby goes on, and nothing is
/// lost.
@Suite(.timeLimit(.minutes(4))) struct StoppedCommitTests {
    /// How often; `BATON_STOPPED_COMMITS=50` for the long run.
    private static let rounds =
        ProcessInfo.processInfo.environment["BATON_STOPPED_COMMITS"].flatMap { Int($0) } ?? 1

    /// Whether somebody writes to the journal now: SQLite's lock on its WAL (`WAL_WRITE_LOCK`, byte 120 of the `-shm`
    /// file).
    private struct CommitLock: Sendable {
        let file: FileHandle

        init(_ journal: String) throws { file = try #require(FileHandle(forUpdatingAtPath: "\(journal)-shm")) }

        var holder: pid_t? {
            var lock = flock()
            lock.l_type = Int16(F_WRLCK)
            lock.l_whence = Int16(SEEK_SET)
            (lock.l_start, lock.l_len) = (120, 1)
            guard fcntl(file.fileDescriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return nil }
            return lock.l_pid
        }
    }

    @Test func aWriterThatIsStoppedAmidACommitIsFollowedByItsStandby() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        var writer = "router-0", standby = "router-1"
        var outcomes: [String: String] = [:]
        var rounds = 0, transactions = 0
        while rounds < Self.rounds {
            transactions += 1
            let worker = try #require(relay.worker(of: writer))
            let (id, outcome, wasStopped) = try await pay(transactions, in: relay, stopping: worker)
            outcomes[id] = outcome
            guard wasStopped else { continue }  // Its commits were too quick to be met.
            #expect(try await relay.end(of: writer) == 128 + SIGKILL, "round \(rounds)")
            try await relay.start("baton-router", as: writer, waits: false)
            (writer, standby) = (standby, writer)
            rounds += 1
        }
        #expect(outcomes.count == transactions, "one key, one transaction")
        for (id, outcome) in outcomes {
            let ledger = try await relay.ledger(of: id)
            // Where the decision was durable and its request never left, the next router inquires, and takes it back.
            #expect(
                ledger == ["booking"] && outcome == "approved" || ledger == ["kill"] && outcome == "reversed",
                "\(id) is \(outcome), and the ledger has \(ledger)")
        }
        let verified = try await relay.run("baton", ["journal", "verify"])
        #expect(verified.code == 0, "\(verified.text)")
    }

    /// Pays as a phone does, which repeats until it hears the outcome, and meanwhile stops the writer amid a commit.
    private func pay(
        _ number: Int, in relay: TestRelay, stopping worker: pid_t
    ) async throws -> (id: String, outcome: String, wasStopped: Bool) {
        try await relay.key(cents: 1_000 + number)
        let body: [String: any Sendable] = [
            "terminal": "counter-1", "application": "pay", "operation": "payment", "code": try await relay.issueCode(),
        ]
        let lock = try CommitLock(relay.segment)
        let isOver = Flag()
        async let wasStopped = Self.stop(worker, holding: lock, until: isOver)
        var last: TestRelay.Answer?
        do {
            try await eventually("an outcome of payment \(number)") {
                last = try? await relay.submit(body, key: "stopped-\(number)", wait: 10)
                return last?.status == 201
            }
        } catch {
            isOver.raise()
            throw error
        }
        isOver.raise()
        let answer = try #require(last)
        return (try #require(answer.json["id"] as? String), try #require(answer.outcome), await wasStopped)
    }

    /// Stops the process where it holds the lock, on a thread that looks without pause.
    /// - Returns: whether it was met there.
    @concurrent private static func stop(_ worker: pid_t, holding lock: CommitLock, until isOver: Flag) async -> Bool {
        while !isOver.isRaised {
            guard lock.holder == worker else { continue }
            kill(worker, SIGSTOP)
            while let letter = ProcessState(worker)?.letter, letter != "T", letter != "Z" {}
            if lock.holder == worker { return true }
            kill(worker, SIGCONT)
        }
        return false
    }

    private final class Flag: Sendable {
        private let value = Atomic(false)
        var isRaised: Bool { value.load(ordering: .relaxed) }
        func raise() { value.store(true, ordering: .relaxed) }
    }
}
