import Foundation
import Testing

/// What wakes somebody is code, and is tested as code: `deploy/monitoring`, by Prometheus' own tool (Debian's
/// `prometheus`).
@Suite(.timeLimit(.minutes(2))) struct AlertRulesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "deploy/monitoring")

    private func promtool(_ arguments: String...) throws -> (code: Int32, text: String) {
        let tool = Process()
        tool.executableURL = URL(filePath: "/usr/bin/env")
        tool.arguments = ["promtool"] + arguments
        tool.currentDirectoryURL = Self.folder
        let output = Pipe()
        (tool.standardOutput, tool.standardError) = (output, output)
        try tool.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        tool.waitUntilExit()
        return (tool.terminationStatus, text)
    }

    @Test func theRulesAndTheSampleConfigurationAreSound() throws {
        for arguments in [["check", "rules", "alerts.yml"], ["check", "config", "prometheus.yml"]] {
            let checked = try promtool(arguments[0], arguments[1], arguments[2])
            #expect(checked.code == 0, "\(checked.text)")
        }
    }

    @Test func theRulesWakeSomebodyWhenTheyShould() throws {
        let tested = try promtool("test", "rules", "alerts.test.yml")
        #expect(tested.code == 0 && !tested.text.contains("FAILED"), "\(tested.text)")
    }

    /// Each rule is met by a test.
    @Test func noRuleIsUntested() throws {
        let rules = try String(contentsOf: Self.folder.appending(path: "alerts.yml"), encoding: .utf8)
        let tests = try String(contentsOf: Self.folder.appending(path: "alerts.test.yml"), encoding: .utf8)
        let names = rules.matches(of: /- alert: (\w+)/).map { String($0.1) }
        #expect(names.count > 10)
        for name in names { #expect(tests.contains(name), "\(name)") }
    }

    /// Rules about a metric that nobody counts never wake anybody.
    @Test func eachMetricOfTheRulesIsOne() throws {
        // What services count, and what every process says of itself.
        let names = try ["MetricHelp", "ProcessMetrics"].map {
            try String(
                contentsOf: Self.folder.appending(path: "../../Shared/ServiceRuntime/\($0).swift"), encoding: .utf8)
        }.joined()
        let rules = try String(contentsOf: Self.folder.appending(path: "alerts.yml"), encoding: .utf8)
        for found in rules.matches(of: /(baton|process)_[a-z_]+/).map({ String($0.0) })
        where found != "baton_process_series_refused_total" {
            #expect(names.contains("\"\(found.replacing(/_bucket$/, with: ""))\""), "\(found)")
        }
    }
}
