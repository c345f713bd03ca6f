import Foundation
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

/// A writer is killed between any two system calls that change a file, of log or index: what it had called durable is
/// there, and the next one goes on.
@Suite(
    .timeLimit(.minutes(5)), .serialized,
    .enabled(if: Tracing.isPermitted, "tracing other processes is not permitted here"))
struct CrashTests {
    /// The number of the call, counted in each thread; `BATON_LOG_CRASHES=400` for all up to there.
    private static let calls: [Int] = {
        let most = ProcessInfo.processInfo.environment["BATON_LOG_CRASHES"].flatMap { Int($0) }
        return most.map { Array(1...$0) } ?? [1, 7, 16, 33, 52]
    }()

    @Test(arguments: calls, [false, true]) func whatWasDurableIsThere(call: Int, inIndex: Bool) async throws {
        let folder = try Folder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, call = call as Int, inIndex = inIndex as Bool] in
            let writer = DoomedWriter(in: path)
            try writer.trace("signal=KILL:when=\(call)", inIndex: inIndex)
            try await writer.write()
        }
        let durable = try DoomedWriter.durable(in: path)
        let files = LogFiles(journals: path, number: 0)
        for life in 0..<2 {
            let journal = try #require(try LogJournal.claim(in: path, journals: 1))
            let sequence = journal.recovered.sequence
            #expect(sequence >= durable && sequence <= durable + 1, "at most the last commit is there and not known")
            try await expectAll(upTo: sequence, in: journal, "life \(life)")
            var audit = try LogAudit(files)
            #expect(try audit.run().fault == nil)
        }
    }

    private func expectAll(upTo sequence: UInt64, in journal: LogJournal, _ when: String) async throws {
        var samples = JournalSamples()
        for number in 1...max(1, sequence) where sequence > 0 {
            guard let transaction = DoomedWriter.transaction(number, &samples) else { continue }
            let found = try await journal.recall([.transaction(transaction.id)]).transactions[transaction.id]
            #expect((found?.outcome != nil) == (number < sequence), "\(when)")
            #expect(found != nil, "\(when)")
        }
    }

    /// The index has no room any more: the log goes on, and what it holds is found.
    @Test func aFullDiskInTheIndexAloneStopsNoCommit() async throws {
        let folder = try Folder()
        let path = folder.path
        await #expect(processExitsWith: .success) { [path = path as String] in
            let writer = DoomedWriter(in: path)
            let journal = try #require(try LogJournal.claim(in: path, journals: 1))
            try writer.trace("error=ENOSPC", inIndex: true)
            try await writer.write(in: journal, upTo: 200)
            #expect(await journal.footprint().unindexedEvents == 200)
            var samples = JournalSamples()
            let first = try #require(DoomedWriter.transaction(1, &samples))
            let recall = try await journal.recall([.transaction(first.id)])
            #expect(recall.transactions[first.id]?.outcome != nil)
        }
        let journal = try #require(try LogJournal.claim(in: path, journals: 1))
        #expect(journal.recovered.sequence == 200)
        try await expectAll(upTo: 200, in: journal, "with room again")
    }
}

private enum Tracing {
    /// CAP_SYS_PTRACE: bit 19 of the effective capabilities (capabilities(7)).
    static let isPermitted = {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        return line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }.map { $0 & 1 << 19 != 0 } ?? false
    }()
}

/// Commits until it is killed.
private struct DoomedWriter {
    private static let calls = "pwrite64,fdatasync,fsync,ftruncate,link,unlink"
    private let path: String

    init(in path: String) { self.path = path }

    /// Every second event begins a transaction; each one's number is its sequence's. Twelve a day.
    /// - Returns: nil for the event that ends one.
    static func transaction(_ sequence: UInt64, _ samples: inout JournalSamples) -> Transaction? {
        guard sequence % 2 == 1 else { return nil }
        let at = samples.now + .seconds(Int64(sequence) * 3_600)
        return samples.transaction("key-\(sequence)", at: at)
    }

    func write() async throws {
        try await write(in: try #require(try LogJournal.claim(in: path, journals: 1)), upTo: .max)
    }

    func write(in journal: LogJournal, upTo most: UInt64) async throws {
        var samples = JournalSamples()
        var sequence: UInt64 = 0
        while sequence < most, let transaction = Self.transaction(sequence + 1, &samples) {
            try await journal.commit([samples.opening(transaction, sequence: sequence + 1)])
            try note(sequence + 1)
            try await journal.commit([samples.concluded(transaction, sequence: sequence + 2)])
            try note(sequence + 2)
            sequence += 2
        }
    }

    /// What happens to this process's calls, counted in each thread: to all of them, or to those on the index alone.
    func trace(_ what: String, inIndex: Bool) throws {
        let strace = Process()
        strace.executableURL = URL(filePath: "/usr/bin/strace")
        let index = LogFiles(journals: path, number: 0).index
        strace.arguments =
            ["-f", "-p", "\(getpid())", "-o", "/dev/null", "-e", "trace=\(Self.calls)"]
            + ["-e", "inject=\(Self.calls):\(what)"]
            + (inIndex ? ["-P", index, "-P", index + "-wal"] : [])
        strace.standardError = FileHandle.nullDevice
        try strace.run()
        while try !isTraced() { usleep(1_000) }
    }

    private func isTraced() throws -> Bool {
        try String(contentsOfFile: "/proc/self/status", encoding: .utf8).contains(/TracerPid:\t[1-9]/)
    }

    /// What was called durable; by calls that are not counted.
    private func note(_ sequence: UInt64) throws {
        try "\(sequence)".write(toFile: path + "/durable-\(sequence % 2)", atomically: false, encoding: .utf8)
    }

    static func durable(in path: String) throws -> UInt64 {
        [0, 1].compactMap { try? String(contentsOfFile: path + "/durable-\($0)", encoding: .utf8) }
            .compactMap(UInt64.init).max() ?? 0
    }
}
