import NIOCore
import NIOPosix
import Testing

@testable import Bench

/// Phones against an ingress of a few lines.
@Suite(.timeLimit(.minutes(2))) struct PhoneFleetTests {
    /// Runs `body` with a fleet of connected phones, and ends everything.
    private func withPhones(
        _ count: Int, terminals: Int = 10, _ ingress: TestIngress, codes: CodeSource = .counted(1),
        _ body: (any EventLoop, NIOLoopBound<PhoneFleet>) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        let address = try await ingress.start(on: group)
        let fleet = try await eventLoop.submit {
            NIOLoopBound(PhoneFleet(on: eventLoop, codes: codes), eventLoop: eventLoop)
        }.get()
        let names = RelayUnderTest.terminals(terminals)
        try await eventLoop.flatSubmit {
            fleet.value.connect(count, to: address, terminals: names, application: "bench")
        }.get()
        try await body(eventLoop, fleet)
        try await eventLoop.submit { fleet.value.close() }.get()
        try await ingress.stop()
        try await group.shutdownGracefully()
    }

    private func finish(_ eventLoop: any EventLoop, _ fleet: NIOLoopBound<PhoneFleet>) async throws -> Tally {
        try await eventLoop.flatSubmit { fleet.value.finish() }
            .get(within: .seconds(10), else: .silent(phones: 0))
        return try await eventLoop.submit { fleet.value.tally }.get()
    }

    @Test func eachTerminalBelongsToOnePhoneAndNoKeyOrCodeComesTwice() async throws {
        let ingress = TestIngress { _ in .approved }
        try await withPhones(4, ingress) { eventLoop, fleet in
            try await eventLoop.submit { fleet.value.saturate() }.get()
            try await ingress.requests(200)
            let tally = try await finish(eventLoop, fleet)
            let seen = ingress.seen
            #expect(tally.approved == seen.count)
            #expect(tally.othersCount == 0)
            #expect(Set(seen.map(\.key)).count == seen.count)
            #expect(Set(seen.map(\.code)).count == seen.count)
            let owners = Dictionary(grouping: seen, by: \.terminal).mapValues { Set($0.map(\.connection)) }
            #expect(owners.count == 10)
            #expect(owners.values.allSatisfy { $0.count == 1 })
        }
    }

    @Test func theEndWaitsForTheLastAnswer() async throws {
        let ingress = TestIngress { _ in .nothing }
        try await withPhones(3, ingress) { eventLoop, fleet in
            try await eventLoop.submit { fleet.value.saturate() }.get()
            try await ingress.requests(3)
            await #expect(throws: BenchError.silent(phones: 3)) {
                try await eventLoop.flatSubmit { fleet.value.finish() }
                    .get(within: .milliseconds(20), else: .silent(phones: 3))
            }
            #expect(try await eventLoop.submit { fleet.value.busy }.get() == 3)
            ingress.answerAll()
            #expect(try await finish(eventLoop, fleet).approved == 3)
        }
    }

    @Test func whatIsNoApprovalIsToldAndNotCounted() async throws {
        let ingress = TestIngress { $0 == 2 ? .refused : .approved }
        try await withPhones(1, ingress) { eventLoop, fleet in
            try await eventLoop.submit { fleet.value.saturate() }.get()
            try await ingress.requests(5)
            let tally = try await finish(eventLoop, fleet)
            #expect(tally.othersText == ["1 × 503 overloaded"])
            #expect(tally.approved == ingress.seen.count - 1)
        }
    }

    @Test func aScheduleServesEveryCustomerOnce() async throws {
        let ingress = TestIngress { _ in .approved }
        try await withPhones(2, ingress) { eventLoop, fleet in
            let count = try await eventLoop.submit { fleet.value.follow(rate: 2_000, for: .milliseconds(50)) }.get()
            #expect(count == 100)
            #expect(try await finish(eventLoop, fleet).approved == 100)
            #expect(try await eventLoop.submit { fleet.value.turnWindow().latencies.count }.get() == 100)
        }
    }

    @Test func aConnectionThatBreaksIsAnAnswerThatIsMissing() async throws {
        let ingress = TestIngress { _ in .hangUp }
        try await withPhones(1, ingress) { eventLoop, fleet in
            try await eventLoop.submit { fleet.value.saturate() }.get()
            #expect(try await finish(eventLoop, fleet).othersText == ["1 × a connection lost, an answer with it"])
        }
    }

    @Test func codesThatRunOutEndTheLoadAndAreTold() async throws {
        let ingress = TestIngress { _ in .approved }
        let codes = CodeSource.stock((0..<5).map { "9900000000000000000\($0)" })
        try await withPhones(1, ingress, codes: codes) { eventLoop, fleet in
            try await eventLoop.submit { fleet.value.saturate() }.get()
            let tally = try await finish(eventLoop, fleet)
            #expect(tally.approved <= 5)
            try await eventLoop.submit { fleet.value.saturate() }.get()
            try await ingress.requests(5)
            #expect(try await finish(eventLoop, fleet).approved == 5)
        }
    }
}
