import RelayDomain
import RelayJournal
import SQLiteLog

/// The file of a journal's index. A power failure takes its last transactions, never one in the middle; its disk may be
/// full while the log's is not. What contradicts the order of an index it refuses, and then nothing of it is changed.
package final class SimIndex: IndexStore, IndexSearching {
    private struct State {
        var term: UInt64 = 0
        var mark = Mark()
        var seen: Mark?
        var places: [TransactionID: (batch: UInt64, isOpen: Bool)] = [:]
        var tables: [UInt64: (run: Run, rows: [Fingerprint: UInt64])] = [:]
        var runs: [Run: KeyFilter] = [:]
        var parts: [UInt64: [Int: [UInt8]]] = [:]
    }

    private enum Step {
        case claim(UInt64)
        case apply([IndexChange])
    }

    /// After so many transactions all of them are synchronized.
    private static let unsynchronizedMax = 40
    private var state = State()
    private var synchronized = State()
    private var since: [Step] = []
    /// Whether its disk takes no more.
    package var isFull: Bool

    package init(isFull: Bool = false) { self.isFull = isFull }

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

    /// What it proves against its log.
    func witness() -> IndexWitness {
        IndexWitness(
            mark: state.mark, seen: state.seen,
            named: state.places.values.filter(\.isOpen).map(\.batch).max() ?? 0, term: state.term)
    }

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
        guard state.term <= term else { throw IndexTaken(by: state.term) }
        if state.term < term { try write(.claim(term)) }
    }

    package func apply(_ changes: [IndexChange], as term: UInt64) throws {
        guard term == state.term else { throw IndexTaken(by: state.term) }
        try write(.apply(changes))
    }

    private func write(_ step: Step) throws {
        if isFull { throw JournalError.failed(path: "index", reason: "its disk is full") }
        var next = state
        try Self.carryOut(step, on: &next)
        state = next
        since.append(step)
        if since.count >= Self.unsynchronizedMax { synchronize() }
    }

    private static func carryOut(_ step: Step, on state: inout State) throws {
        switch step {
        case .claim(let term): state.term = term
        case .apply(let changes): for change in changes { try apply(change, to: &state) }
        }
    }

    /// All that was written outlasts a power failure.
    func synchronize() {
        synchronized = state
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
            try demand(state.tables[run.number] != nil, "there is no run \(run.number)")
            if state.tables[run.number]?.rows[fingerprint] == nil {
                state.tables[run.number]?.rows[fingerprint] = batch
            }
        case .filterPart(let run, let part, let bits): state.parts[run.number, default: [:]][part] = bits
        case .reveal(let run, let filter):
            try demand(state.runs.keys.allSatisfy { $0.number != run.number }, "run \(run.number) is true already")
            state.runs[run] = filter
        case .hide(let run): state.runs[run] = nil
        case .delete(let run, let last):
            try demand(state.runs[run] == nil, "a run that is true stays")
            try demand(state.tables[run.number] != nil, "there is no run \(run.number)")
            for row in state.tables[run.number]?.rows.keys.filter({ $0 <= last }) ?? [] {
                state.tables[run.number]?.rows[row] = nil
            }
        case .drop(let run):
            try demand(state.runs[run] == nil, "a run that is true stays")
            (state.tables[run.number], state.parts[run.number]) = (nil, nil)
        case .mark(let mark): state.mark = mark
        case .seen(let mark): state.seen = mark
        }
    }

    // MARK: - What goes wrong

    /// The power fails: the last transactions are lost, or none.
    package func losePower(_ random: inout some RandomNumberGenerator) {
        let kept = since.prefix(Int.random(in: 0...since.count, using: &random))
        state = synchronized
        do {
            for step in kept { try Self.carryOut(step, on: &state) }
        } catch { preconditionFailure("it was carried out before: \(error)") }
        synchronize()
    }

    /// Somebody puts an index in its place that says that it holds another log, as far as this batch.
    package func mistake(for head: LogHead) {
        state.mark = Mark(head: head, sequence: state.mark.sequence)
        synchronize()
    }
}

/// Where a journal's index is: a place that may be empty, on a disk that may be full.
final class SimIndexPlace {
    /// Nil if it is lost.
    private(set) var index: SimIndex?
    /// Whether its disk takes no more.
    var isFull = false {
        didSet { index?.isFull = isFull }
    }

    /// What is made beside the present index.
    func draft() -> SimIndex { SimIndex(isFull: isFull) }

    /// A draft that is whole takes its place.
    func put(_ draft: SimIndex) {
        draft.synchronize()
        index = draft
    }

    func lose() { index = nil }

    /// The index, for a writer that opens it.
    func opened() throws -> SimIndex {
        guard let index else { throw JournalError.failed(path: "index", reason: "there is no such file") }
        return index
    }
}
