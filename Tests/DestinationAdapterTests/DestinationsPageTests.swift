import Foundation
import RelayDomain
import Testing

/// docs/destinations.md shows what compiles and does what it says.
@Suite(.timeLimit(.minutes(1))) struct DestinationsPageTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test func theExampleIsTheOneThatIsBuilt() throws {
        let page = try String(contentsOf: Self.root.appending(path: "docs/destinations.md"), encoding: .utf8)
        let file = try String(
            contentsOf: Self.root.appending(path: "Tests/DestinationAdapterTests/MyBank.swift"), encoding: .utf8)
        let start = try #require(file.range(of: "struct MyBank: Destination {"))
        let end = try #require(file.range(of: "\n}\n", range: start.lowerBound..<file.endIndex))
        #expect(page.contains(file[start.lowerBound..<end.upperBound]))
    }

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
