import DestinationTesting
import RelayDomain
import Testing

@testable import MyBankExample

/// The example of docs/destinations.md does what the page says. That the page shows this very code, `DocumentTests`
/// checks.
@Suite(.timeLimit(.minutes(1))) struct DestinationsPageTests {
    private func request(cents: Int64 = 1250) throws -> AuthorizationRequest {
        try .sample(
            1, destination: DestinationID("my-bank")!,
            amount: Amount(minorUnits: cents, unit: .currency(CurrencyCode("EUR")!)),
            notAfter: FakeRouter.now + .seconds(60))
    }

    /// Words that are no identifiers ended as `reversed`, a minute later.
    @Test func theExamplesDeclineIsADecline() async throws {
        try await withWorker(MyBank(bank: Bank(limit: 0))) { router, _ in
            await router.authorize(try request())
            let answer = try #require(await router.answers(atLeast: 1).first)
            #expect(
                answer.answer
                    == .declined(StatedReason(.unspecified, text: DisplayText(cleaning: "51: not enough money"))))
            #expect(answer.adapterState == AdapterState(Array("s-1".utf8)))
        }
    }

    @Test func theExampleFindsWhatItBookedAndTakesItBack() async throws {
        let asked = FollowUp.sample(1, destination: DestinationID("my-bank")!)
        try await withWorker(MyBank(bank: Bank(limit: 5_000))) { router, _ in
            await router.order(.inquire(asked))
            #expect(await router.answers(atLeast: 1).last?.word == .inquiry(.notFound))
            await router.authorize(try request())
            #expect(
                await router.answers(atLeast: 2).last?.answer
                    == .approved(Approval(approvalCode: "K1", receiptLines: ["Thank you"])))
            await router.order(.inquire(asked))
            #expect(await router.answers(atLeast: 3).last?.word == .inquiry(.approved(Approval(approvalCode: "K1"))))
            await router.order(.reverse(asked, isRepeat: false))
            #expect(await router.answers(atLeast: 4).last?.word == .reversal(.confirmed))
            await router.order(.inquire(asked))
            #expect(await router.answers(atLeast: 5).last?.word == .inquiry(.reversed))
        }
    }
}
