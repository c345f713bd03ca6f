import ArgumentParser
import Foundation
import ServiceRuntime

/// `baton-chaos`: what `make chaos` runs.
public struct ChaosCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "baton-chaos",
        abstract: "Breaks the real stack at random, and compares the transactions with the ledger.")

    @Option(help: "How long faults are injected, in minutes; may be a fraction.")
    var minutes = 5.0

    @Option(help: "The same seed gives the same faults. By default a random one.")
    var seed: UInt64?

    @Option(help: "Customers a second.")
    var rate = 60.0

    @Option(help: "Faults a minute.")
    var faults = FaultPlan.usualPerMinute

    @Option(help: "Floods a minute, in addition; 0: none.")
    var floods = FaultPlan.usualFloodsPerMinute

    public init() {}

    /// Does what the arguments say, then exits: 0 if nothing was found, 1 if there was a finding, 64 for wrong
    /// arguments, 70 if the run could not be made.
    public static func start() async -> Never {
        do {
            var command = try parseAsRoot()
            if var lasting = command as? any AsyncParsableCommand {
                try await lasting.run()
            } else {
                try command.run()
            }
            Self.exit()
        } catch {
            exit(withError: error)
        }
    }

    public func validate() throws {
        guard (0.1...24 * 60).contains(minutes) else { throw ValidationError("--minutes: 0.1 to 1440 are meant") }
        guard (1...500).contains(rate) else { throw ValidationError("--rate: 1 to 500 are meant") }
        guard (1...120).contains(faults) else { throw ValidationError("--faults: 1 to 120 are meant") }
        guard (0...120).contains(floods) else { throw ValidationError("--floods: 0 to 120 are meant") }
    }

    public func run() async throws {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "./baton-chaos"
        let options = ChaosOptions(
            minutes: minutes, seed: seed ?? .random(in: 0..<1_000_000), rate: rate, faults: faults, floods: floods,
            binaries: URL(fileURLWithPath: own).deletingLastPathComponent().path)
        do {
            guard try await ChaosRun(options).run() else { throw ExitCode.failure }
        } catch let error as ChaosError {
            StandardStream.error.writeLine("baton-chaos: \(error)")
            StandardStream.error.flush()
            throw ExitCode(70)
        }
    }
}
