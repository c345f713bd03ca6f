import RelayDomain
import Testing

/// The example of docs/destinations.md does what the page says. That the page shows this very code, `DocumentTests`
/// checks.
@Suite(.timeLimit(.minutes(1))) struct DestinationsPageTests {
    /// Words that are no identifiers ended as `reversed`, a minute later.
    @Test func theExamplesDeclineIsADecline() async throws {
        let debit = BankClient.Debit(result: .refused, session: "s-1", reason: "51: not enough money", sentence: nil)
        try await withWorker(MyBank(bank: BankClient(debit: debit))) { router, _ in
            await router.authorize(
                try .sample(1, destination: DestinationID("my-bank")!, notAfter: FakeRouter.now + .seconds(60)))
            let answer = try #require(await router.answers(atLeast: 1).first)
            #expect(
                answer.answer
                    == .declined(StatedReason(.unspecified, text: DisplayText(cleaning: "51: not enough money"))))
            #expect(answer.adapterState == AdapterState(Array("s-1".utf8)))
        }
    }
}
