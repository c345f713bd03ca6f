// Simulates the whole relay, seed after seed: `baton-simulate [SEEDS [FIRST]]`, or `baton-simulate story SEED`.
import Simulation

let arguments = Array(CommandLine.arguments.dropFirst())

if arguments.first == "story", let seed = arguments.dropFirst().first.flatMap({ UInt64($0) }) {
    let story = Simulation.story(of: seed)
    for line in story.lines { print(line) }
    print("fingerprint \(String(story.fingerprint, radix: 16))")
} else {
    let seeds = arguments.first.flatMap { UInt64($0) } ?? 100
    let first = arguments.dropFirst().first.flatMap { UInt64($0) } ?? 0
    var simulation = Simulation()
    let start = ContinuousClock.now
    for seed in first..<first + seeds where !simulation.run(seed) { break }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print("\(simulation.worlds) seeds, \(Double(simulation.worlds) / seconds)/s; \(Double(simulation.transactions) / seconds) transactions/s")
    for (what, number) in simulation.tally.counts.sorted(by: { $0.key < $1.key }) { print("  \(what): \(number)") }
    print("missing \(simulation.tally.missing)")
    for (seed, breach) in simulation.breaches { print("seed \(seed): \(breach.property.rawValue). \(breach.what)") }
    print(simulation.summary)
}
