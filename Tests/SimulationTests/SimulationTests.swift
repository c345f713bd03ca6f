import Foundation
import Simulation
import Testing

/// The whole relay, in some of its worlds; `make simulate` lives through more.
@Suite(.timeLimit(.minutes(5))) struct SimulationTests {
    @Test func everyPropertyHoldsAndRareStatesAreReached() async {
        let seeds = Tally.enough
        let halves = await withTaskGroup(of: (breaches: [(seed: UInt64, breach: Breach)], counts: [String: Int]).self) {
            group in
            for half in 0..<2 as Range<UInt64> {
                group.addTask {
                    var simulation = Simulation(.brief)
                    for seed in half * seeds / 2..<(half + 1) * seeds / 2 { simulation.run(seed) }
                    return (simulation.breaches, simulation.tally.counts)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let tally = Tally()
        for half in halves {
            for (seed, breach) in half.breaches {
                Issue.record("seed \(seed): \(breach.property.rawValue). \(breach.what)")
            }
            tally.add(half.counts)
        }
        #expect(tally.missing(inWholeWorlds: false) == [])
    }

    /// Dictionaries and sets are ordered otherwise in each process: no decision may follow their order.
    @Test(arguments: [1, 2] as [UInt64])
    func aSeedTellsTheSameStoryInEveryProcess(seed: UInt64) throws {
        let here = Simulation.story(of: seed)
        let there = try Self.lines(of: "story \(seed)")
        #expect(there == here.lines + ["fingerprint \(String(here.fingerprint, radix: 16))"])
    }

    @Test func aRunEndsWithOneLineThatSaysIt() throws {
        let last = try #require(try Self.lines(of: "2 40").last)
        #expect(last.hasPrefix("simulated ") && last.contains("transactions, lost 0, doubled 0, contradicted 0"))
    }

    /// What another process says.
    private static func lines(of arguments: String) throws -> [String] {
        let tool = binaries.appending(path: "baton-simulate").path
        let output = try #require(popen("'\(tool)' \(arguments)", "r"))
        defer { pclose(output) }
        var text = ""
        var buffer = [CChar](repeating: 0, count: 4_096)
        while fgets(&buffer, Int32(buffer.count), output) != nil {
            text += String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        return text.split(separator: "\n").map(String.init)
    }

    /// The executables stand beside the tests: `BATON_BIN`, or the debug build's folder.
    private static let binaries: URL = {
        if let folder = ProcessInfo.processInfo.environment["BATON_BIN"] { return URL(fileURLWithPath: folder) }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: ".build/debug")
    }()
}
