import RelayDomain

/// Decides what the indexer does next, one slice at a time: a slice is one short transaction of the index.
///
/// A value: no thread, clock or disk. The order of its changes makes the index right after a crash at any point, also
/// if the disk then holds only what it held some slices before: places, new runs and the parts of filters are written
/// first and count for nothing; one transaction then reveals the runs and moves the mark. Who has seen the mark has
/// their rows and filters; who has not reads the log behind the mark.
struct IndexerCore {
    /// How many rows one slice writes: about a millisecond of the processor's time.
    static let sliceRows = 500
    /// How many runs of a level become one of the next.
    static let mergedRuns = 8
    /// Runs of this level are not merged: they have up to 1.3 million rows.
    static let levelMax = 2

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

    private let partMax: Int
    private let sliceRows: Int
    private var runs: [Run]
    private var dropping: [Run]
    private var nextNumber: UInt64
    private var writing: PartWriter?
    private var merging: RunMerger?

    /// - Parameters:
    ///   - runs: those that are true.
    ///   - strays: tables that a crash left, of runs that are not.
    init(_ runs: [Run], strays: [Run], partMax: Int = Tail.partMax, sliceRows: Int = sliceRows) {
        self.runs = runs
        dropping = strays
        nextNumber = ((runs + strays).map(\.number).max() ?? 0) + 1
        (self.partMax, self.sliceRows) = (partMax, sliceRows)
    }

    /// The next step; nil if there is nothing to do. The caller carries it out whole, or makes a new core of what the
    /// index holds.
    mutating func next(_ view: View, _ index: some IndexReading) throws -> Step? {
        if let frozen = view.frozen { return .apply(write(frozen, today: view.today)) }
        if view.filling >= partMax || view.isSegmentClosed && view.filling > 0 { return .freeze }
        if let run = dropping.popLast() { return .apply([.drop(run)]) }
        if let changes = forget(before: view.today) { return .apply(changes) }
        if let changes = try merge(index) { return .apply(changes) }
        return nil
    }

    /// The next slice of a part of the tail. The last one moves the mark.
    private mutating func write(_ part: TailPart, today: Int64) -> [IndexChange] {
        var writer = writing ?? PartWriter(part, after: today, &nextNumber)
        let changes = writer.next(sliceRows)
        writing = writer.isFinished ? nil : writer
        if writer.isFinished { runs += writer.runs }
        return changes
    }

    /// Runs of days that are over go as a whole.
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
        guard var merger = merging ?? nextMerge() else { return nil }
        let changes = try merger.next(sliceRows, index)
        merging = merger.isFinished ? nil : merger
        if merger.isFinished {
            runs.removeAll(where: merger.sources.contains)
            runs.append(merger.run)
            dropping += merger.sources
        }
        return changes
    }

    private mutating func nextMerge() -> RunMerger? {
        let groups = Dictionary(grouping: runs.filter { $0.level < Self.levelMax }, by: MergeGroup.init)
        let due = groups.filter { $0.value.count >= Self.mergedRuns }.min { $0.key < $1.key }
        guard let due else { return nil }
        defer { nextNumber += 1 }
        return RunMerger(
            Array(due.value.sorted { $0.number < $1.number }.prefix(Self.mergedRuns)), as: nextNumber)
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
