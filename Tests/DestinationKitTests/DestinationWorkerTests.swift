import DestinationKit
import DestinationTesting
import NIOConcurrencyHelpers
import RelayDomain
import RelayTransport
import Sealing
import ServiceRuntime
import Testing

/// A destination whose answers a test gives.
final class ScriptedDestination: Destination {
    struct Failure: Error {}

    private struct State {
        var asked: [(Authorization, CheckedContinuation<DestinationAnswer, any Error>)] = []
        var count = 0
        var awaited: [(Int, CheckedContinuation<Void, Never>)] = []
        var found: DestinationAnswer?
        var reversal: ReversalAnswer?
        var isWell = true
        var reversals: [Reversal] = []
        var remembered: [AdapterState?] = []
    }

    let concurrent: Int
    private let state = NIOLockedValueBox(State())

    init(concurrent: Int = 8) { self.concurrent = concurrent }

    func describe() -> DestinationManifest { .sample(concurrent: concurrent) }

    func authorize(_ authorization: Authorization) async throws -> DestinationAnswer {
        try await withCheckedThrowingContinuation { continuation in
            let due = state.withLockedValue { state in
                state.asked.append((authorization, continuation))
                state.count += 1
                defer { state.awaited.removeAll { $0.0 <= state.count } }
                return state.awaited.filter { $0.0 <= state.count }
            }
            for (_, waiting) in due { waiting.resume() }
        }
    }

    /// What inquiries and reversals are told from now on; nil: the destination throws.
    func say(_ found: DestinationAnswer?, _ reversal: ReversalAnswer?, isWell: Bool = true) {
        state.withLockedValue { ($0.found, $0.reversal, $0.isWell) = (found, reversal, isWell) }
    }

    func inquire(_ inquiry: Inquiry) async throws -> DestinationAnswer {
        let found = state.withLockedValue { state in
            state.remembered.append(inquiry.memory.state)
            return state.found
        }
        guard let found else { throw Failure() }
        inquiry.memory.keep(AdapterState([7])!)
        return found
    }

    func reverse(_ reversal: Reversal) async throws -> ReversalAnswer {
        let answer = state.withLockedValue { state in
            state.reversals.append(reversal)
            return state.reversal
        }
        guard let answer else { throw Failure() }
        return answer
    }

    func isWell() async -> Bool { state.withLockedValue(\.isWell) }

    var reversals: [Reversal] { state.withLockedValue(\.reversals) }
    var remembered: [AdapterState?] { state.withLockedValue(\.remembered) }
    var count: Int { state.withLockedValue(\.count) }

    /// Suspends until it was asked so often in all.
    func asked(atLeast count: Int) async {
        await withCheckedContinuation { continuation in
            let isDue = state.withLockedValue { state in
                if state.count < count { state.awaited.append((count, continuation)) }
                return state.count >= count
            }
            if isDue { continuation.resume() }
        }
    }

    /// Answers the first that waits.
    @discardableResult
    func answer(_ result: Result<DestinationAnswer, any Error>) -> Authorization? {
        let first = state.withLockedValue { $0.asked.isEmpty ? nil : $0.asked.removeFirst() }
        first?.1.resume(with: result)
        return first?.0
    }
}

/// Threads that do nothing until a test says so.
private final class BusyThreads: TaskExecutor {
    private let jobs = NIOLockedValueBox<[UnownedJob]?>([])

    var waiting: Int { jobs.withLockedValue { $0?.count ?? 0 } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isHeld = jobs.withLockedValue { jobs in
            jobs?.append(job)
            return jobs != nil
        }
        if !isHeld { run(job) }
    }

    /// Does what waits, and what comes later at once.
    func goOn() {
        let waiting = jobs.withLockedValue { jobs in
            defer { jobs = nil }
            return jobs ?? []
        }
        for job in waiting { run(job) }
    }

    private func run(_ job: UnownedJob) { job.runSynchronously(on: asUnownedTaskExecutor()) }
}

