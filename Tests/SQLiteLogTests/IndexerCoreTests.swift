import Foundation
import RelayDomain
import RelayTesting
import Simulation
import Testing

@testable import SQLiteLog

/// Whatever the disk loses of the index, at whatever point: what the log holds is found, and what it does not is new.
@Suite(.timeLimit(.minutes(4))) struct IndexerCoreTests {
    /// `BATON_INDEX_WORLDS=500` for the long run.
    private static let worlds =
        ProcessInfo.processInfo.environment["BATON_INDEX_WORLDS"].flatMap { UInt64($0) } ?? 6

    @Test(arguments: 0..<worlds) func everythingIsFoundAfterEveryCrash(seed: UInt64) throws {
        var world = World(seed: seed)
        for _ in 0..<800 { try world.turn() }
        try world.crash()
        try world.checkAll()
        #expect(world.crashes > 5 && world.marks > 5 && world.merges > 0 && world.drops > 0, "rare states are reached")
    }

    /// A log of batches without disk or transactions, the tail, and an index that crashes.
    private struct World {
        struct Truth {
            var batch: UInt64
            var first: UInt64
            var version: UInt64
            var isOpen: Bool
        }

        private static let bounds = {
            var bounds = IndexBounds()
            (bounds.part, bounds.sliceRows) = (6, 4)
            return bounds
        }()
        let seed: UInt64
        var random: SeededGenerator
        var log: [(batch: Batch, head: LogHead)] = []
        var index = SimIndex()
        var tail = Tail(Mark(), [:], Standing(journal: 0, journals: 1), today: 1, bounds)
        var core = IndexerCore([], strays: [], bounds)
        var standing = Standing(journal: 0, journals: 1)
        var places: [TransactionID: Truth] = [:]
        var keys: [Fingerprint: Known] = [:]
        var codes: [Fingerprint: Known] = [:]
        var day: Int64 = 1
        var (crashes, marks, merges, drops) = (0, 0, 0, 0)

        init(seed: UInt64) { (self.seed, random) = (seed, SeededGenerator(seed: seed)) }

        mutating func turn() throws {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<45: commit()
            case 45..<97: for _ in 0..<Int.random(in: 1...12, using: &random) { try step() }
            case 97: try crash()
            case 98: day += Bool.random(using: &random) ? 1 : 0
            default: try checkAll()
            }
        }

        private mutating func mark() -> EntryRecord.Mark {
            EntryRecord.Mark(
                fingerprint: Fingerprint(high: random.next(), low: random.next()),
                day: day + Int64.random(in: 1...2, using: &random))
        }

        private mutating func record(_ id: TransactionID, isNew: Bool, ends: Bool) -> EntryRecord {
            EntryRecord(
                id: id, former: places[id]?.batch ?? 0, first: places[id]?.first ?? 0,
                version: (places[id]?.version ?? 0) + 1, isOpen: !ends,
                hasOutcome: ends, opening: isNew ? (mark(), KeyedDigest([UInt8](repeating: 1, count: 32))!) : nil,
                used: ends ? mark() : nil, events: [], state: [])
        }

        private mutating func commit() {
            var entries: [EntryRecord] = []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let now = Instant(milliseconds: 1_800_000_000_000 + Int64(log.count))
                entries.append(
                    record(TransactionID(journal: 0, now: now, random: &random), isNew: true, ends: false))
            }
            // Some that are open end; some that have ended hear a late word.
            for (id, truth) in places.sorted(by: { $0.key < $1.key })
            where Int.random(in: 0..<(truth.isOpen ? 6 : 400), using: &random) == 0 {
                entries.append(record(id, isNew: false, ends: true))
            }
            let batch = Batch(kind: .entries, standing: standing, entries: entries)
            let head = log.last?.head ?? LogHead()
            let next = head.next(hash: head.hash(next: batch.bytes))
            log.append((batch, next))
            _ = tail.append(batch, next, bytes: 0, today: day)
            for entry in entries {
                places[entry.id] = Truth(
                    batch: next.number, first: places[entry.id]?.first ?? next.number, version: entry.version,
                    isOpen: entry.isOpen)
                if let key = entry.opening?.key { keys[key.fingerprint] = Known(batch: next.number, day: key.day) }
                if let used = entry.used { codes[used.fingerprint] = Known(batch: next.number, day: used.day) }
            }
            if Int.random(in: 0..<50, using: &random) == 0 {
                tail.close(SegmentFile(folder: "", first: next.number))
            }
        }

        mutating func step() throws {
            guard let step = try core.next(tail.view, index) else { return }
            switch step {
            case .freeze: tail.freeze()
            case .apply(let changes):
                try index.apply(changes, as: 0)
                tail.apply(changes)
                for change in changes {
                    switch change {
                    case .mark: marks += 1
                    case .reveal(let run, _) where run.level > 0: merges += 1
                    case .drop: drops += 1
                    case .place, .create, .row, .filterPart, .reveal, .hide, .delete, .seen: break
                    }
                }
            }
        }

        /// The router is killed, perhaps the power fails; the next one reads the mark and the log behind it.
        mutating func crash() throws {
            crashes += 1
            index.losePower(&random)
            if Int.random(in: 0..<10, using: &random) == 0 { index = SimIndex() }
            let (mark, open) = (try index.mark(), try index.open())
            #expect(mark.head.number == 0 || log[Int(mark.head.number) - 1].head.hash == mark.head.hash)
            tail = Tail(mark, try index.contents().filters, standing, today: day, Self.bounds)
            let runs = try index.trueRuns()
            core = IndexerCore(runs, strays: try index.strays(beside: runs), Self.bounds)
            var found = Dictionary(uniqueKeysWithValues: open.map { ($0.0, true) })
            for (batch, head) in log.dropFirst(Int(mark.head.number)) {
                _ = tail.append(batch, head, bytes: 0, today: day)
                for entry in batch.entries { found[entry.id] = entry.isOpen }
            }
            let truth = Set(places.filter(\.value.isOpen).keys)
            #expect(Set(found.filter(\.value).keys) == truth, "seed \(seed): what is open is taken over")
        }

        func checkAll() throws {
            for (id, truth) in places {
                let batch = try tail.place(of: id)?.batch ?? index.batch(of: id)
                if batch != truth.batch {
                    Issue.record("seed \(seed): \(id) is at \(truth.batch), found \(batch ?? 0)")
                }
            }
            for (kind, known) in [(Run.Kind.keys, keys), (.codes, codes)] {
                for (fingerprint, truth) in known where truth.day >= tail.today {
                    if !tail.mayHold(fingerprint, kind) { Issue.record("seed \(seed): it was said to be new") }
                    if try batch(of: fingerprint, kind) != truth.batch {
                        Issue.record("seed \(seed): it was forgotten")
                    }
                }
                for (fingerprint, truth) in known where truth.day < tail.today {
                    if try batch(of: fingerprint, kind) != nil { Issue.record("seed \(seed): it was not forgotten") }
                }
            }
            var random = random
            let strangers = (0..<50).filter { _ in
                tail.mayHold(Fingerprint(high: random.next(), low: random.next()), .keys)
            }
            #expect(strangers.count < 25, "most of what is new is known to be")
        }

        private func batch(of fingerprint: Fingerprint, _ kind: Run.Kind) throws -> UInt64? {
            if let known = tail.known(fingerprint, kind) { return known.batch }
            let runs = tail.runs(that: fingerprint, kind)
            for run in runs {
                if let batch = try index.batch(of: fingerprint, in: run) { return batch }
            }
            return nil
        }
    }
}
