import AsyncHTTPClient
import Crypto
import DeviceLink
import Foundation
import NIOCore
import NIOPosix
import RelayDomain
import ServiceRuntime

/// Chaos on the real stack: real processes, real sockets, real files, customers, and faults at random; then every
/// transaction is compared with the sandbox's ledger.
public struct ChaosRun: Sendable {
    private let options: ChaosOptions

    public init(_ options: ChaosOptions) { self.options = options }

    /// Runs it and prints the report.
    /// - Returns: whether nothing was found. If something was, the home is kept for analysis.
    /// - Throws: ``ChaosError``, `CancellationError`.
    public func run() async throws -> Bool {
        // A write beyond a file's size limit is then an error instead of a signal; children inherit this.
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        let folder = try Self.temporaryFolder()
        Self.say("chaos: \(options.minutes) min, seed \(options.seed), \(options.rate)/s, home \(folder)")
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 2_000
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(3)
        let client = HTTPClient(eventLoopGroup: group, configuration: configuration)
        let stack: Stack
        let isGood: Bool
        do {
            stack = try await Stack(options, home: Home(folder), on: group.next(), client)
            do {
                isGood = try await run(on: stack)
            } catch {
                await stack.end()
                throw error
            }
            await stack.end()
        } catch {
            try? await client.shutdown()
            try? await group.shutdownGracefully()
            throw error
        }
        try await client.shutdown()
        try await group.shutdownGracefully()
        if isGood { try FileManager.default.removeItem(atPath: folder) }
        return isGood
    }

    private func run(on stack: Stack) async throws -> Bool {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await stack.crew.keepFilled() }
            group.addTask { try await stack.backends.follow(stack.crew) }
            let trial = try await Trial(options, stack)
            let (report, evidence) = try await trial.run()
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
            print(report, evidence, stack)
            return report.isGood
        }
    }

    private func print(_ report: ChaosReport, _ evidence: WitnessEvidence, _ stack: Stack) {
        for finding in report.findings.prefix(5) {
            let story = Story(transaction: finding.transaction, evidence: evidence, logs: "\(stack.home.path)/log")
            for line in story.text { Self.say(line) }
        }
        if !report.isGood { Self.say("kept: \(stack.home.path)") }
        for line in report.text { Self.say(line) }
    }

    /// Writes one line at once, so that an interrupted run shows how far it came.
    @Sendable static func say(_ line: String) { StandardStream.output.writeLine(line) }

    /// A private folder of this user. Its path is short, because it contains sockets.
    private static func temporaryFolder() throws -> String {
        var template = Array("/tmp/baton-chaos-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ChaosError.folder("/tmp", reason: String(cString: strerror(errno)))
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
