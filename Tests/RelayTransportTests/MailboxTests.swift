import Synchronization
import Testing

@testable import RelayTransport

@Suite(.timeLimit(.minutes(1)))
struct MailboxTests {
    /// Collects scheduled closures until the test runs them: an executor that stands still.
    private final class StandingExecutor: Sendable {
        private let scheduledCount = Atomic<Int>(0)
        private let stream = AsyncStream<@Sendable () -> Void>.makeStream()
        var scheduled: Int { scheduledCount.load(ordering: .relaxed) }
        func execute(_ closure: @escaping @Sendable () -> Void) {
            scheduledCount.wrappingAdd(1, ordering: .relaxed)
            stream.continuation.yield(closure)
        }
        func runNext() async {
            for await closure in stream.stream {
                closure()
                return
            }
        }
    }

    private final class Count: Sendable {
        let value = Atomic<Int>(0)
    }

    @Test func aBatchCrossesInOrderWithOneWakeUp() async {
        let executor = StandingExecutor()
        let mailbox = Mailbox<Int>(capacity: 100) { executor.execute($0) }
        await confirmation { delivered in
            mailbox.open { batch in
                #expect(batch == Array(0..<100))
                delivered()
            }
            for number in 0..<100 { #expect(mailbox.offer(number)) }
            #expect(executor.scheduled == 1)
            await executor.runNext()
        }
    }

    @Test func theSenderIsToldThatTheMailboxIsFull() async {
        let executor = StandingExecutor()
        let mailbox = Mailbox<Int>(capacity: 3) { executor.execute($0) }
        mailbox.open { _ in }
        #expect(mailbox.offer(contentsOf: [1, 2]) == 2)
        #expect(mailbox.offer(contentsOf: [3, 4]) == 1)
        #expect(!mailbox.offer(5))
        await executor.runNext()
        #expect(mailbox.offer(6))
    }

    @Test func whatComesBeforeTheReceiverWaitsForIt() async {
        let executor = StandingExecutor()
        let mailbox = Mailbox<Int>(capacity: 3) { executor.execute($0) }
        #expect(mailbox.offer(1))
        #expect(executor.scheduled == 0)
        await confirmation { delivered in
            mailbox.open { batch in
                #expect(batch == [1])
                delivered()
            }
            await executor.runNext()
        }
    }

    @Test func aClosedMailboxTakesNothingAndGivesBackWhatWaited() async {
        let executor = StandingExecutor()
        let mailbox = Mailbox<Int>(capacity: 3) { executor.execute($0) }
        mailbox.open { _ in Issue.record("delivered after the close") }
        #expect(mailbox.offer(1))
        #expect(mailbox.close() == [1])
        #expect(!mailbox.offer(2))
        await executor.runNext()
    }

    @Test func nothingIsLostOrReorderedBetweenThreads() async {
        let reactor = Reactor()
        let total = 100_000
        let mailbox = Mailbox<Int>(capacity: 512, schedule: reactor.execute)
        let next = Count()
        await withCheckedContinuation { continuation in
            mailbox.open { batch in
                reactor.checkIsolated()
                for number in batch {
                    #expect(number == next.value.load(ordering: .relaxed))
                    next.value.wrappingAdd(1, ordering: .relaxed)
                }
                if next.value.load(ordering: .relaxed) == total { continuation.resume() }
            }
            startThread(named: "sender") {
                var number = 0
                while number < total { if mailbox.offer(number) { number += 1 } }
            }
        }
        await reactor.stop()
    }
}
