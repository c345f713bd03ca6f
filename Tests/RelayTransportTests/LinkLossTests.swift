import RelayDomain
import RelayMessages
import RelayTesting
import Testing

@testable import RelayTransport

/// Processes that die, hang, come back, or double.
@Suite(.timeLimit(.minutes(1)))
struct LinkLossTests {
    private let bus: TemporaryBus
    private var local: BusConfiguration { BusConfiguration([bus.address]) }
    init() throws { bus = try TemporaryBus() }

    @Test func aRouterThatDiesIsLostAndItsSuccessorFound() async throws {
        let (first, second, client) = (TestRouter(), TestRouter(), TestClient())
        try await first.bind(local, term: 1)
        try await client.start(local)
        await client.wait { $0.welcomes.count == 1 }
        await first.mute()
        async let unanswered = client.request("lost?")
        await first.wait { !$0.questions.isEmpty }
        await first.reactor.stop()  // Sockets close without a goodbye, as when a process is killed.
        #expect(await unanswered == .failure(.linkLost(.disconnected)))
        #expect(await client.send("nobody") == .unreachable)
        try await second.bind(local, term: 2)
        await client.wait { $0.welcomes.count == 2 }
        #expect(await client.terms(of: 0) == 2)
        #expect(await client.request("again") == .reply("again"))
        await client.reactor.stop()
        await second.reactor.stop()
    }

    @Test func aClientThatDiesIsLostAndComesBackAsAnotherPeer() async throws {
        let (router, first, second) = (TestRouter(), TestClient(), TestClient())
        try await router.bind(local)
        try await first.start(local)
        await router.wait { $0.opened.count == 1 }
        let gone = try #require(await router.opened.keys.first)
        await first.reactor.stop()
        // The router hears of it, or notices when it sends.
        await router.wait { !$0.losses.isEmpty }
        #expect(await router.send("too late", to: gone) == .unreachable)
        try await second.start(local)
        await second.wait { !$0.welcomes.isEmpty }
        #expect(await router.opened[gone] == nil)
        #expect(await second.request("me") == .reply("me"))
        await second.reactor.stop()
        await router.reactor.stop()
    }

    @Test func anOrderlyEndIsToldAtOnce() async throws {
        let (router, client) = (TestRouter(), TestClient())
        try await router.bind(local)
        try await client.start(local)
        await client.wait { $0.welcomes.count == 1 }
        await client.close()
        await router.wait { $0.losses == [.goodbye] }
        try await client.start(local)
        await client.wait { $0.welcomes.count == 2 }
        await router.close()
        await client.wait { $0.losses == [.goodbye] }
        await client.reactor.stop()
        await router.reactor.stop()
    }

