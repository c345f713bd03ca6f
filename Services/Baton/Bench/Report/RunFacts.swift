import Foundation

/// The conditions of a run.
struct RunFacts: Hashable, Codable, Sendable {
    let seconds: Int
    let terminals: Int
    let phones: Int
    let cores: Int
    let build: String

    init(_ options: BenchOptions) {
        seconds = options.seconds
        terminals = options.terminals
        phones = options.phones
        cores = ProcessInfo.processInfo.activeProcessorCount
        #if DEBUG
            build = "debug"
        #else
            build = "release"
        #endif
    }

    var headline: String {
        "baton bench: \(Double(terminals).grouped) terminals, \(phones) phones, \(seconds) s each, \(cores) cores, "
            + (build == "release" ? "release build" : "\(build) build: these figures say nothing")
    }
}
