import RelayDomain
import RelayJournal
import SQLiteLog

/// The file of a journal's index. A power failure takes its last transactions, never one in the middle; its disk may be
/// full while the log's is not.
package final class SimIndex: IndexStore, IndexSearching {
    private struct State {
        var term: UInt64 = 0
        var mark = Mark()
        var places: [TransactionID: (batch: UInt64, isOpen: Bool)] = [:]
        var tables: [UInt64: (run: Run, rows: [Fingerprint: UInt64])] = [:]
        var runs: [Run: KeyFilter] = [:]
        var parts: [UInt64: [Int: [UInt8]]] = [:]
    }

    /// After so many transactions all of them are synchronized.
    private static let unsynchronizedMax = 40
    private var state = State()
    private var synchronized = State()
    private var since: [[IndexChange]] = []
    /// Whether its disk takes no more.
    package var isFull = false

    package init() {}

    // MARK: - What it holds

    package func contents() throws -> IndexContents {
        for (run, filter) in state.runs {
            let bytes = (state.parts[run.number] ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value)
            guard KeyFilter(rows: run.rows, bytes: bytes) == filter else {
                throw damaged("the filter of run \(run.number) is not the one that was written")
            }
        }
        return IndexContents(mark: state.mark, filters: state.runs)
    }

    package func mark() throws -> Mark { state.mark }

    package func trueRuns() throws -> [Run] { state.runs.keys.sorted { $0.number < $1.number } }

    package func strays(beside runs: [Run]) throws -> [Run] {
        let known = Set(runs.map(\.number))
        guard known.allSatisfy({ state.tables[$0] != nil }) else { throw damaged("a table is missing") }
        return state.tables.values.map(\.run).filter { !known.contains($0.number) }.sorted { $0.number < $1.number }
    }

    package func open() throws -> [(TransactionID, UInt64)] {
        state.places.filter(\.value.isOpen).map { ($0.key, $0.value.batch) }.sorted { $0.0 < $1.0 }
    }

    package func rows(of runs: [Run], after: Fingerprint?, most: Int) -> [(Fingerprint, UInt64)] {
        let rows = runs.flatMap { state.tables[$0.number]?.rows ?? [:] }.filter { row in
            after.map { row.key > $0 } ?? true
        }
        return Array(rows.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }.prefix(most))
    }

    package func batch(of id: TransactionID) throws -> UInt64? { state.places[id]?.batch }

    package func batch(of fingerprint: Fingerprint, in run: Run) throws -> UInt64? {
        guard let table = state.tables[run.number] else { throw damaged("there is no run \(run.number)") }
        return table.rows[fingerprint]
    }

    private func damaged(_ what: String) -> JournalError { .damaged(path: "index", what: what) }

    // MARK: - What is written

    package func claim(as term: UInt64) throws {
        if isFull { throw JournalError.failed(path: "index", reason: "its disk is full") }
        state.term = term
    }

    package func apply(_ changes: [IndexChange], as term: UInt64) throws {
        if isFull { throw JournalError.failed(path: "index", reason: "its disk is full") }
        guard term == state.term else { throw IndexTaken(by: state.term) }
        for change in changes { try Self.apply(change, to: &state) }
        since.append(changes)
        if since.count >= Self.unsynchronizedMax { synchronize() }
    }

    private func synchronize() {
        for changes in since { for change in changes { try? Self.apply(change, to: &synchronized) } }
        synchronized.term = state.term
        since = []
    }

    private static func apply(_ change: IndexChange, to state: inout State) throws {
        func demand(_ isTrue: Bool, _ what: String) throws {
            if !isTrue { throw JournalError.damaged(path: "index", what: what) }
        }
        switch change {
        case .place(let id, let batch, let isOpen): state.places[id] = (batch, isOpen)
        case .create(let run):
            try demand(state.tables[run.number] == nil, "run \(run.number) is there already")
            state.tables[run.number] = (run, [:])
        case .row(let run, let fingerprint, let batch):
            try demand(state.runs[run] == nil, "a run that is true never changes")
            if state.tables[run.number]?.rows[fingerprint] == nil {
                state.tables[run.number]?.rows[fingerprint] = batch
            }
        case .filterPart(let run, let part, let bits): state.parts[run.number, default: [:]][part] = bits
        case .reveal(let run, let filter): state.runs[run] = filter
        case .hide(let run): state.runs[run] = nil
        case .delete(let run, let last):
            try demand(state.runs[run] == nil, "a run that is true stays")
            for row in state.tables[run.number]?.rows.keys.filter({ $0 <= last }) ?? [] {
                state.tables[run.number]?.rows[row] = nil
            }
        case .drop(let run):
            try demand(state.runs[run] == nil, "a run that is true stays")
            (state.tables[run.number], state.parts[run.number]) = (nil, nil)
        case .mark(let mark): state.mark = mark
        }
    }

    // MARK: - What goes wrong

    /// The power fails: the last transactions are lost, or none.
    package func losePower(_ random: inout some RandomNumberGenerator) {
        since.removeSubrange(Int.random(in: 0...since.count, using: &random)...)
        synchronize()
        state = synchronized
    }

    /// Somebody puts an index in its place that says that it holds another log, as far as this batch.
    package func mistake(for head: LogHead) {
        state.mark = Mark(head: head, sequence: state.mark.sequence)
        since = []
        synchronized = state
    }
}
