import Foundation
import JSONText

/// The relay's messages and records carried by raw libzmq and SQLite, by a program that the user provides
/// (`BENCH_PEERS`): `run zmq SECONDS` prints one line of JSON with `sat_rps`.
struct RawYardstick: Yardstick {
    private static let seconds = 4

    let name = "raw libzmq and SQLite"
    /// The folder of `run`.
    let folder: String

    func measure(in logs: String) async throws -> Double {
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        let program = URL(fileURLWithPath: folder).appendingPathComponent("run").path
        let tool = try Tool(
            "peer", program, ["zmq", "\(Self.seconds)"], environment: Tool.plainEnvironment, logIn: logs)
        guard let rate = Self.rate(inOutput: try await tool.run()) else {
            throw BenchError.ended("peer", log: tool.log)
        }
        return rate
    }

    /// Of the last line that is a JSON object.
    static func rate(inOutput output: String) -> Double? {
        struct Line: Decodable { let sat_rps: Double }
        return output.split(separator: "\n").last { $0.hasPrefix("{") }
            .flatMap { try? StrictJSON.decode(Line.self, from: $0.utf8) }?.sat_rps
    }
}
