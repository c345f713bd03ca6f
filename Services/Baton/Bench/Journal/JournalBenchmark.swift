import Foundation
import RelayJournal
import SQLiteLog
import ServiceRuntime

/// Measures what a transaction costs the journal, and a router its start, as the journal grows: one file is filled up
/// to each size in turn.
public struct JournalBenchmark: Sendable {
    private static let sizes = [10_000, 100_000, 1_000_000, 10_000_000]
    /// How many batches are measured at each size, and how many go before.
    private static let (measured, warmUp) = (400, 40)
    private static let unfinished = 1_000
    /// In one commit while filling.
    private static let fillBatch = 5_000

    private let options: BenchOptions
    private let progress = Progress()

    /// A run with these options; nothing starts yet.
    public init(_ options: BenchOptions) { self.options = options }

    /// Measures, and prints the curve.
    /// - Returns: whether the run is valid: the stored chain has no break.
    /// - Throws: ``BenchError``, `JournalError`, `CancellationError`.
    public func run() async throws -> Bool {
        print(RunFacts(options).headline)
        fflush(nil)
        let folder = try Benchmark.temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let home = Home(folder)
        try home.prepare()
        var figures = JournalFigures()
        var load = JournalLoad(sequence: 0)
        for size in Self.sizes where size <= options.stored {
            try await fill(&load, to: size, in: home)
            figures.points.append(try await measure(&load, stored: size, in: home))
        }
        figures.startSeconds = try await start(&load, in: home)
        let fault = try verify(home)
        progress.end()
        for line in figures.text { print(line) }
        if let fault { print("not valid: \(fault)") }
        if let path = options.json {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(figures).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
        return fault == nil
    }

    private func claim(_ home: Home, _ durability: Durability) throws -> LogJournal {
        guard let journal = try LogJournal.claim(in: home.journals, journals: 1, durability) else {
            throw BenchError.journal(reason: "another process has claimed it")
        }
        return journal
    }

    private func fill(_ load: inout JournalLoad, to size: Int, in home: Home) async throws {
        let journal = try claim(home, .none)
        while load.stored < size {
            try Task.checkCancellation()
            try await load.fill(journal, min(Self.fillBatch, size - load.stored))
            progress.tell("filling: \(Double(load.stored).grouped) of \(Double(size).grouped)", everyTick: load.stored)
        }
    }

    private func measure(_ load: inout JournalLoad, stored: Int, in home: Home) async throws -> JournalFigures.Point {
        progress.tell("measuring with \(Double(stored).grouped) stored")
        let journal = try claim(home, .full)
        for _ in 0..<Self.warmUp { try await load.pass(journal) }
        let (begin, cpu, written) = (ContinuousClock.now, Self.cpuMicroseconds, Self.bytesWritten)
        for _ in 0..<Self.measured {
            try Task.checkCancellation()
            try await load.pass(journal)
        }
        let each = Double(Self.measured * JournalLoad.batch)
        let size = await journal.footprint().bytes.values.reduce(0, +)
        return JournalFigures.Point(
            stored: stored, microsecondsEach: (ContinuousClock.now - begin) / .microseconds(1) / each,
            cpuMicrosecondsEach: (Self.cpuMicroseconds - cpu) / each,
            kibWrittenEach: Double(Self.bytesWritten - written) / 1_024 / each,
            gibOfFile: Double(size) / Double(1 << 30))
    }

    /// Starts a real router and waits until it is ready.
    private func start(_ load: inout JournalLoad, in home: Home) async throws -> Double {
        do {
            let journal = try claim(home, .none)
            try await load.leaveUnfinished(journal, Self.unfinished)
        }
        progress.tell("starting a router")
        let relay = try await RelayUnderTest.start(.core, binaries: options.binaries, in: home.path)
        await relay.end()
        return relay.startUp / .seconds(1)
    }

    private func verify(_ home: Home) throws -> JournalFault? {
        let engine = SQLiteEngine(journals: home.journals, registry: home.registry)
        return try engine.audit(0, holding: nil) { done, all in
            try Task.checkCancellation()
            progress.tell("verifying: event \(Double(done).grouped) of \(Double(all).grouped)", everyTick: Int(done))
        }.fault
    }

    /// Of this process so far.
    private static var cpuMicroseconds: Double { ProcessFigures.cpuMicroseconds(of: getpid()) ?? 0 }

    /// The bytes that this process has written to the disk so far, if the system reports it.
    private static var bytesWritten: Int {
        let text = (try? String(contentsOfFile: "/proc/self/io", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("write_bytes:") }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
}

extension Progress {
    /// A line that comes often: at a terminal all are printed, elsewhere few.
    fileprivate func tell(_ what: String, everyTick number: Int) {
        if isTerminal || number.isMultiple(of: 1_000_000) { tell(what) }
    }
}
