import RelayDomain

/// Writes a part of the tail into the index, slice by slice: places, then one run for each kind and day, and at last,
/// in one transaction, what makes them true.
struct PartWriter {
    private let mark: Mark
    private let places: [(TransactionID, Place)]
    private let tables: [RunDraft]
    /// How many places and rows were written.
    private var done = 0
    private(set) var isFinished = false

    /// The runs that the last slice reveals.
    var runs: [Run] { tables.map(\.run) }

    /// - Parameters:
    ///   - today: what may be forgotten before it is not written.
    ///   - number: the first run's; grows with each.
    init(_ part: TailPart, after today: Int64, _ number: inout UInt64) {
        mark = Mark(head: part.last, sequence: part.sequence)
        places = part.places.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
        var tables: [RunDraft] = []
        for (kind, known) in [(Run.Kind.keys, part.keys), (.codes, part.codes)] {
            let days = Dictionary(grouping: known.filter { $0.value.day >= today }, by: \.value.day)
            for (day, rows) in days.sorted(by: { $0.key < $1.key }) {
                let run = Run(kind: kind, day: day, level: 0, number: number, rows: rows.count)
                tables.append(RunDraft(run, rows.map { ($0.key, $0.value.batch) }.sorted { $0.0 < $1.0 }))
                number += 1
            }
        }
        self.tables = tables
    }

    mutating func next(_ most: Int) -> [IndexChange] {
        defer { done += most }
        if done < places.count {
            return places[done..<min(done + most, places.count)].map {
                .place($0.0, batch: $0.1.batch, isOpen: $0.1.isOpen)
            }
        }
        var start = (places.count + most - 1) / most * most
        for table in tables {
            let end = start + (table.rows.count + most - 1) / most * most
            if done < end { return table.slice(from: done - start, most) }
            start = end
        }
        isFinished = true
        return tables.map { .reveal($0.run, $0.filter) } + [.mark(mark)]
    }
}

/// A run before it is true.
private struct RunDraft {
    let run: Run
    let rows: [(Fingerprint, UInt64)]
    let filter: KeyFilter

    init(_ run: Run, _ rows: [(Fingerprint, UInt64)]) {
        (self.run, self.rows) = (run, rows)
        var filter = KeyFilter(rows: run.rows)
        for (fingerprint, _) in rows { filter.insert(fingerprint) }
        self.filter = filter
    }

    func slice(from start: Int, _ most: Int) -> [IndexChange] {
        let rows = rows[start..<min(start + most, rows.count)].map { IndexChange.row(run, $0.0, batch: $0.1) }
        guard start == 0 else { return rows }
        return [.create(run)] + rows + filter.changes(of: run)
    }
}

/// Makes one run of several, slice by slice; the last slice puts it in their place.
struct RunMerger {
    let sources: [Run]
    let run: Run
    private var filter: KeyFilter
    private var last: Fingerprint?
    private var isBegun = false
    private var isRead = false
    private(set) var isFinished = false

    /// - Parameter sources: of one kind, day and level.
    init(_ sources: [Run], as number: UInt64) {
        self.sources = sources
        run = Run(
            kind: sources[0].kind, day: sources[0].day, level: sources[0].level + 1, number: number,
            rows: sources.map(\.rows).reduce(0, +))
        filter = KeyFilter(rows: run.rows)
    }

    mutating func next(_ most: Int, _ index: some IndexReading) throws -> [IndexChange] {
        if isRead {
            isFinished = true
            return [.reveal(run, filter)] + sources.map(IndexChange.hide)
        }
        let rows = try index.rows(of: sources, after: last, most: most)
        for (fingerprint, _) in rows { filter.insert(fingerprint) }
        last = rows.last?.0
        isRead = rows.count < most
        let changes = rows.map { IndexChange.row(run, $0.0, batch: $0.1) }
        defer { isBegun = true }
        return (isBegun ? [] : [.create(run)]) + changes + (isRead ? filter.changes(of: run) : [])
    }
}

extension KeyFilter {
    fileprivate func changes(of run: Run) -> [IndexChange] {
        parts.enumerated().map { .filterPart(run, part: $0.offset, $0.element) }
    }
}
