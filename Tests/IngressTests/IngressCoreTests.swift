import RelayDomain
import Sealing
import Testing

@testable import Ingress

/// What becomes of a question, played without a socket.
@Suite(.timeLimit(.minutes(2))) struct IngressCoreTests {
    static let submit: SubmitTransaction = {
        let json = Array(IngressFixture.payment().utf8)
        let sealer = Sealer(sealingKey: IngressFixture.sealingKey, digestKey: IngressFixture.digestKey)
        return try! sealer.seal(
            Submission(SubmissionBody(json: json), key: SubmissionKeyText("k")!),
            receivedAt: Instant(milliseconds: 0))
    }()
    let start = ContinuousClock.now
    let id = IngressCore.QueryID(number: 1)
    let question = PhoneQuery.submit(Self.submit)

    /// A core whose one journal is there, and the first outputs of a submission that waits 10 s.
    func asked() -> (core: IngressCore, outputs: [IngressCore.Output]) {
        var core = IngressCore()
        let outputs = core.step(
            [.opened(journal: 0, journals: 1), .phoneRequested(id, question, wait: .seconds(10))], now: start)
        return (core, outputs)
    }

    @Test func aSubmissionIsHandedOverWithItsWaitAndALittleMore() {
        let (_, outputs) = asked()
        #expect(outputs.count == 1)
        guard case .request(id, attempt: 1, journal: 0, .submit(Self.submit), let wait, let limit) = outputs.first
        else {
            Issue.record("\(outputs)")
            return
        }
        #expect(wait == .seconds(10))
        #expect(limit == .seconds(12))
    }

    @Test func aSubmissionWhoseLinkIsLostIsRepeatedWithWhatIsLeftOfTheWait() {
        var (core, _) = asked()
        var outputs = core.step(
            [.lost(journal: 0), .ended(id, attempt: 1, .linkLost)], now: start + .seconds(3))
        #expect(outputs.isEmpty)
        outputs = core.step([.opened(journal: 0, journals: 1)], now: start + .seconds(4))
        guard
            case .request(id, attempt: 2, journal: 0, .submit(Self.submit), let wait, let limit) = outputs.first
        else {
            Issue.record("\(outputs)")
            return
        }
        #expect(wait == .seconds(6))
        #expect(limit == .seconds(8))
        let status = TransactionStatus.sample(.approved())
        outputs = core.step([.ended(id, attempt: 2, .reply(.status(status)))], now: start + .seconds(5))
        #expect(answers(outputs) == [.status(status)])
        #expect(core.waiting == 0)
    }

    /// The first attempt may still be on its way.
    @Test(arguments: [Refusal.terminalOffline, .deviceBusy, .codeUsed, .relayLost])
    func aRepeatThatIsRefusedDoesNotDenyTheSubmission(refusal: Refusal) {
        var (core, _) = asked()
        _ = core.step([.ended(id, attempt: 1, .linkLost), .opened(journal: 0, journals: 1)], now: start)
        let outputs = core.step([.ended(id, attempt: 2, .reply(.refused(Refused(refusal))))], now: start)
        #expect(problems(outputs) == [Problem(.relayLost, sent: .maybe)])
    }

    @Test func withoutAnotherLinkTheAnswerComesWhenTheWaitIsOver() {
        var (core, _) = asked()
        _ = core.step([.lost(journal: 0), .ended(id, attempt: 1, .linkLost)], now: start + .seconds(1))
        #expect(core.nextDue == start + .seconds(12))
        #expect(core.step([], now: start + .milliseconds(11_999)).isEmpty)
        let outputs = core.step([], now: start + .seconds(12))
        #expect(problems(outputs) == [Problem(.relayLost, sent: .maybe)])
        #expect(core.nextDue == nil)
    }

    @Test func linksThatGoOnBreakingEndTheQuestion() {
        var (core, outputs) = asked()
        for attempt in 1..<IngressCore.attemptsMax {
            outputs = core.step([.ended(id, attempt: attempt, .linkLost)], now: start)
            #expect(answers(outputs).isEmpty)
        }
        outputs = core.step([.ended(id, attempt: IngressCore.attemptsMax, .linkLost)], now: start)
        #expect(problems(outputs) == [Problem(.relayLost, sent: .maybe)])
    }

    /// The repeat did not leave; the submission before it may have.
    @Test(arguments: [
        (IngressCore.Ending.full, Problem(.overloaded, sent: .maybe)),
        (.unread, Problem(.internalError, sent: .maybe)),
    ])
    func aRepeatThatFailsDoesNotDenyTheSubmission(ending: IngressCore.Ending, problem: Problem) {
        var (core, _) = asked()
        _ = core.step([.ended(id, attempt: 1, .linkLost)], now: start)
        #expect(problems(core.step([.ended(id, attempt: 2, ending)], now: start)) == [problem])
    }

    @Test func withoutALinkNothingHasLeft() {
        var core = IngressCore()
        #expect(
            problems(core.step([.phoneRequested(id, question, wait: .seconds(9))], now: start)) == [
                Problem(.relayLost, sent: .no)
            ])
        #expect(core.missing == nil)
        _ = core.step([.opened(journal: 0, journals: 1), .lost(journal: 0)], now: start)
        #expect(
            problems(core.step([.phoneRequested(id, question, wait: .seconds(9))], now: start)) == [
                Problem(.relayLost, sent: .no)
            ])
        #expect(core.missing == [0])
    }

    @Test(arguments: [
        (IngressCore.Ending.unreachable, Problem(.relayLost, sent: .no)),
        (.full, Problem(.overloaded, sent: .no)),
        (.unread, Problem(.internalError, sent: .no)),
        (.noReply, Problem(.relayLost, sent: .maybe)),
        (
            .reply(.refused(Refused(.deviceBusy, busyFor: .milliseconds(1_500)))),
            Problem(Refused(.deviceBusy, busyFor: .milliseconds(1_500)))
        ),
        (.reply(.registry(version: 1, Shop())), Problem(.internalError, sent: .maybe)),
    ]) func everyEndOfAFirstAttemptSaysWhatIsCertain(_ ending: IngressCore.Ending, _ problem: Problem) {
        var (core, _) = asked()
        #expect(problems(core.step([.ended(id, attempt: 1, ending)], now: start)) == [problem])
        #expect(core.waiting == 0)
    }

    @Test func anAnswerIsGivenOnce() {
        var (core, _) = asked()
        let reply = IngressCore.Input.ended(id, attempt: 1, .reply(.status(.sample())))
        #expect(core.step([reply, reply], now: start).count == 1)
    }

    @Test func aTransactionIsAskedForInTheJournalOfItsID() {
        var core = IngressCore()
        _ = core.step([.opened(journal: 1, journals: 3)], now: start)
        let known = PhoneQuery.status(TransactionStatus.sample(journal: 1).id)
        guard
            case .request(_, _, journal: 1, _, _, _) = core.step([.phoneRequested(id, known, wait: .zero)], now: start)
                .first
        else {
            Issue.record("it was not asked")
            return
        }
        let elsewhere = PhoneQuery.status(TransactionStatus.sample(journal: 7).id)
        #expect(
            problems(core.step([.phoneRequested(.init(number: 2), elsewhere, wait: .zero)], now: start))
                == [Problem(.unknownTransaction)])
    }

    @Test func atTheEndNobodyWaitsAndEverySubmissionLearnsItsID() {
        var (core, _) = asked()
        var outputs = core.step([.draining], now: start + .seconds(1))
        guard case .request(id, attempt: 2, _, .submit, wait: .zero, limit: IngressCore.margin) = outputs.first
        else {
            Issue.record("\(outputs)")
            return
        }
        let status = TransactionStatus.sample()
        outputs = core.step([.ended(id, attempt: 2, .reply(.status(status)))], now: start + .seconds(1))
        #expect(answers(outputs) == [.status(status)])
        outputs = core.step([.phoneRequested(.init(number: 2), question, wait: .seconds(60))], now: start + .seconds(2))
        guard case .request(_, _, _, .submit, wait: .zero, _) = outputs.first else {
            Issue.record("\(outputs)")
            return
        }
    }

    @Test func theFirstAttemptsOwnWordCountsWhileARepeatIsUnderWay() {
        var (core, _) = asked()
        _ = core.step([.draining], now: start)
        let outputs = core.step([.ended(id, attempt: 1, .reply(.refused(Refused(.terminalOffline))))], now: start)
        #expect(problems(outputs) == [Problem(.terminalOffline)])
        #expect(core.step([.ended(id, attempt: 2, .reply(.refused(Refused(.unknownTransaction))))], now: start).isEmpty)
    }

    private func answers(_ outputs: [IngressCore.Output]) -> [PhoneAnswer] {
        outputs.compactMap { if case .answer(_, let answer) = $0 { answer } else { nil } }
    }

    private func problems(_ outputs: [IngressCore.Output]) -> [Problem] {
        answers(outputs).compactMap { if case .problem(let problem) = $0 { problem } else { nil } }
    }
}
