import Foundation
import NIOCore
import NIOPosix

/// Measures the relay on this machine: throughput, latency, CPU, memory and start, together with yardsticks in the same
/// run.
///
/// One part after the other, each with processes of its own in a temporary home.
public struct Benchmark: Sendable {
    private let options: BenchOptions
    private let progress = Progress()

    /// A run with these options; nothing starts yet.
    public init(_ options: BenchOptions) { self.options = options }

    /// Runs all parts and prints the result.
    /// - Returns: whether the run is valid: every transaction was approved, and the journal agrees.
    /// - Throws: ``BenchError``, `CancellationError`.
    public func run() async throws -> Bool {
        OpenFilesMax.raise()
        let facts = RunFacts(options)
        print(facts.headline)
        fflush(nil)
        let folder = try Self.temporaryFolder()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            var result = try await measure(in: folder, on: group.next())
            result.run = facts
            try await group.shutdownGracefully()
            progress.end()
            for line in result.text { print(line) }
            if let path = options.json { try result.json.write(to: URL(fileURLWithPath: path), options: .atomic) }
            if let path = options.history, result.faults.isEmpty {
                let now = Int64(Date().timeIntervalSince1970 * 1_000)
                let run = BenchHistory.Run(result, facts, atMilliseconds: now)
                print("all results so far: \(try BenchHistory.add(run, to: path))")
            }
            // The logs of an invalid run are kept for inspection.
            if result.faults.isEmpty {
                try FileManager.default.removeItem(atPath: folder)
            } else {
                print("logs: \(folder)")
            }
            return result.faults.isEmpty
        } catch {
            progress.end()
            try? await group.shutdownGracefully()
            if error is CancellationError { try? FileManager.default.removeItem(atPath: folder) }
            throw error
        }
    }

    /// If a part fails, only its own figures are missing; but the run is not valid.
    private func measure(in folder: String, on eventLoop: any EventLoop) async throws -> BenchResult {
        let context = PartContext(options: options, progress: progress, eventLoop: eventLoop)
        var result = BenchResult()
        for part in options.parts {
            do {
                try await measure(part, context, in: "\(folder)/\(part.rawValue)", &result)
            } catch let error as CancellationError {
                throw error
            } catch {
                result.faults.append("\(part.rawValue): \(error)")
            }
        }
        return result
    }

    private func measure(
        _ part: BenchOptions.Part, _ context: PartContext, in folder: String, _ result: inout BenchResult
    ) async throws {
        switch part {
        case .echo:
            let relay = RelayPart(kind: .echo, context: context)
            var (found, rate) = try await beside(nginx, folder) { try await relay.run(in: folder) }
            found.figures.nginxRequestsPerSecond = rate
            result.echo = result.taking(found)
        case .sandbox:
            let relay = RelayPart(kind: .sandbox, context: context)
            var (found, rate) = try await beside(nginx, folder) { try await relay.run(in: folder) }
            found.figures.nginxRequestsPerSecond = rate
            result.sandbox = result.taking(found)
        case .idle:
            result.idle = result.taking(try await IdlePart(context: context).run(in: folder))
        case .core:
            let core = CorePart(context: context)
            var (found, rate) = try await beside(peer, folder) { try await core.run(in: folder) }
            found.figures.peerTransactionsPerSecond = rate
            result.core = result.taking(found)
        }
    }

    private var nginx: Nginx? {
        let missing = Nginx.missing
        guard missing.isEmpty else {
            progress.printLine("no ratio to nginx: \(missing.joined(separator: " and ")) not installed")
            return nil
        }
        return Nginx(seconds: min(4, options.seconds))
    }

    private var peer: RawYardstick? {
        guard let folder = options.peers else {
            progress.printLine("no ratio to raw libzmq and SQLite: BENCH_PEERS names no folder")
            return nil
        }
        return RawYardstick(folder: folder)
    }

    private func beside<Figures: Sendable>(
        _ yardstick: (any Yardstick)?, _ folder: String, _ work: () async throws -> PartResult<Figures>
    ) async throws -> (PartResult<Figures>, Double?) {
        guard let yardstick else { return (try await work(), nil) }
        return try await yardstick.around(folder, progress, work)
    }

    /// A private folder of this user. Its path is short, because it contains sockets.
    static func temporaryFolder() throws(BenchError) -> String {
        var template = Array(
            (NSTemporaryDirectory() as NSString).appendingPathComponent("baton-bench-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .file(path: NSTemporaryDirectory(), reason: String(cString: strerror(errno)))
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
