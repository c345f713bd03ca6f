import RelayDomain
import RelayTesting
import Testing

@testable import Chaos

@Suite(.timeLimit(.minutes(2))) struct HistoryTests {
    @Test func anOutcomeIsToldInOneWay() {
        let history = History()
        history.heard("t-1", outcome: nil, key: "k-1")
        history.heard("t-1", outcome: "approved", key: "k-1")
        history.heard("t-1", outcome: "approved")
        #expect(history.contradictions.isEmpty)
        history.heard("t-1", outcome: "reversed")
        #expect(history.contradictions.count == 1)
        history.heard("t-1", outcome: nil, key: "k-1")
        #expect(history.contradictions.count == 2)
    }

    @Test func aKeyStandsForOneTransaction() {
        let history = History()
        history.heard("t-1", outcome: nil, key: "k-1")
        history.heard("t-2", outcome: nil, key: "k-1")
        #expect(history.contradictions.map(\.transaction) == ["t-2"])
    }

    @Test func whoIsAnsweredAmidAFloodIsCountedOnce() {
        let history = History()
        history.heard("t-1", outcome: "approved", key: "k-1")
        history.floodBegan()
        history.heard("t-1", outcome: "approved", key: "k-1")
        history.heard("t-2", outcome: nil, key: "k-2")
        history.heard("t-2", outcome: "approved", key: "k-2")
        history.heard("t-2", outcome: "approved")
        history.floodEnded()
        history.heard("t-3", outcome: "approved", key: "k-3")
        #expect(history.outcomesAmidFloods == 1)
    }

    @Test func aTakeoverEndsWithARequestThatBeganAfterIt() {
        var takeovers = Takeovers()
        let killed = ContinuousClock.now
        takeovers.routerKilled(at: killed)
        takeovers.answered(requestOf: killed - .seconds(1), at: killed + .milliseconds(1))
        #expect(takeovers.taken.isEmpty, "that answer may have been on its way")
        takeovers.answered(requestOf: killed + .milliseconds(300), at: killed + .milliseconds(500))
        takeovers.answered(requestOf: killed + .milliseconds(600), at: killed + .milliseconds(700))
        #expect(takeovers.taken == [.milliseconds(500)])
    }

    @Test func answersOfTheIngressAreRead() {
        let ended = #"{"id":"t-1","state":"ended","outcome":{"kind":"declined","reason":"codeUsed"}}"#
        #expect(
            PhoneLine.answer(status: 201, .init(ended.utf8))
                == .transaction(id: "t-1", state: "ended", outcome: "declined codeUsed"))
        let busy = #"{"status":409,"code":"deviceBusy","retry":{"how":"sameKey","after":2}}"#
        #expect(
            PhoneLine.answer(status: 409, .init(busy.utf8))
                == .refused(code: "deviceBusy", mayRepeat: true, after: .seconds(2)))
        #expect(PhoneLine.answer(status: 502, .init("<html>".utf8)) == .lost)
    }

    @Test func hurriedMerchantsOrderNothingThatLasts() {
        var random = SeededGenerator(seed: 1)
        let hurried = (0..<20_000).map { _ in Flavor(isHurried: true, &random) }
        #expect(!hurried.contains(.ordered(9306)) && !hurried.contains(.ordered(9503)))
        let others = (0..<20_000).map { _ in Flavor(isHurried: false, &random) }
        #expect(others.contains(.ordered(9306)) && others.contains(.ordered(9503)))
        #expect(others.contains(.plain))
    }
}
