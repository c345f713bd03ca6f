import Foundation
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

// For how long a journal remembers keys and codes.
extension LogJournalTests {
    @Test mutating func aCodeIsUsedWithTheOutcomeAndNotBefore() async throws {
        let journal = try #require(try claim())
        let (approved, failed) = (transaction("approved"), transaction("failed"))
        try await journal.commit([opening(approved, sequence: 1), opening(failed, sequence: 2)])
        let questions: [JournalLookup] = [.information(approved.digest), .information(failed.digest)]
        #expect(try await journal.recall(questions).information.isEmpty)
        var expired = failed
        for case .end(let end) in expired.command?.apply(.timePassed, at: now + .seconds(60)) ?? [] {
            _ = expired.passage.apply(.commandEnded(end), at: now)
        }
        expired.version += 1
        let entry = JournalEntry(
            transaction: expired, events: [.init(sequence: 4, at: now, wall: now, kind: .concluded)])
        try await journal.commit([concluded(approved, sequence: 3), entry])
        #expect(expired.outcome == .failed(.noAcknowledgement))
        #expect(try await journal.recall(questions).information == [approved.digest])
        // A contradicting word comes later: the code may have been booked after all.
        expired.reconciliation = [.contradictingAnswer]
        expired.version += 1
        try await journal.commit([
            JournalEntry(transaction: expired, events: [.init(sequence: 5, at: now, wall: now, kind: .marked)])
        ])
        #expect(try await journal.recall(questions).information == [approved.digest, failed.digest])
    }

    @Test mutating func keysAndCodesAreRememberedForADayAndLivingCodesLonger() async throws {
        let journal = try #require(try claim())
        let day = Duration.seconds(86_400)
        let short = transaction("short")
        let long = transaction("long", codeExpiresAt: now + day * 5)
        let questions: [JournalLookup] = [
            .key(short.key), .key(long.key), .information(short.digest), .information(long.digest),
        ]
        try await journal.commit([opening(short, sequence: 1), opening(long, sequence: 2)])
        try await journal.commit([concluded(short, sequence: 3), concluded(long, sequence: 4)])
        try await journal.commit([opening(transaction("soon", at: now + day), sequence: 5)])
        var recall = try await journal.recall(questions)
        #expect(Set(recall.keys.keys) == [short.key, long.key])
        #expect(recall.information == [short.digest, long.digest])
        try await journal.commit([opening(transaction("later", at: now + day * 3), sequence: 6)])
        recall = try await journal.recall(questions)
        #expect(recall.keys.isEmpty)
        #expect(recall.information == [long.digest])
    }

    /// Wherever in a day a transaction comes, its key and its code are known for 24 hours: also what comes at 23:59.
    @Test(arguments: [0, 1, 43_200, 86_340, 86_399, 86_400] as [Int64])
    mutating func aDayIsADayWheneverItBegins(second: Int64) async throws {
        let journal = try #require(try claim())
        var memory = MemoryLog()
        var sequence: UInt64 = 0
        func commit(_ entry: JournalEntry) async throws {
            try await journal.commit([entry])
            memory.commit([entry])
        }
        func remembered(_ transaction: Transaction) async throws -> Bool {
            let questions: [JournalLookup] = [.key(transaction.key), .information(transaction.digest)]
            let recall = try await journal.recall(questions)
            #expect(memory.recall(questions).keys.count == recall.keys.count)
            #expect(memory.recall(questions).information == recall.information)
            #expect(recall.keys.isEmpty == recall.information.isEmpty)
            return !recall.keys.isEmpty
        }
        func pass(_ at: Instant, _ name: String) async throws -> Transaction {
            let transaction = transaction(name, at: at)
            sequence += 1
            try await commit(opening(transaction, sequence: sequence))
            sequence += 1
            try await commit(concluded(transaction, sequence: sequence))
            return transaction
        }
        _ = try await pass(now, "first")
        let start = now + .seconds(second)
        let used = try await pass(start, "used")
        for step in [.seconds(60), .seconds(43_200), .seconds(86_340), .seconds(86_400) - .milliseconds(1)]
            as [Duration]
        {
            _ = try await pass(start + step, "at-\(step.milliseconds)")
            #expect(try await remembered(used), "\(step) later")
        }
        _ = try await pass(start + .seconds(2 * 86_400), "two-days-later")
        #expect(try await !remembered(used), "a table goes as a whole, a day later at most")
    }

    /// Who starts under a wall clock that is years ahead is no witness of time that passed.
    @Test(arguments: [3, 3_650, -3, -3_650] as [Int64])
    mutating func aStepOfTheClockBetweenTwoWritersForgetsNothing(days: Int64) async throws {
        let step = Duration.seconds(days * 86_400)
        let used = transaction("used")
        do {
            let journal = try #require(try claim())
            try await journal.commit([opening(used, sequence: 1)])
            try await journal.commit([concluded(used, sequence: 2)])
        }
        for start in [now + step, now + step + .seconds(60)] {
            let journal = try #require(try claim())
            let sequence = journal.recovered.sequence
            let last = try #require(journal.recovered.lastEventAt)
            let at = last.relayTime(atWall: start)
            #expect(at >= last.relay)
            try await journal.commit([opening(transaction("key-\(sequence)", at: at), sequence: sequence + 1)])
            let recall = try await journal.recall([.key(used.key), .information(used.digest)])
            #expect(recall.keys[used.key]?.transaction.id == used.id)
            #expect(recall.information == [used.digest])
        }
    }

    @Test mutating func aReopenedTransactionIsFoundAgain() async throws {
        var reversed = transaction()
        do {
            let journal = try #require(try claim())
            try await journal.commit([opening(reversed, sequence: 1)])
            reversed.passage = TransactionStateMachine(
                .ended(.reversed), entered: .init(authorizing: now, reversing: now, reopened: now + .seconds(5)))
            reversed.version += 1
            try await journal.commit([
                JournalEntry(
                    transaction: reversed, events: [.init(sequence: 2, at: now, wall: now, kind: .reopened)])
            ])
        }
        do {
            let journal = try #require(try claim())
            #expect(journal.recovered.reopened.map(\.id) == [reversed.id])
            #expect(journal.recovered.reopened.first?.passage == reversed.passage)
            #expect(journal.recovered.unfinished.isEmpty)
            _ = reversed.passage.apply(
                .inquiryAnswered(.reversed, askedAt: now + .seconds(9), visibilityDelay: .zero), at: now + .seconds(9))
            reversed.version += 1
            try await journal.commit([
                JournalEntry(
                    transaction: reversed, events: [.init(sequence: 3, at: now, wall: now, kind: .answered)])
            ])
        }
        #expect(try #require(try claim()).recovered.reopened.isEmpty)
    }
}
