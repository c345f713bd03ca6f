import RelayDomain
import RelayJournal

/// What the journal knows in memory: the part of the log behind the index's mark, and a filter for each run of the
/// index. It says what is surely new.
///
/// Shared by three threads, each of which holds it for the time of a few table accesses: the router asks before each
/// turn (``mayHold(_:_:)``), the journal appends, the indexer takes parts away.
package struct Tail: Sendable {
    private let bounds: IndexBounds
    /// The journal's number, which its transactions' IDs bear.
    private let journal: UInt8
    /// When the newest event was, of commits that have begun too: relay time only grows, so no ID is younger.
    private var newest: Instant
    /// What grows.
    private(set) var filling: TailPart
    /// What the indexer is writing; nil if it is not.
    private(set) var frozen: TailPart?
    package private(set) var mark: Mark
    private var filters: [Run: KeyFilter]
    /// Keys and codes of commits that have begun and are not durable yet.
    private var begun: Set<Fingerprint> = []
    /// What is before it is forgotten.
    private(set) var today: Int64
    /// Segments that take no more batches, and whose WAL is not moved into them yet.
    private(set) var closed: [SegmentFile] = []
    /// Whether one was closed since the last part was taken away.
    private var isSegmentClosed = false
    /// The bytes that were appended to the newest segment since its last checkpoint has ended.
    private(set) var uncheckpointed: UInt64 = 0

    /// - Parameter standing: what the log's end says.
    package init(
        _ mark: Mark, _ filters: [Run: KeyFilter], _ standing: Standing, today: Int64,
        _ bounds: IndexBounds = IndexBounds()
    ) {
        (self.mark, self.filters, self.today, self.bounds) = (mark, filters, today, bounds)
        (journal, newest) = (standing.journal, standing.at?.relay ?? Instant(milliseconds: 0))
        filling = TailPart(after: mark)
    }

    // MARK: - The router asks

    /// Whether the journal may have a transaction; false is certain.
    func mayHold(_ id: TransactionID) -> Bool { id.journal == journal && id.madeAt <= newest }

    /// Whether the journal may have an entry for a key or a code; false is certain.
    func mayHold(_ fingerprint: Fingerprint, _ kind: Run.Kind) -> Bool {
        begun.contains(fingerprint) || known(fingerprint, kind) != nil
            || filters.contains { $0.key.kind == kind && $0.key.day >= today && $0.value.mayContain(fingerprint) }
    }

    /// Whether there is room for new transactions.
    package var hasRoom: Bool { transactions < bounds.most }

    /// Whether so much waits for the indexer that it must not wait for an idle processor.
    package var isUrgent: Bool { transactions >= bounds.urgent }

    /// How many transactions the index lacks, those counted twice that both parts have.
    var transactions: Int { filling.places.count + (frozen?.places.count ?? 0) }

    /// A commit has begun.
    /// - Parameters:
    ///   - fingerprints: of the keys and codes that it makes known.
    ///   - newest: when its last event was.
    package mutating func begin(_ fingerprints: [Fingerprint], at newest: Instant?) {
        begun.formUnion(fingerprints)
        self.newest = max(self.newest, newest ?? self.newest)
    }

    // MARK: - The journal appends and looks up

    /// A batch is durable.
    /// - Returns: whether the indexer has something to do.
    package mutating func append(_ batch: Batch, _ head: LogHead, bytes: Int, today: Int64) -> Bool {
        let before = transactions
        filling.append(batch, head)
        for entry in batch.entries {
            if let opening = entry.opening { begun.remove(opening.key.fingerprint) }
            if let used = entry.used { begun.remove(used.fingerprint) }
        }
        let (isNewDay, wasDue) = (today != self.today, isNewestDue)
        self.today = today
        uncheckpointed += UInt64(bytes)
        return isNewDay || !wasDue && isNewestDue
            || [bounds.part, bounds.urgent].contains { before < $0 && transactions >= $0 }
    }

    /// A segment takes no more batches.
    /// - Parameter next: the next segment's first batch; nil if what was appended goes further.
    package mutating func close(_ segment: SegmentFile, before next: LogHead? = nil) {
        closed.append(segment)
        if let next { filling.append(next) }
        (isSegmentClosed, uncheckpointed) = (true, 0)
    }

    func place(of id: TransactionID) -> Place? { filling.places[id] ?? frozen?.places[id] }

    func known(_ fingerprint: Fingerprint, _ kind: Run.Kind) -> Known? {
        func find(_ part: TailPart) -> Known? {
            let known = kind == .keys ? part.keys[fingerprint] : part.codes[fingerprint]
            return known.flatMap { $0.day >= today ? $0 : nil }
        }
        return find(filling) ?? frozen.flatMap(find)
    }

    /// The index's runs that have to be asked for a fingerprint.
    func runs(that mayHold: Fingerprint, _ kind: Run.Kind) -> [Run] {
        filters.filter { $0.key.kind == kind && $0.key.day >= today && $0.value.mayContain(mayHold) }.map(\.key)
            .sorted { $0.number < $1.number }
    }

    // MARK: - The indexer takes parts away

    /// Everything that is durable becomes the part that the indexer writes next.
    mutating func freeze() {
        precondition(frozen == nil, "one part is written at a time")
        isSegmentClosed = false
        frozen = filling
        filling = TailPart(after: durable)
    }

    /// How far the log is durable.
    var durable: Mark { Mark(head: filling.last, sequence: filling.sequence) }

    /// The index's runs, as far as is known here.
    var indexRuns: Set<Run> { Set(filters.keys) }

    /// The index holds more than was known here. What the tail has of it is written again, and changes nothing.
    mutating func adopt(_ contents: IndexContents) { (mark, filters) = (contents.mark, contents.filters) }

    /// What the index has committed is so from now on.
    mutating func apply(_ changes: [IndexChange]) {
        for change in changes {
            switch change {
            case .reveal(let run, let filter): filters[run] = filter
            case .hide(let run): filters[run] = nil
            case .mark(let mark): (self.mark, frozen) = (mark, nil)
            case .place, .create, .row, .filterPart, .delete, .drop, .seen: break
            }
        }
    }

    // MARK: - The log's WAL is moved into its segments

    var isNewestDue: Bool { uncheckpointed >= bounds.checkpointBytes }
    var isCheckpointDue: Bool { isNewestDue || !closed.isEmpty }

    /// A closed segment has all of its WAL.
    mutating func moved(_ segment: SegmentFile) { closed.removeAll { $0 == segment } }

    /// A checkpoint of the newest segment has ended. What was appended while it ran counts no more: it may have been
    /// moved, and the next one must not come before a commit (``Checkpointer``).
    mutating func checkpointed() { uncheckpointed = 0 }

    // MARK: - What the indexer decides upon

    /// What the indexer's decisions depend on.
    var view: IndexerCore.View {
        IndexerCore.View(
            filling: filling.places.count, frozen: frozen, today: today,
            isSegmentClosed: isSegmentClosed)
    }
}
