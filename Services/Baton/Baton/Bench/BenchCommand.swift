import ArgumentParser
import Bench
import Foundation
import Logging
import ServiceLifecycle

/// `baton bench`.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures the relay on this machine: throughput, latency, CPU, memory, start.",
        discussion: """
            Runs a whole relay of its own in a temporary folder, with simulated terminals and phones. All parts are \
            measured unless --only or --core names one. With nginx and wrk installed it says how that compares. \
            BENCH_PEERS names the folder of a program to compare the core with; BENCH_JSON a file for the result; \
            BENCH_HISTORY a file to which it is added, and beside which all results are drawn (.svg). \
            Exits with 1 if the run does not count: an outcome was missing, not approved, or not in the journal.
            """)

    @Option(help: "How long each load is measured, 1 to 600.")
    var seconds = 10

    @Option(help: "Simulated terminals, 1 to 16000.")
    var terminals = 1_000

    @Option(help: "Simulated phones, 1 to 2000, at most as many as terminals.")
    var phones = 256

    @Option(help: "Journals of the parts echo and sandbox, with a router each, 1 to 8.")
    var journals = 1

    @Option(help: "Terminals of the part idle, 1 to 16000.")
    var idleTerminals = 10_000

    @Option(help: "Measure this part alone: echo, sandbox, idle or core. May be repeated.")
    var only: [BenchOptions.Part] = []

    @Flag(help: "Measure the core alone: one router, without HTTP and WebSocket.")
    var core = false

    @Flag(help: "Measure the journal alone as it grows, up to --stored transactions.")
    var journal = false

    @Option(help: "How many transactions --journal stores at most, 10000 to 10000000: 3 GB of disk.")
    var stored = 10_000_000

    func validate() throws {
        guard (10_000...10_000_000).contains(stored) else { throw ValidationError("--stored is 10000 to 10000000") }
        guard (1...8).contains(journals) else { throw ValidationError("--journals is 1 to 8") }
        guard (1...600).contains(seconds) else { throw ValidationError("--seconds is 1 to 600") }
        guard (1...16_000).contains(terminals), (1...16_000).contains(idleTerminals) else {
            throw ValidationError("--terminals and --idle-terminals are 1 to 16000")
        }
        guard (1...min(2_000, terminals)).contains(phones) else {
            throw ValidationError("--phones is 1 to 2000, and each phone needs a terminal of its own")
        }
    }

    func run() async throws {
        var options = BenchOptions(binaries: UpRun.ownFolder)
        let parts = (core ? [.core] : []) + only
        if !parts.isEmpty { options.parts = BenchOptions.Part.allCases.filter(parts.contains) }
        options.seconds = seconds
        options.terminals = terminals
        options.phones = phones
        options.journals = journals
        options.idleTerminals = idleTerminals
        func named(_ variable: String) -> String? {
            ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        }
        options.peers = named("BENCH_PEERS")
        options.stored = stored
        options.json = named("BENCH_JSON")
        options.history = named("BENCH_HISTORY")
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: BenchService(options: options, isJournal: journal),
                        successTerminationBehavior: .gracefullyShutdownGroup)
                ], gracefulShutdownSignals: [.sigint, .sigterm],
                logger: Logger(label: "baton") { _ in SwiftLogNoOpLogHandler() })
        ).run()
    }
}

extension BenchOptions.Part: ExpressibleByArgument {}

/// Runs a measurement until it is done, or until Ctrl-C.
private struct BenchService: Service {
    let options: BenchOptions
    let isJournal: Bool

    func run() async throws {
        do {
            let counts = try await cancelWhenGracefulShutdown {
                isJournal ? try await JournalBenchmark(options).run() : try await Benchmark(options).run()
            }
            if !counts { throw ExitCode(1) }
        } catch is CancellationError {
            throw ExitCode(130)  // As a shell says it of a program that SIGINT has ended.
        } catch let error as BenchError {
            printNotice("\(error)")
            throw ExitCode(1)
        }
    }
}
