import Foundation
import JSONText

/// The results of all runs that were told to one file, a line of JSON each, so that a change can be compared with what
/// was before it; drawn as a picture beside it.
struct BenchHistory {
    /// What one run has measured.
    struct Run: Hashable, Codable, Sendable {
        /// RFC 3339, UTC.
        let at: String
        let facts: RunFacts
        /// By chart (``Chart``), then by line.
        let figures: [String: [String: Double]]

        init(_ result: BenchResult, _ facts: RunFacts, atMilliseconds: Int64) {
            at = RFC3339.text(milliseconds: atMilliseconds)
            self.facts = facts
            figures = Dictionary(
                Chart.allCases.map { ($0.rawValue, $0.lines(of: result)) }.filter { !$0.1.isEmpty }
            ) { $1 }
        }
    }

    /// The greatest number of runs in the picture.
    static let drawnMax = 60

    private(set) var runs: [Run] = []
    /// How many lines of the file are no runs.
    private(set) var unreadable = 0

    /// Reads a file's text.
    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            if let run = try? JSONDecoder().decode(Run.self, from: Data(line.utf8)) {
                runs.append(run)
            } else {
                unreadable += 1
            }
        }
    }

    /// Adds a run to a file, which is made if absent, and draws all of it.
    /// - Returns: the picture's path.
    /// - Throws: ``BenchError/file(path:reason:)``.
    static func add(_ run: Run, to path: String) throws -> String {
        let picture = path + ".svg"
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let line = try encoder.encode(run) + Data("\n".utf8)
            let former =
                FileManager.default.fileExists(atPath: path) ? try Data(contentsOf: URL(filePath: path)) : Data()
            let file = former + line
            try file.write(to: URL(filePath: path), options: .atomic)
            let history = BenchHistory(String(decoding: file, as: UTF8.self))
            try Data(history.svg.utf8).write(to: URL(filePath: picture), options: .atomic)
            return picture
        } catch {
            throw BenchError.file(path: path, reason: "\(error)")
        }
    }
}

/// What is drawn together, because it has one unit.
enum Chart: String, CaseIterable {
    case throughput = "transactions a second, saturated"
    case ratio = "for one of the yardstick in the same run"
    case cpu = "CPU of a transaction, saturated, µs"
    case latency = "latency at half load, ms"

    /// What a result has of it, by line.
    func lines(of result: BenchResult) -> [String: Double] {
        let relays = [("echo", result.echo), ("sandbox", result.sandbox)].compactMap { name, figures in
            figures.map { (name, $0) }
        }
        var lines: [String: Double] = [:]
        switch self {
        case .throughput:
            for (name, figures) in relays { lines[name] = figures.saturated.transactionsPerSecond }
            lines["core"] = result.core?.saturated.transactionsPerSecond
        case .ratio:
            for (name, figures) in relays { lines["\(name) ÷ nginx"] = figures.ofNginx }
            lines["core ÷ raw"] = result.core?.ofPeer
        case .cpu:
            for (name, figures) in relays {
                lines["\(name), all"] = figures.saturated.relayMicroseconds
                lines["\(name), router"] = figures.saturated.cpuMicroseconds["router"]
            }
            lines["core, router"] = result.core?.saturated.cpuMicroseconds["router"]
        case .latency:
            for (name, figures) in relays {
                lines["\(name), p50"] = figures.halfLoad.p50Milliseconds
                lines["\(name), p99"] = figures.halfLoad.p99Milliseconds
            }
        }
        return lines
    }
}
