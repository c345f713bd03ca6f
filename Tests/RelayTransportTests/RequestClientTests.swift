import RelayDomain
import RelayMessages
import RelayTesting
import Testing

@testable import RelayTransport

/// Asking from outside of any reactor, as the ingress and the command line do.
@Suite(.timeLimit(.minutes(1)))
struct RequestClientTests {
    private let bus: TemporaryBus
    private let router = TestRouter()
    private let client: RequestClient<Question, Answer>
    private var local: BusConfiguration { BusConfiguration([bus.address]) }

    init() throws {
        bus = try TemporaryBus()
        client = RequestClient(
            .requests, BusConfiguration([bus.address]), hello: Hello(role: .operator, name: "console"))
    }

    private func failureOfAsking() async -> RequestFailure? {
        do {
            _ = try await client.request(toJournal: 0, within: .seconds(20)) { _ in Question("x") }
            return nil
        } catch {
            return error
        }
    }

    private func stop() async {
        await client.stop()
        await router.reactor.stop()
    }

    @Test func manyTasksAskAtOnceAndEachHearsItsOwnAnswer() async throws {
        try await router.bind(local)
        try await client.start()
        _ = try await client.link(toJournal: 0, within: .seconds(20))
        try await withThrowingTaskGroup { group in
            for number in 0..<2000 {
                group.addTask {
                    let answer = try await client.request(toJournal: 0, within: .seconds(30)) { _ in
                        Question("\(number)")
                    }
                    #expect(answer.text == "\(number)")
                }
            }
            try await group.waitForAll()
        }
        await stop()
    }

    @Test func aRequestIsMadeKnowingTheRoutersTime() async throws {
        try await router.bind(local, time: 77_000_000)
        try await client.start()
        let welcome = try await client.link(toJournal: 0, within: .seconds(20))
        let answer = try await client.request(toJournal: 0, within: .seconds(5)) {
            Question("\($0.milliseconds / 1_000_000)")
        }
        #expect(answer.text == "77")
        #expect(await client.welcomes == [0: welcome])
        await stop()
    }

    @Test func withoutARouterAskingFailsAtOnceAndWaitingAtItsLimit() async throws {
        try await client.start()
        await #expect(throws: RequestFailure.notSent(.unreachable)) {
            try await client.request(toJournal: 0, within: .seconds(20)) { _ in Question("x") }
        }
        await #expect(throws: RequestFailure.notSent(.unreachable)) {
            try await client.link(toJournal: 0, within: .milliseconds(20))
        }
        await stop()
    }

    @Test func whatIsPendingAtTheStopEndsAsMaybe() async throws {
        try await router.bind(local)
        await router.mute()
        try await client.start()
        _ = try await client.link(toJournal: 0, within: .seconds(20))
        async let pending = failureOfAsking()
        await router.wait { !$0.questions.isEmpty }
        await client.stop()
        #expect(await pending == .linkLost(.closed))
        await #expect(throws: RequestFailure.notSent(.full)) {
            try await client.request(toJournal: 0, within: .seconds(20)) { _ in Question("x") }
        }
        #expect(RequestFailure.linkLost(.closed).mayHaveArrived && !RequestFailure.notSent(.full).mayHaveArrived)
        await router.reactor.stop()
    }
}
