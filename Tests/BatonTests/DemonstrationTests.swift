import Foundation
import RelayDomain
import ServiceRuntime
import Testing

@testable import Baton

/// What the README promises, kept by the executables of this build: `make demo` on free ports, in a folder of its own.
@Suite(.serialized, .timeLimit(.minutes(3))) struct DemonstrationTests {
    @Test func everyFlowIsApprovedAndEverythingEnds() async throws {
        let sample = try String(contentsOfFile: sampleShopPath, encoding: .utf8)
        try await demonstrate(sample) { exit, output, home in
            #expect(exit == .code(0), "\(output)")
            let flows = output.split(separator: "\n").filter { $0.hasPrefix("flow ") }
            #expect(
                flows.map { $0.prefix(6) } == ["flow A", "flow B", "flow C", "flow C", "flow D", "flow E", "flow E"])
            #expect(flows.allSatisfy { $0.contains(": approved ") }, "\(flows)")
            let left = try FileManager.default.contentsOfDirectory(atPath: home.run).filter { $0.hasSuffix(".json") }
            #expect(left == [], "these have not ended in order")
        }
    }

    /// Whoever runs it to see whether all is well goes by its exit code.
    @Test func aFlowThatIsNotApprovedIsNoSuccess() async throws {
        let sample = try String(contentsOfFile: sampleShopPath, encoding: .utf8)
        let lines = sample.split(separator: "\n").filter { !$0.contains("functions: [redeem]") }
        try await demonstrate(lines.joined(separator: "\n")) { exit, output, _ in
            #expect(exit == .code(1), "\(output)")
            let flows = output.split(separator: "\n").filter { $0.hasPrefix("flow ") }
            #expect(flows.filter { $0.contains(": approved ") }.count == 6, "\(flows)")
            #expect(flows.contains { $0.contains("no application has the function redeem") }, "\(flows)")
        }
    }

    /// Runs it to its end, in a home of its own.
    private func demonstrate(_ shop: String, _ body: (ProcessExit?, String, Home) throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "demo-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let home = Home(folder.path)
        try home.prepare()
        let file = home.path + "/shop.yaml"
        try shop.write(toFile: file, atomically: true, encoding: .utf8)
        let log = try ProcessLog("demo", in: home.path)
        var environment = ["BATON_HOME": home.path, "BATON_ADMIN": "127.0.0.1:0"]
        for key in ["LISTEN", "LISTEN_TERMINALS", "LISTEN_POS", "LISTEN_SANDBOX"] {
            environment["BATON_\(key)"] = "127.0.0.1:0"
        }
        let demo = try ChildProcess.start(
            "\(executables)/baton", arguments: ["demo", "--shop", file], environment: environment, log: log.file)
        let exit = await withCheckedContinuation { ended in
            // Waiting blocks its thread until the process has ended.
            DispatchQueue.global().async { ended.resume(returning: demo.exit(waiting: true)) }
        }
        try body(exit, try String(contentsOfFile: "\(home.path)/demo.log", encoding: .utf8), home)
    }
}
