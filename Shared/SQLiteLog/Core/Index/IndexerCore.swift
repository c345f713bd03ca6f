import RelayDomain

/// Decides what the indexer does next, one slice at a time: a slice is one short transaction of the index.
///
/// A value: no thread, clock or disk. The order of its changes makes the index right after a crash at any point, also
/// if the disk then holds only what it held some slices before: places, new runs and the parts of filters are written
/// first and count for nothing; one transaction then reveals the runs and moves the mark. Who has seen the mark has
/// their rows and filters; who has not reads the log behind the mark.
struct IndexerCore {
    /// What it depends on.
    struct View {
        /// Transactions that the growing part of the tail has.
        var filling: Int
        var frozen: TailPart?
        /// Runs of days before this one may go.
        var today: Int64
        /// Whether a segment was closed, which can be archived and pruned once the index contains it.
        var isSegmentClosed: Bool
    }

    enum Step {
        case apply([IndexChange])
        /// The growing part of the tail is to be written.
        case freeze
    }

    private let bounds: IndexBounds
    private var runs: [Run]
    private var dropping: [Run]
    private var nextNumber: UInt64
    private var writing: PartWriter?
    private var merging: RunMerger?

    /// - Parameters:
    ///   - runs: those that are true.
    ///   - strays: tables that a crash left, of runs that are not.
    init(_ runs: [Run], strays: [Run], _ bounds: IndexBounds = IndexBounds()) {
        self.runs = runs
        dropping = strays
        nextNumber = ((runs + strays).map(\.number).max() ?? 0) + 1
        self.bounds = bounds
    }

    /// The next step; nil if there is nothing to do. The caller carries it out whole, or makes a new core of what the
    /// index holds.
    mutating func next(_ view: View, _ index: some IndexReading) throws -> Step? {
        if let frozen = view.frozen { return .apply(write(frozen, today: view.today)) }
        if view.filling >= bounds.part || view.isSegmentClosed { return .freeze }
        if let change = try drop(index) { return .apply([change]) }
        if let changes = forget(before: view.today) { return .apply(changes) }
        if let changes = try merge(index) { return .apply(changes) }
        return nil
    }

    /// The next slice of a part of the tail. The last one moves the mark.
    private mutating func write(_ part: TailPart, today: Int64) -> [IndexChange] {
        var writer = writing.take() ?? PartWriter(part, after: today, &nextNumber)
        let changes = writer.next(bounds.sliceRows)
        writing = writer.isFinished ? nil : writer
        if writer.isFinished { runs += writer.runs }
        return changes
    }

    /// The next piece of a run that counts no more: deleting a large table at once would take too long.
    private mutating func drop(_ index: some IndexReading) throws -> IndexChange? {
        guard let run = dropping.last else { return nil }
        let rows = try index.rows(of: [run], after: nil, most: bounds.sliceRows)
        if let last = rows.last, rows.count == bounds.sliceRows { return .delete(run, through: last.0) }
        dropping.removeLast()
        return .drop(run)
    }

    /// Runs of days that are over are hidden together, and then dropped.
    private mutating func forget(before today: Int64) -> [IndexChange]? {
        let over = runs.filter { $0.day < today }
        guard !over.isEmpty else { return nil }
        if let merging, merging.sources.contains(where: over.contains) {
            dropping.append(merging.run)
            self.merging = nil
        }
        runs.removeAll(where: over.contains)
        dropping += over
        return over.map(IndexChange.hide)
    }

    /// The next slice of a merge, the lowest level first.
    private mutating func merge(_ index: some IndexReading) throws -> [IndexChange]? {
        // Taken out, not copied: its filter may have megabytes.
        guard var merger = merging.take() ?? nextMerge() else { return nil }
        let changes = try merger.next(bounds.sliceRows, index)
        merging = merger.isFinished ? nil : merger
        if merger.isFinished {
            runs.removeAll(where: merger.sources.contains)
            runs.append(merger.run)
            dropping += merger.sources
        }
        return changes
    }

    private mutating func nextMerge() -> RunMerger? {
        let groups = Dictionary(grouping: runs.filter { $0.level < bounds.levelMax }, by: MergeGroup.init)
        let due = groups.filter { $0.value.count >= bounds.mergedRuns }.min { $0.key < $1.key }
        guard let due else { return nil }
        defer { nextNumber += 1 }
        return RunMerger(
            Array(due.value.sorted { $0.number < $1.number }.prefix(bounds.mergedRuns)), as: nextNumber)
    }
}

/// Runs that may become one.
private struct MergeGroup: Hashable, Comparable {
    let level: Int
    let day: Int64
    let kind: Run.Kind

    init(_ run: Run) { (level, day, kind) = (run.level, run.day, run.kind) }

    static func < (left: Self, right: Self) -> Bool {
        (left.level, left.day, left.kind.rawValue) < (right.level, right.day, right.kind.rawValue)
    }
}
