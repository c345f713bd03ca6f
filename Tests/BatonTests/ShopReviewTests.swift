import RelayDomain
import Testing

@testable import Baton

/// What an operator reads before one shop replaces another.
@Suite(.timeLimit(.minutes(2))) struct ShopReviewTests {
    private let bank = DestinationID("bank")!
    private let club = DestinationID("club")!

    private func shop(_ destinations: [(DestinationID, String)]) -> Shop {
        Shop(destinations: destinations.map { .init(id: $0.0, kind: ReasonCode($0.1)!) })
    }

    private func overview(
        _ journal: UInt8 = 0, adapters: [DestinationID] = [], open: [DestinationID: Int] = [:],
        oldest: [OpenTransaction] = []
    ) -> Overview {
        Overview(
            journal: journal, registryVersion: 1,
            adapters: adapters.map { AdapterFacts(name: "a", destination: $0, concurrent: 1, asked: 0) }, open: open,
            oldest: oldest)
    }

    private func transaction(at destination: DestinationID) -> OpenTransaction {
        var random = SystemRandomNumberGenerator()
        let now = Instant(milliseconds: 1_800_000_000_000)
        return OpenTransaction(
            id: TransactionID(journal: 0, now: now, random: &random), terminal: TerminalID("t-1")!,
            application: ApplicationID("app")!, destination: destination, state: .reversing, acceptedOn: now,
            amount: nil, reconciliation: [])
    }

    @Test func whatIsOpenAtADestinationThatGoesIsNamed() {
        let stranded = transaction(at: bank)
        let overviews = RouterConsole.Overviews(
            heard: [
                overview(adapters: [bank, club], open: [bank: 1, club: 5], oldest: [stranded]),
                overview(1, adapters: [club], open: [bank: 2]),
            ])
        let review = ShopReview(from: shop([(bank, "http"), (club, "echo")]), to: shop([(club, "echo")]), overviews)
        #expect(review.leftOpen.count == 1)
        let sentence = review.leftOpen.first ?? ""
        #expect(sentence.hasPrefix("bank is removed, and 3 of its transactions are open: \(stranded.id) (reversing)"))
        #expect(review.unserved.isEmpty)
        let other = ShopReview(from: shop([(bank, "http")]), to: shop([(bank, "echo")]), overviews)
        #expect(other.leftOpen.first?.hasPrefix("bank gets another kind, and 3 of") == true)
        #expect(other.unserved.count == 1, "who serves it now serves another kind")
        let kept = ShopReview(from: shop([(bank, "http")]), to: shop([(bank, "http")]), overviews)
        #expect(kept.leftOpen.isEmpty && kept.difference.isEmpty)
    }

    @Test func aJournalThatNobodyWritesIsNoReasonToBelieveThatNothingIsOpen() {
        let overviews = RouterConsole.Overviews(heard: [overview()], silent: [1])
        let review = ShopReview(from: shop([(bank, "http")]), to: Shop(), overviews)
        #expect(review.leftOpen.map { $0.contains("journal 1") } == [true])
        #expect(ShopReview(from: Shop(), to: shop([(bank, "http")]), overviews).leftOpen.isEmpty)
    }

    @Test func aDestinationWithoutAnAdapterIsTold() {
        let overviews = RouterConsole.Overviews(heard: [overview(adapters: [bank]), overview(1)])
        let review = ShopReview(from: Shop(), to: shop([(bank, "http"), (club, "echo")]), overviews)
        #expect(review.unserved.count == 2, "bank's is not linked to journal 1")
        #expect(review.unserved[0].contains("start your own") && review.unserved[1].contains("`baton up` starts one"))
    }

    @Test func whoAppliesItIsAskedForInBounds() throws {
        _ = try ApplyCommand.parse(["-f", "x", "--name", "Mika"])
        #expect(throws: (any Error).self) { try ApplyCommand.parse(["-f", "x", "--name", "a\nb"]) }
        #expect(throws: (any Error).self) { try ApplyCommand.parse(["-f", "x", "--reason", "\u{1B}[2J"]) }
        #expect((1...64).contains(ShopApplication.loggedIn.count) && ShopApplication.loggedIn.isPlain)
    }
}
