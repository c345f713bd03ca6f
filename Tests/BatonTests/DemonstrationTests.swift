import Foundation
import RelayDomain
import ServiceRuntime
import Testing

@testable import Baton

/// What the README promises, kept by the executables of this build: `make demo` on free ports, in a folder of its own.
@Suite(.timeLimit(.minutes(3))) struct DemonstrationTests {
    @Test func everyFlowIsApprovedAndEverythingEnds() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "demo-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let home = Home(folder.path)
        try home.prepare()
        let log = try ProcessLog("demo", in: home.path)
        var environment = ["BATON_HOME": home.path, "BATON_ADMIN": "127.0.0.1:0"]
        for key in ["LISTEN", "LISTEN_TERMINALS", "LISTEN_POS", "LISTEN_SANDBOX"] {
            environment["BATON_\(key)"] = "127.0.0.1:0"
        }
        let demo = try ChildProcess.start(
            "\(executables)/baton", arguments: ["demo", "--shop", sampleShopPath], environment: environment,
            log: log.file)
        var exit: ProcessExit?
        while exit == nil {
            try await Task.sleep(for: .milliseconds(20))
            exit = demo.exit()
        }
        let output = try String(contentsOfFile: "\(home.path)/demo.log", encoding: .utf8)
        #expect(exit == .code(0), "\(output)")
        let flows = output.split(separator: "\n").filter { $0.hasPrefix("flow ") }
        #expect(flows.map { $0.prefix(6) } == ["flow A", "flow B", "flow C", "flow C", "flow D", "flow E", "flow E"])
        #expect(flows.allSatisfy { $0.contains(": approved ") }, "\(flows)")
        let left = try FileManager.default.contentsOfDirectory(atPath: home.run).filter { $0.hasSuffix(".json") }
        #expect(left == [], "these have not ended in order")
    }
}
