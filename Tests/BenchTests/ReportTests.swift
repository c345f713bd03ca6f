import Foundation
import FoundationXML
import Testing

@testable import Bench

@Suite(.timeLimit(.minutes(2))) struct ReportTests {
    private func load(_ rate: Int, milliseconds: UInt64) -> LoadFigures {
        var latencies = Latencies()
        latencies.record(from: 0, to: milliseconds * 1_000_000)
        return LoadFigures(
            transactions: rate, latencies, in: .seconds(1),
            cpu: [CPUFigure(process: "router", microseconds: 60), CPUFigure(process: "load", microseconds: 70)])
    }

    private func relay(_ rate: Int, nginx: Double?) -> RelayFigures {
        RelayFigures(
            startUpSeconds: 1.5, saturated: load(rate, milliseconds: 60), halfLoad: load(rate / 2, milliseconds: 4),
            journal: .init(transactions: rate, approved: rate, withoutOutcome: 0), nginxRequestsPerSecond: nginx)
    }

    @Test func aVerdictSaysByHowMuchATargetIsMissed() {
        #expect(Verdict("", 0.048, .atLeast(0.06)).word == "short by 20 %")
        #expect(Verdict("", 0.06, .atLeast(0.06)).word == "reached")
        #expect(Verdict("", 33, .atMost(30)).word == "short by 10 %")
        #expect(Verdict("", 8, .atMost(8)).isReached)
    }

    @Test func whatWasNotMeasuredHasNoVerdict() {
        var result = BenchResult()
        #expect(result.verdicts.isEmpty)
        result.echo = relay(4_000, nginx: nil)
        #expect(result.verdicts.count == 3)
        result.echo = relay(4_000, nginx: 50_000)
        #expect(result.verdicts.first?.measured == 0.08)
        #expect(result.verdicts.count == 4)
    }

    @Test func theFileHasTheNamesThatOthersRead() throws {
        var result = BenchResult()
        result.echo = relay(4_000, nginx: 50_000)
        result.sandbox = relay(2_000, nginx: 50_000)
        result.core = CoreFigures(
            saturated: load(9_000, milliseconds: 20),
            journal: .init(transactions: 9_000, approved: 9_000, withoutOutcome: 0), peerTransactionsPerSecond: 29_000)
        result.faults = ["echo: 1 × 503 overloaded"]
        let json = try #require(JSONSerialization.jsonObject(with: result.json) as? [String: Any])
        func rate(_ object: Any?) -> Int? {
            ((object as? [String: Any])?["saturated"] as? [String: Any])?["transactions_per_second"] as? Int
        }
        #expect(rate(json) == 4_000)
        #expect(rate(json["sandbox"]) == 2_000)
        #expect(rate(json["core"]) == 9_000)
        #expect((json["half_load"] as? [String: Any])?["p50_milliseconds"] as? Double != nil)
        #expect(json["is_valid"] as? Bool == false)
    }

    @Test func eachRunIsAddedToTheHistoryAndAllAreDrawn() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "history-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "runs.jsonl").path
        let facts = RunFacts(BenchOptions(binaries: ""))
        var result = BenchResult()
        for rate in [4_000, 5_000] {
            result.echo = relay(rate, nginx: 50_000)
            let picture = try BenchHistory.add(
                BenchHistory.Run(result, facts, atMilliseconds: 1_800_000_000_000), to: path)
            #expect(picture == path + ".svg")
        }
        try Data("no run\n".utf8).append(to: path)
        let history = BenchHistory(try String(contentsOfFile: path, encoding: .utf8))
        #expect(history.runs.count == 2 && history.unreadable == 1)
        #expect(history.runs.last?.figures[Chart.throughput.rawValue] == ["echo": 5_000])
        #expect(history.runs.last?.figures[Chart.ratio.rawValue] == ["echo ÷ nginx": 0.1])
        #expect(history.runs.last?.figures[Chart.cpu.rawValue] == ["echo, all": 60, "echo, router": 60])
        let drawn = try XMLDocument(contentsOf: folder.appending(path: "runs.jsonl.svg"))
        #expect(try drawn.nodes(forXPath: "//*[local-name()='circle']").count == 2 * (1 + 1 + 2 + 2))
        #expect(try drawn.nodes(forXPath: "//*[local-name()='polyline']").count == 6)
    }

    @Test func columnsLineUp() {
        var table = Table()
        table.add("a", "1", "22")
        table.add("long", "333", "")
        #expect(table.lines == ["a       1  22", "long  333"])
    }

    @Test func numbersAreGrouped() {
        #expect(999.0.grouped == "999")
        #expect(1_000.4.grouped == "1,000")
        #expect(1_234_567.0.grouped == "1,234,567")
        #expect((-1_234.0).grouped == "-1,234")
        #expect((-123.0).grouped == "-123")
    }

    @Test func theJournalMustAgreeWithThePhones() {
        #expect(
            RelayUnderTest.JournalCount(transactions: 5, approved: 5, withoutOutcome: 0).contradictions(toApproved: 5)
                .isEmpty)
        let wrong = RelayUnderTest.JournalCount(transactions: 7, approved: 4, withoutOutcome: 1)
        #expect(wrong.contradictions(toApproved: 5).count == 3)
    }

    @Test func aTextTellsWhyARunDoesNotCount() {
        var result = BenchResult()
        result.echo = relay(4_000, nginx: 50_000)
        result.faults = ["echo: 1 × 503 overloaded"]
        #expect(result.text.contains("not valid: echo: 1 × 503 overloaded"))
        #expect(result.text.contains { $0.hasPrefix("transactions/s") && $0.hasSuffix("4,000      2,000") })
    }
}

extension Data {
    /// Behind what the file has.
    fileprivate func append(to path: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: self)
        try file.close()
    }
}
