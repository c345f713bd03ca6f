import RelayDomain
import RelayTesting
import Testing

@testable import Router

/// Live transactions are changed where they stand, and their places are used again.
struct LiveTransactionsTests {
    private var samples = JournalSamples()
    private var live = LiveTransactions()

    private mutating func add() -> TransactionID {
        let transaction = samples.transaction()
        live[transaction.id] = RouterCore.Live(transaction: transaction, body: samples.body, isAcceptedHere: true)
        return transaction.id
    }

    @Test mutating func theyAreWhatADictionaryWouldHold() {
        var versions: [TransactionID: UInt64] = [:]
        var random = SeededGenerator(seed: 7)
        for _ in 0..<5_000 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1: versions[add()] = 1
            case 2:
                guard let id = versions.keys.min() else { continue }
                live[id] = nil
                versions[id] = nil
            case 3:
                guard let id = versions.keys.max() else { continue }
                live[id]?.transaction.version += 1
                versions[id]! += 1
            default:
                let unknown = samples.transaction().id
                live[unknown]?.transaction.version += 1
                live[unknown] = nil
                #expect(live[unknown] == nil)
            }
            #expect(live.count == versions.count)
        }
        for (id, version) in versions { #expect(live[id]?.transaction.version == version) }
        #expect(Set(live.all.map(\.transaction.id)) == Set(versions.keys) && Set(live.ids) == Set(versions.keys))
    }

    @Test mutating func afterARushTheyBeginAnew() {
        let rush = (0..<2_000).map { _ in add() }
        for id in rush.dropLast() { live[id] = nil }
        #expect(live.count == 1 && live.all.map(\.transaction.id) == [rush[1_999]])
        let next = add()
        #expect(live.count == 2 && live[next]?.transaction.id == next && live[rush[0]] == nil)
        #expect(live[rush[1_999]]?.transaction.id == rush[1_999])
    }
}
