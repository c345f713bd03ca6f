import Foundation
import Testing

@testable import Bench

@Suite(.timeLimit(.minutes(2))) struct FiguresTests {
    @Test func percentilesAreExactToThreeDigits() {
        var latencies = Latencies()
        for milliseconds in 1...1_000 as ClosedRange<UInt64> { latencies.record(from: 0, to: milliseconds * 1_000_000) }
        #expect(abs(latencies.milliseconds(at: 50) - 500) < 1)
        #expect(abs(latencies.milliseconds(at: 99) - 990) < 1.5)
        #expect(abs(latencies.milliseconds(at: 99.9) - 999) < 1.5)
    }

    @Test func aLatencyBeyondTheHistogramIsStillCounted() {
        var latencies = Latencies()
        latencies.record(from: 0, to: .max)
        latencies.record(from: 10, to: 5)
        #expect(latencies.count == 2)
        #expect(Latencies().milliseconds(at: 99) == 0)
    }

    @Test func aProcessNameCannotFakeItsTimes() {
        let stat = "42 (a) R 1 (x)) S 1 42 42 0 -1 4194560 5000 0 3 0 1200 34 0 0 20 0 9 0 100 200 300"
        #expect(ProcessFigures.ticks(inStat: stat) == 1_234)
        #expect(ProcessFigures.ticks(inStat: "42 (cut off) S 1 2") == nil)
        #expect(ProcessFigures.ticks(inStat: "") == nil)
    }

    @Test func residentPagesAreTheSecondFigure() {
        #expect(ProcessFigures.pages(inStatm: "9000 1234 500 10 0 800 0\n") == 1_234)
        #expect(ProcessFigures.pages(inStatm: "9000") == nil)
    }

    @Test func thisProcessHasTimesAndMemory() throws {
        #expect(try #require(ProcessFigures.cpuMicroseconds(of: getpid())) >= 0)
        #expect(try #require(ProcessFigures.residentKiB(of: getpid())) > 1_000)
        #expect(ProcessFigures.residentKiB(of: -1) == nil)
    }

    @Test func onlyApprovalsCountAndTheRestIsTold() {
        var tally = Tally()
        tally.approve()
        tally.count("503 overloaded")
        tally.count("201 declined codeUsed")
        tally.count("503 overloaded")
        #expect(tally.approved == 1)
        #expect(tally.othersText == ["2 × 503 overloaded", "1 × 201 declined codeUsed"])
        #expect((tally + tally).othersCount == 6)
    }

    @Test func kindsAreBounded() {
        var tally = Tally()
        for number in 0..<1_000 { tally.count("kind \(number)") }
        #expect(tally.others.count <= Tally.kindsMax + 1)
        #expect(tally.othersCount == 1_000)
    }

    @Test func yardsticksAreReadFromWhatTheyPrint() {
        let wrk = "  2 threads\nRequests/sec:  63999.12\nTransfer/sec: 10MB\n"
        #expect(Nginx.rate(inOutput: wrk) == 63_999.12)
        #expect(Nginx.rate(inOutput: "unable to connect") == nil)
        #expect(RawYardstick.rate(inOutput: "warning\n{\"peer\":\"zmq\",\"sat_rps\":29012,\"rate\":1}\n") == 29_012)
        #expect(RawYardstick.rate(inOutput: "{\"peer\":\"zmq\"}") == nil)
    }

    @Test func codesAreTwentyDigitsAndDifferent() {
        var source = CodeSource.counted(1)
        let codes = (0..<1_000).compactMap { _ in source.next() }
        #expect(codes.count == 1_000)
        #expect(codes.allSatisfy { $0.utf8.count == LoadPhone.codeLength })
        #expect(Set(codes).count == 1_000)
        var stock = CodeSource.stock(["a"])
        #expect(stock.next() == "a")
        #expect(stock.next() == nil)
    }
}