struct Immediate: ImmediateDestination {
    func describe() -> DestinationManifest { .sample() }
    func decide(_ authorization: Authorization) -> DestinationAnswer {
        .declined(String(authorization.information.exposed.reversed()))
    }
    func inquire(_ inquiry: Inquiry) async -> DestinationAnswer { .unknown }
    func reverse(_ reversal: Reversal) async -> ReversalAnswer { .confirmed }
    func isWell() async -> Bool { true }
}

@Suite(.timeLimit(.minutes(1))) struct DestinationWorkerTests {
    func request(_ number: UInt64, in span: Duration = .seconds(60)) throws -> AuthorizationRequest {
        try .sample(number, notAfter: FakeRouter.now + span)
    }

    @Test func aRequestIsOpenedAskedAndAnswered() async throws {
        let destination = ScriptedDestination()
        try await withWorker(destination) { router, _ in
            #expect(await router.manifests == [.sample()])
            await router.authorize(try request(1))
            await destination.asked(atLeast: 1)
            let authorization = destination.answer(.success(.declined(ReasonCode("insufficientFunds")!)))
            #expect(authorization?.information.exposed == "code-1")
            #expect(authorization?.terminal.text == "t-1")
            #expect(authorization?.reference.text == "000000000001")
            let answers = await router.answers(atLeast: 1)
            #expect(answers.map(\.answer) == [.declined(ReasonCode("insufficientFunds")!)])
            #expect(answers.first?.hopStamps.map(\.act) == [.received, .forwarded, .answered])
            let skew = (answers.first?.hopStamps.first?.at ?? Instant(milliseconds: 0)) - FakeRouter.now
            #expect(skew.milliseconds.magnitude < 5_000, "hopStamps are in router time")
        }
    }

    @Test func aDestinationThatThrowsIsUnknown() async throws {
        let destination = ScriptedDestination()
        try await withWorker(destination) { router, _ in
            await router.authorize(try request(1))
            await destination.asked(atLeast: 1)
            destination.answer(.failure(ScriptedDestination.Failure()))
            #expect(await router.answers(atLeast: 1).map(\.answer) == [.unknown])
        }
    }

    @Test func lateRepeatedAndUnopenableRequestsAreNotAsked() async throws {
        let destination = ScriptedDestination()
        try await withWorker(destination) { router, _ in
            let first = try request(1)
            await router.authorize(first, first, try request(2, in: .milliseconds(-1)))
            await router.answers(atLeast: 1)
            await destination.asked(atLeast: 1)
            destination.answer(.success(.approved()))
            await router.answers(atLeast: 2)
            let other = SealingKey(bytes: Array(repeating: 8, count: 32))!
            await router.authorize(try .sample(3, key: other, notAfter: FakeRouter.now + .seconds(60)), first)
            let answers = await router.answers(atLeast: 4)
            #expect(answers.filter { $0.transaction == .sample(1) }.map(\.answer) == [.approved(), .approved()])
            #expect(answers.filter { $0.transaction == .sample(2) }.map(\.answer) == [.notSent])
            #expect(answers.filter { $0.transaction == .sample(3) }.map(\.answer) == [.notSent])
            #expect(destination.count == 1)
        }
    }

    @Test func anAnswerFindsTheJournalsNextRouter() async throws {
        let destination = ScriptedDestination()
        try await withWorker(destination) { router, _ in
            await router.authorize(try request(1))
            await destination.asked(atLeast: 1)
            await router.close()
            destination.answer(.success(.approved()))
            try await router.open()
            #expect(await router.answers(atLeast: 1).map(\.answer) == [.approved()])
            #expect(await router.manifests.count == 2)
        }
    }

    /// Whoever routes hears of it at once, also one that comes while the adapter leaves: the next customers go
    /// elsewhere.
    @Test func whoLeavesSaysSoToEachRouter() async throws {
        let destination = ScriptedDestination()
        try await withWorker(destination) { router, stop in
            await router.authorize(try request(1))
            await destination.asked(atLeast: 1)
            #expect(await router.drains == 0)
            await stop()
            await router.drains(atLeast: 1)
            await router.close()
            try await router.open()
            await router.drains(atLeast: 2)
            destination.answer(.success(.approved()))
            #expect(await router.answers(atLeast: 1).map(\.answer) == [.approved()])
        }
    }

    /// In time at the router and in time at the adapter, whose threads are busy: what is begun past its limit may not
    /// be begun at all.
    @Test func aRequestWhoseTimeIsOverWhenItsTurnComesIsNotAsked() async throws {
        let destination = ScriptedDestination()
        let threads = BusyThreads()
        try await withWorker(destination, executor: threads) { router, _ in
            let limit = ContinuousClock.now + .milliseconds(300)
            await router.authorize(try request(1, in: .milliseconds(300)))
            try await eventually { threads.waiting == 1 }
            try await Task.sleep(until: limit + .milliseconds(100))
            threads.goOn()
            #expect(await router.answers(atLeast: 1).map(\.answer) == [.notSent])
            #expect(destination.count == 0)
        }
    }

    @Test func whoLeavesFinishesWhatWasBegun() async throws {
        let destination = ScriptedDestination(concurrent: 1_000)
        try await withWorker(destination) { router, stop in
            await router.authorize(try request(1))
            await destination.asked(atLeast: 1)
            await stop()
            // The word to leave takes a moment to arrive; what comes before it is still asked.
            var last: UInt64 = 1
            while await router.answers.isEmpty {
                last += 1
                await router.authorize(try request(last))
                let asked = Int(last)
                try await eventually {
                    if destination.count == asked { return true }
                    return await !router.answers.isEmpty
                }
            }
            #expect(await router.answers.map(\.answer) == [.notSent])
            while destination.answer(.success(.approved())) != nil {}
            let answers = await router.answers(atLeast: Int(last))
            #expect(answers.dropFirst().allSatisfy { $0.answer == .approved() })
            #expect(answers.contains { $0.transaction == .sample(1) })
        }
    }

    @Test func inquiriesAndReversalsAreAskedAsOftenAsRoutersWantToKnow() async throws {
        let destination = ScriptedDestination()
        destination.say(.approved(), .refused(ReasonCode("settled")!))
        try await withWorker(destination) { router, _ in
            await router.order(.inquire(.sample(1)))
            await router.answers(atLeast: 1)
            await router.order(.inquire(.sample(1, state: AdapterState([7]))), .reverse(.sample(2), isRepeat: true))
            let answers = await router.answers(atLeast: 3)
            #expect(answers.map(\.word).contains(.reversal(.refused(ReasonCode("settled")!))))
            #expect(answers.filter { $0.word == .inquiry(.approved()) }.count == 2)
            #expect(answers.filter { $0.word == .inquiry(.approved()) }.allSatisfy { $0.adapterState?.bytes == [7] })
            #expect(destination.remembered == [nil, AdapterState([7])], "what the adapter kept comes back to it")
            #expect(destination.reversals.map(\.isRepeat) == [true])
        }
    }

    @Test func aDestinationThatThrowsHasFoundAndReversedNothing() async throws {
        let destination = ScriptedDestination()
        destination.say(nil, nil)
        try await withWorker(destination) { router, _ in
            await router.order(.inquire(.sample(1)), .reverse(.sample(1), isRepeat: false))
            let words = Set(await router.answers(atLeast: 2).map(\.word))
            #expect(words == [.inquiry(.unknown), .reversal(.unknown)])
        }
    }

    @Test func notSentSaysNothingAboutWhatAnInquiryAsks() async throws {
        let destination = ScriptedDestination()
        destination.say(.notSent, .unknown)
        try await withWorker(destination) { router, _ in
            await router.order(.inquire(.sample(1)))
            #expect(await router.answers(atLeast: 1).map(\.word) == [.inquiry(.unknown)])
        }
    }

    /// What a provider writes without a thought: the destination's own sentence as the reason.
    @Test func aDeclineInAnyWordsArrives() async throws {
        let destination = ScriptedDestination()
        try await withWorker(destination) { router, _ in
            let words = ["not enough money!", "", "code-3 was used", "code-4", "\u{7}no\nway"]
            for (number, said) in zip((1 as UInt64)..., words) {
                await router.authorize(try request(number))
                await destination.asked(atLeast: Int(number))
                destination.answer(.success(.declined(said)))
                _ = await router.answers(atLeast: Int(number))
            }
            let heard = await router.answers.map(\.answer)
            #expect(
                heard == [
                    .declined(StatedReason(.unspecified, text: DisplayText(cleaning: "not enough money!"))),
                    .declined(.unspecified),
                    .declined(.unspecified),  // It held the code.
                    .declined(.unspecified),
                    .declined(StatedReason(.unspecified, text: DisplayText(cleaning: "no way"))),
                ])
        }
    }

    /// The yes counts; what must not stand beside it does not travel.
    @Test func anApprovalArrivesWithoutWhatDoesNotFit() async throws {
        let destination = ScriptedDestination()
        try await withWorker(destination) { router, _ in
            await router.authorize(try request(1))
            await destination.asked(atLeast: 1)
            let approval = Approval(
                approvalCode: "K3V9Q2", brand: "paid with code-1", maskedAccount: "4111111111111111",
                receiptLines: ["Thank you", "(CODE-1)"])
            destination.answer(.success(.approved(approval)))
            let heard = await router.answers(atLeast: 1).map(\.answer)
            let expected = Approval(
                approvalCode: "K3V9Q2", receiptLines: ["Thank you"], leftOut: [.brand, .maskedAccount, .receiptLines])
            #expect(heard == [.approved(expected)])
        }
    }

    /// A field that never fits is the provider's to correct, and no reason to fill the disk.
    @Test func whatIsWrongWithEachRequestIsLoggedOnceASecond() async throws {
        let destination = ScriptedDestination()
        let lines = LogLines()
        let start = ContinuousClock.now
        try await withWorker(destination, logger: lines.logger) { router, _ in
            for number in 1...20 as ClosedRange<UInt64> {
                await router.authorize(try request(number))
                await destination.asked(atLeast: Int(number))
                destination.answer(.success(.approved(Approval(brand: "Vi\u{7}sa", maskedAccount: "12345"))))
                _ = await router.answers(atLeast: Int(number))
            }
        }
        let seconds = Int((ContinuousClock.now - start) / .seconds(1)) + 1
        for field in ["brand", "maskedAccount"] {
            let count = lines.all.count { $0["field"] == "\(field)" }
            #expect((1...seconds).contains(count), "\(field): \(count) lines in \(seconds) s")
        }
    }

    @Test func healthIsTold() async throws {
        let destination = ScriptedDestination()
        destination.say(nil, nil, isWell: false)
        try await withWorker(destination) { router, _ in
            await router.order(.askHealth)
            #expect(await router.reports(atLeast: 1) == [false])
            destination.say(nil, nil, isWell: true)
            await router.order(.askHealth)
            #expect(await router.reports(atLeast: 2) == [false, true])
        }
    }

    @Test func anImmediateDestinationAnswersManyAtOnce() async throws {
        try await withWorker(Immediate()) { router, _ in
            for number in 1...500 as ClosedRange<UInt64> { await router.authorize(try request(number)) }
            let answers = await router.answers(atLeast: 500)
            for number in [1, 250, 500] as [UInt64] {
                let expected = DestinationAnswer.declined(String("code-\(number)".reversed()))
                #expect(answers.filter { $0.transaction == .sample(number) }.map(\.answer) == [expected])
            }
        }
    }

    /// As a service group ends what still runs when one of its services has failed.
    @Test func aWorkerThatIsCancelledEnds() async throws {
        let router = try FakeRouter()
        try await router.open()
        let destination = ScriptedDestination()
        let worker = DestinationWorker(
            destination, sealingKey: sampleKey, bus: BusConfiguration([router.bus.address]), name: "adapter",
            readiness: Health().part("routers"))
        let hasEnded = NIOLockedValueBox(false)
        let run = Task {
            try? await worker.run()
            hasEnded.withLockedValue { $0 = true }
        }
        _ = await router.manifests(atLeast: 1)
        run.cancel()
        try await eventually { hasEnded.withLockedValue { $0 } }
        await router.end()
    }
}

/// Looks every few milliseconds, for 10 s at most.
private func eventually(_ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("it did not come true within 10 s")
}
