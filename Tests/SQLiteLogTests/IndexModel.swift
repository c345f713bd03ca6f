import RelayDomain
import RelayTesting
import Testing

@testable import SQLiteLog

/// An index on a disk that may lose its last transactions, never one in the middle.
struct ModelIndex: IndexReading {
    struct State {
        var mark = Mark()
        var places: [TransactionID: (batch: UInt64, isOpen: Bool)] = [:]
        var tables: [UInt64: [Fingerprint: UInt64]] = [:]
        var runs: [Run: KeyFilter] = [:]
        var parts: [UInt64: [Int: [UInt8]]] = [:]
    }

    /// How many transactions the disk may lose.
    private static let lostMax = 40
    private(set) var state = State()
    private var former: [State] = []

    func rows(of runs: [Run], after: Fingerprint?, most: Int) -> [(Fingerprint, UInt64)] {
        let rows = runs.flatMap { state.tables[$0.number] ?? [:] }.filter { row in after.map { row.key > $0 } ?? true }
        return Array(rows.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }.prefix(most))
    }

    mutating func apply(_ changes: [IndexChange]) {
        former.append(state)
        if former.count > Self.lostMax { former.removeFirst() }
        for change in changes { apply(change) }
    }

    private mutating func apply(_ change: IndexChange) {
        switch change {
        case .place(let id, let batch, let isOpen): state.places[id] = (batch, isOpen)
        case .create(let run):
            #expect(state.tables[run.number] == nil, "a run's number is given once")
            state.tables[run.number] = [:]
        case .row(let run, let fingerprint, let batch):
            #expect(state.runs[run] == nil, "a run that is true never changes")
            if state.tables[run.number]?[fingerprint] == nil { state.tables[run.number]?[fingerprint] = batch }
        case .filterPart(let run, let part, let bits): state.parts[run.number, default: [:]][part] = bits
        case .reveal(let run, let filter):
            let stored = (state.parts[run.number] ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value)
            #expect(KeyFilter(rows: run.rows, bytes: stored)?.digest == filter.digest, "its filter is stored before")
            state.runs[run] = filter
        case .hide(let run): state.runs[run] = nil
        case .drop(let run):
            #expect(state.runs[run] == nil, "a run that is true stays")
            (state.tables[run.number], state.parts[run.number]) = (nil, nil)
        case .mark(let mark): state.mark = mark
        }
    }

    /// The power failed: the last transactions are lost, or none.
    mutating func crash(_ random: inout SeededGenerator) {
        guard let lost = (former + [state]).randomElement(using: &random) else { return }
        (state, former) = (lost, [])
    }

    /// Somebody deleted it.
    mutating func delete() { self = ModelIndex() }

    /// Tables of runs that are not true.
    var strays: [Run] {
        let known = Set(state.runs.keys.map(\.number))
        return state.tables.keys.filter { !known.contains($0) }
            .map { Run(kind: .keys, day: 0, level: 0, number: $0, rows: 0) }
    }
}
