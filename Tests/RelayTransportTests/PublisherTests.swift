import RelayMessages
import RelayTesting
import Testing

@testable import RelayTransport

private actor News {
    nonisolated let reactor = Reactor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    private var publishers: [Publisher<Answer>] = []
    private var subscription: Subscription<Answer>?
    private(set) var heard: [(topic: String, text: String)] = []
    private var waiters = Waiters()
    private(set) var hasLost = false

    func publish(from name: String, _ configuration: BusConfiguration) throws -> BusAddress {
        let publisher = try Publisher<Answer>(name: name, configuration, on: reactor)
        publishers.append(publisher)
        return publisher.address
    }

    func subscribe(_ configuration: BusConfiguration, to topics: [String]) throws {
        let subscription = try Subscription<Answer>(configuration, on: reactor)
        self.subscription = subscription
        subscription.received = { topic, event, _ in
            self.heard.append((topic, event.text))
            self.waiters.check()
        }
        subscription.connection = { event in
            self.hasLost = self.hasLost || event == .disconnected
            self.waiters.check()
        }
        for topic in topics { try subscription.subscribe(to: topic) }
    }

    /// Publishes once from each publisher.
    func publish(_ text: String, topic: String) {
        for publisher in publishers { publisher.publish(Answer(text), topic: topic) }
    }

    func connectionEnds() async {
        if hasLost { return }
        await withCheckedContinuation { waiters.add({ self.hasLost }, $0) }
    }

    /// Publishes `text` again and again, since subscribers miss what comes before they are known.
    func publishUntilHeard(_ text: String, topic: String, by count: Int) async {
        while heard.count(where: { $0.text == text }) < count {
            publish(text, topic: topic)
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct PublisherTests {
    private let bus: TemporaryBus
    init() throws { bus = try TemporaryBus() }

    @Test func aSubscriberHearsItsTopicFromEveryRouterAndNoOther() async throws {
        let news = News()
        let configuration = BusConfiguration([bus.address])
        _ = try await news.publish(from: "one", configuration)
        _ = try await news.publish(from: "two", configuration)
        try await news.subscribe(configuration, to: ["mine"])
        await news.publishUntilHeard("ready", topic: "mine", by: 2)
        await news.publish("secret", topic: "yours")
        await news.publishUntilHeard("done", topic: "mine", by: 2)
        #expect(await news.heard.allSatisfy { $0.topic == "mine" && $0.text != "secret" })
        await news.reactor.stop()
    }

    @Test func aLongTopicEndsItsSubscribersConnectionAndNoOther() async throws {
        let (news, flood) = (News(), News())
        let configuration = BusConfiguration([bus.address])
        _ = try await news.publish(from: "one", configuration)
        try await news.subscribe(configuration, to: ["mine"])
        await news.publishUntilHeard("ready", topic: "mine", by: 1)
        try await flood.subscribe(configuration, to: [String(repeating: "x", count: 600)])
        await flood.connectionEnds()
        await news.publishUntilHeard("still heard", topic: "mine", by: 1)
        await flood.reactor.stop()
        await news.reactor.stop()
    }

    @Test func aTopicLongerThanOursEndsItsSubscribersConnection() async throws {
        let (news, flood) = (News(), News())
        let configuration = BusConfiguration([bus.address])
        _ = try await news.publish(from: "one", configuration)
        try await news.subscribe(configuration, to: ["mine"])
        await news.publishUntilHeard("ready", topic: "mine", by: 1)
        try await flood.subscribe(configuration, to: [String(repeating: "x", count: Listeners.topicBytesMax + 1)])
        await flood.connectionEnds()
        await news.publishUntilHeard("still heard", topic: "mine", by: 1)
        await flood.reactor.stop()
        await news.reactor.stop()
    }

    @Test func whoListensToMostMakesRoom() async throws {
        let (news, flood) = (News(), News())
        var configuration = BusConfiguration([bus.address])
        configuration.limits.subscriptionsInAllMax = 100
        _ = try await news.publish(from: "one", configuration)
        try await news.subscribe(configuration, to: ["mine"])
        await news.publishUntilHeard("ready", topic: "mine", by: 1)
        try await flood.subscribe(configuration, to: (0..<300).map { "topic-\($0)" })
        await flood.connectionEnds()
        #expect(await !news.hasLost, "who listens to little stays")
        await news.publishUntilHeard("still heard", topic: "mine", by: 1)
        await flood.reactor.stop()
        await news.reactor.stop()
    }

    @Test func aTopicIsChargedUntilNobodyListensToIt() {
        var listeners = Listeners()
        func take(_ kind: UInt8, _ topic: String, from connection: Int32) -> Bool {
            let bytes = [kind] + Array(topic.utf8)
            return bytes.withUnsafeBytes { listeners.subscriptionChanged($0, from: connection) }
        }
        #expect(take(1, "a", from: 3) && take(1, "b", from: 3) && take(1, "c", from: 4))
        #expect(listeners.charge(of: 3) == 2 && listeners.charge(of: 4) == 1 && listeners.heaviest == 3)
        // libzmq tells of the last one only that ends its interest, whoever was the first to show it.
        #expect(take(0, "a", from: 4))
        #expect(listeners.charge(of: 3) == 1 && listeners.charge(of: 4) == 1)
        listeners.left(3)
        #expect(listeners.hasSubscriber("b") && listeners.charged == 1, "another may listen to it still")
        #expect(take(0, "b", from: -1) && !listeners.hasSubscriber("b"))
        #expect(listeners.charge(of: 3) == 0 && listeners.heaviest == 4)
    }

    @Test func aSubscriberOfTooMuchIsShownOut() async throws {
        let (news, flood) = (News(), News())
        var configuration = BusConfiguration([bus.address])
        configuration.limits.subscriptionsMax = 1_000
        _ = try await news.publish(from: "one", configuration)
        try await news.subscribe(configuration, to: ["mine"])
        await news.publishUntilHeard("ready", topic: "mine", by: 1)
        try await flood.subscribe(configuration, to: (0...1_000).map { "topic-\($0)" })
        await flood.connectionEnds()
        await news.publishUntilHeard("still heard", topic: "mine", by: 1)
        await flood.reactor.stop()
        await news.reactor.stop()
    }

    @Test func eventsAreFoundThreePortsAboveTheAddressAndKeptFromStrangers() async throws {
        let (own, server) = try (CurveKeyPair.generate(), CurveKeyPair.generate())
        let news = News()
        let free = try BusAddress("tcp://127.0.0.1:0")
        let address = try await news.publish(
            from: "one", BusConfiguration([free], security: .curve(own: server, server: nil)))
        try await news.subscribe(
            BusConfiguration([address], security: .curve(own: own, server: server.publicKey)), to: [""])
        await news.publishUntilHeard("ready", topic: "any", by: 1)
        #expect(await news.heard.allSatisfy { $0.topic == "any" })
        await news.reactor.stop()
    }
}