    @Test func aDismissedPeerGreetsAgain() async throws {
        let (router, client) = (TestRouter(), TestClient())
        try await router.bind(local)
        try await client.start(local)
        await router.wait { $0.opened.count == 1 }
        await router.dismiss(try #require(await router.opened.keys.first))
        await client.wait { $0.losses == [.goodbye] && $0.welcomes.count == 2 }
        #expect(await client.request("back") == .reply("back"))
        await client.reactor.stop()
        await router.reactor.stop()
    }

    @Test func aRouterThatHangsIsLostThoughItsSocketLives() async throws {
        let (router, client) = (TestRouter(), TestClient())
        try await router.bind(local)
        try await client.start(local)
        await client.wait { !$0.welcomes.isEmpty }
        async let hanging: Void = router.hang(for: .milliseconds(4500))
        await client.wait { $0.losses == [.silent] }
        await hanging
        await client.wait { $0.welcomes.count == 2 }
        await client.reactor.stop()
        await router.reactor.stop()
    }

    @Test func aClientThatHangsIsLost() async throws {
        let (router, client) = (TestRouter(), TestClient())
        try await router.bind(local)
        try await client.start(local)
        await router.wait { $0.opened.count == 1 }
        async let hanging: Void = client.hang(for: .milliseconds(4500))
        await router.wait { $0.losses == [.silent] }
        await hanging
        await router.wait { $0.opened.count == 1 }  // Told goodbye, it greets again.
        await client.reactor.stop()
        await router.reactor.stop()
    }

    @Test func beatsKeepAQuietLinkOpen() async throws {
        let (router, client) = (TestRouter(), TestClient())
        try await router.bind(local)
        try await client.start(local)
        await client.wait { !$0.welcomes.isEmpty }
        async let elsewhere: Void = client.hang(for: .milliseconds(1500))
        await elsewhere
        async let there: Void = router.hang(for: .milliseconds(1500))
        await there
        #expect(await client.request("quiet") == .reply("quiet"))
        #expect(await client.losses.isEmpty)
        #expect(await router.losses.isEmpty)
        await client.reactor.stop()
        await router.reactor.stop()
    }

    @Test func theHigherTermHasTheJournal() async throws {
        let (old, new, client) = (TestRouter(), TestRouter(), TestClient())
        try await old.bind(local, name: "old", term: 4)
        try await client.start(local)
        await client.wait { $0.welcomes.count == 1 }
        try await new.bind(local, name: "new", term: 5)
        await client.wait { $0.welcomes.count == 2 && $0.losses == [.superseded] }
        #expect(await client.terms(of: 0) == 5)
        _ = await client.request("to whom")
        #expect(await new.questions.count == 1)
        #expect(await old.questions.isEmpty)
        await client.reactor.stop()
        await old.reactor.stop()
        await new.reactor.stop()
    }

    @Test func theLowerTermIsNeverOpened() async throws {
        let (old, new, client) = (TestRouter(), TestRouter(), TestClient())
        try await new.bind(local, name: "new", term: 5)
        try await client.start(local)
        await client.wait { $0.welcomes.count == 1 }
        try await old.bind(local, name: "old", term: 4)
        await old.wait { !$0.losses.isEmpty }  // It saw a hello; its welcome was refused.
        #expect(await client.welcomes.count == 1)
        #expect(await client.losses.isEmpty)
        await client.reactor.stop()
        await old.reactor.stop()
        await new.reactor.stop()
    }

    /// The newer writer cannot be reached for a moment: what the older one would answer is out of date.
    @Test func theLowerTermIsNotUsedWhenTheHigherOneIsLost() async throws {
        let (old, new, client) = (TestRouter(), TestRouter(), TestClient())
        try await new.bind(local, name: "new", term: 5)
        try await client.start(local)
        await client.wait { $0.welcomes.count == 1 }
        await new.reactor.stop()
        await client.wait { $0.losses.count == 1 }
        try await old.bind(local, name: "old", term: 4)
        await client.wait { $0.outdated.map(\.router) == ["old"] && $0.outdated.map(\.known) == [5] }
        #expect(await client.journals.isEmpty)
        #expect(await client.welcomes.count == 1)
        await client.reactor.stop()
        await old.reactor.stop()
    }

    @Test func eachJournalIsReachedThroughItsOwnRouter() async throws {
        let (zero, one, client) = (TestRouter(), TestRouter(), TestClient())
        try await zero.bind(local, name: "zero", journal: 0)
        try await one.bind(local, name: "one", journal: 1)
        try await client.start(local)
        await client.wait { $0.welcomes.count == 2 }
        #expect(await client.journals == [0, 1])
        _ = await client.request("first", toJournal: 0)
        _ = await client.request("second", toJournal: 1)
        #expect(await zero.questions.map(\.text) == ["first"])
        #expect(await one.questions.map(\.text) == ["second"])
        await zero.reactor.stop()
        await client.wait { $0.journals == [1] }
        #expect(await client.request("second", toJournal: 1) == .reply("second"))
        await client.reactor.stop()
        await one.reactor.stop()
    }
}
