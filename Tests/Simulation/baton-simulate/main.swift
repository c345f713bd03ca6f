// Simulates the whole relay, seed after seed: `baton-simulate [SEEDS [FIRST]]`. One seed's story: `baton-simulate story
// SEED`.
import Simulation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

let arguments = Array(CommandLine.arguments.dropFirst())

func number(_ index: Int, default fallback: UInt64) -> UInt64 {
    guard index < arguments.count else { return fallback }
    guard let number = UInt64(arguments[index]) else {
        print("\(arguments[index]) is no number; usage: baton-simulate [SEEDS [FIRST]] | story SEED")
        exit(64)
    }
    return number
}

/// Line by line, and at the end the story's fingerprint.
func tellStory(of seed: UInt64) {
    let story = Simulation.story(of: seed)
    for line in story.lines { print(line) }
    print("fingerprint \(String(story.fingerprint, radix: 16))")
}

if arguments.first == "story" {
    tellStory(of: number(1, default: 0))
    exit(0)
}

let seeds = number(0, default: 1_000)
let first = number(1, default: 0)
var simulation = Simulation()
let start = ContinuousClock.now
var said = start
for seed in first..<first + seeds {
    guard simulation.run(seed) else {
        tellStory(of: seed)
        break
    }
    if ContinuousClock.now - said > .seconds(10) {
        said = .now
        print(simulation.pace(over: said - start))
        fflush(nil)
    }
}
print(simulation.pace(over: .now - start))
for (what, count) in simulation.tally.counts.sorted(by: { $0.key < $1.key }) { print("  \(count) × \(what)") }
for (seed, breach) in simulation.breaches {
    print("seed \(seed), after \(simulation.worlds) seeds: \(breach.property.rawValue). \(breach.what)")
}
let missing = seeds >= Tally.enough && simulation.breaches.isEmpty ? simulation.tally.missing(inWholeWorlds: true) : []
if !missing.isEmpty { print("never met: \(missing.joined(separator: ", "))") }
print(simulation.summary)
exit(simulation.breaches.isEmpty && missing.isEmpty ? 0 : 1)
