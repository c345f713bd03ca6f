import RelayDomain
import RelayJournal
import Synchronization

/// Journals and a registry in memory, for routers without a disk: it keeps the promises of an engine, except that
/// nothing remains when the process ends.
public final class MemoryEngine: JournalEngine {
    private struct State {
        var logs: [UInt8: MemoryLog] = [:]
        var terms: [UInt8: UInt64] = [:]
        /// The terms with a living writer.
        var writers: [UInt8: UInt64] = [:]
        var journals: Int?
        /// What is not told yet, commits' ends and answers; nil while all is told at once.
        var hanging: [@Sendable () -> Void]?
        var hasRoom = true
        var failsCommits = false
        var hasFailed = false
    }

    private let state = Mutex(State())
    private let store = MemoryRegistry()

    /// An engine without journals.
    public init() {}

    public var name: String { "memory" }

    /// Whether its journals have room for new transactions, as their writers are told.
    public var hasRoom: Bool {
        get { state.withLock(\.hasRoom) }
        set { state.withLock { $0.hasRoom = newValue } }
    }

    public func claim(journals: Int) throws -> MemoryJournal? {
        let claimed: (UInt8, UInt64, Recovered)? = try state.withLock { state in
            let made = state.journals ?? journals
            guard made == journals else {
                throw JournalError.otherNumber(path: "memory", found: made, wanted: journals)
            }
            state.journals = journals
            guard let number = (0..<UInt8(journals)).first(where: { state.writers[$0] == nil }) else { return nil }
            let term = state.terms[number, default: 0] + 1
            state.terms[number] = term
            state.writers[number] = term
            var log = state.logs[number] ?? MemoryLog()
            let recovered = log.recover(journal: number, journals: journals, term: term)
            state.logs[number] = log
            return (number, term, recovered)
        }
        return claimed.map { MemoryJournal(of: self, $0.0, term: $0.1, $0.2) }
    }

    public func registry() throws -> MemoryRegistry { store }

    public func journals() throws -> [UInt8] { state.withLock { $0.logs.keys.sorted() } }

    /// No other process writes this memory, so the only possible fault is a head that it never had.
    public func audit(
        _ journal: UInt8, holding noted: JournalHead?, _ progress: (UInt64, UInt64) throws -> Void
    ) throws -> AuditReport {
        let log = state.withLock { $0.logs[journal] }
        guard let log else { throw JournalError.failed(path: "memory", reason: "there is no journal \(journal)") }
        let sequence = log.events.last?.1.sequence ?? 0
        try progress(sequence, sequence)
        let head = JournalHead(batch: sequence, hash: Array(repeating: 0, count: JournalHead.hashBytes))
        var report = AuditReport(
            events: UInt64(log.events.count), transactions: UInt64(log.transactions.count), head: head)
        if let noted, noted.batch > sequence {
            report.fault = JournalFault(.tailMissing(last: sequence), at: noted.batch)
        } else if let noted, noted.hash != head.hash {
            report.fault = JournalFault(.changed, at: noted.batch)
        }
        return report
    }

    /// - Throws: always: memory has no backup.
    public func backup(
        to file: String, now: Instant, _ progress: (String, UInt64, UInt64) throws -> Void
    ) throws -> BackupSummary {
        throw JournalError.failed(path: file, reason: "a journal in memory has no backup")
    }

    public var lastBackupAt: Instant? { nil }

    /// The present writer counts as dead, as if its lock file had been removed: the next claim finds the journal free.
    public func breakLock(of journal: UInt8) { state.withLock { $0.writers[journal] = nil } }

    /// From now on each commit fails, and is not kept.
    public func failCommits() { state.withLock { $0.failsCommits = true } }

    /// Whether a commit has failed so.
    public var hasFailed: Bool { state.withLock(\.hasFailed) }

    /// From now on no commit ends and no lookup is answered, as on a disk that hangs.
    public func hang() { state.withLock { $0.hanging = $0.hanging ?? [] } }

    /// Whether nothing is told, nor known for certain.
    fileprivate var hangs: Bool { state.withLock { $0.hanging != nil } }

    /// Whether a commit waits for ``goOn()``.
    public var isWaitedFor: Bool { state.withLock { $0.hanging?.isEmpty == false } }

    /// Ends what hangs; from now on commits end at once.
    public func goOn() {
        // What begins meanwhile is told behind what hangs.
        while let hanging = takeHanging() {
            for tell in hanging { tell() }
        }
    }

    /// - Returns: nil if nothing hangs; from then on nothing does.
    private func takeHanging() -> [@Sendable () -> Void]? {
        state.withLock { state in
            let hanging = state.hanging ?? []
            state.hanging = hanging.isEmpty ? nil : []
            return hanging.isEmpty ? nil : hanging
        }
    }

    fileprivate func tell(_ body: @escaping @Sendable () -> Void) {
        let hangs = state.withLock { state in
            state.hanging?.append(body)
            return state.hanging != nil
        }
        if !hangs { body() }
    }

    fileprivate func release(_ journal: UInt8, term: UInt64) {
        state.withLock { if $0.writers[journal] == term { $0.writers[journal] = nil } }
    }

    fileprivate func recall(_ journal: UInt8, _ lookups: [JournalLookup]) -> Recall {
        state.withLock { $0.logs[journal, default: MemoryLog()].recall(lookups) }
    }

    fileprivate func commit(_ journal: UInt8, term: UInt64, _ entries: [JournalEntry]) -> Result<Void, any Error> {
        state.withLock { state in
            if let error = Self.lost(journal, term, state) { return .failure(error) }
            if state.failsCommits {
                state.hasFailed = true
                return .failure(JournalError.failed(path: "memory", reason: "the test says so"))
            }
            state.logs[journal, default: MemoryLog()].commit(entries)
            return .success(())
        }
    }

    fileprivate func checkClaim(_ journal: UInt8, term: UInt64) throws {
        if let error = state.withLock({ Self.lost(journal, term, $0) }) { throw error }
    }

    private static func lost(_ journal: UInt8, _ term: UInt64, _ state: State) -> JournalError? {
        let found = state.terms[journal, default: 0]
        return found == term ? nil : .claimLost(path: "memory", term: term, found: found)
    }
}

/// One journal of a ``MemoryEngine``, whose claim ends with it.
public actor MemoryJournal: Journal {
    public nonisolated let recovered: Recovered
    private nonisolated let engine: MemoryEngine
    private nonisolated let number: UInt8
    private nonisolated let term: UInt64

    fileprivate init(of engine: MemoryEngine, _ number: UInt8, term: UInt64, _ recovered: Recovered) {
        (self.engine, self.number, self.term, self.recovered) = (engine, number, term, recovered)
    }

    deinit { engine.release(number, term: term) }

    public nonisolated func recall(
        _ lookups: [JournalLookup], _ answer: @escaping @Sendable (Result<Recall, any Error>) -> Void
    ) {
        let recall = engine.recall(number, lookups)
        engine.tell { answer(.success(recall)) }
    }

    public nonisolated func mayKnow(_ lookup: JournalLookup) -> Bool {
        let recall = engine.recall(number, [lookup])
        return engine.hangs || !recall.keys.isEmpty || !recall.information.isEmpty || !recall.transactions.isEmpty
    }

    public nonisolated var hasRoom: Bool { engine.hasRoom }

    public nonisolated func begin(_ entries: [JournalEntry], _ end: @escaping CommitEnd) {
        let result = engine.commit(number, term: term, entries)
        engine.tell { end(result) }
    }

    public func checkClaim() throws { try engine.checkClaim(number, term: term) }

    public func footprint() -> JournalFootprint { JournalFootprint(bytes: [:], unindexedEvents: 0) }
}

/// The registry of a ``MemoryEngine``.
public actor MemoryRegistry: RegistryStore {
    private var versions: [(registry: Registry, told: ShopVersion)] = []

    public func load(unless known: UInt64) throws -> Registry? {
        versions.last.flatMap { $0.registry.version > known ? $0.registry : nil }
    }

    public func write(_ registry: Registry, by change: ShopChange) throws {
        let told = ShopVersion(
            version: registry.version, at: Instant(milliseconds: 0), name: change.name, note: change.note)
        versions.append((registry, told))
    }

    public func history() throws -> [ShopVersion] { versions.reversed().prefix(ShopVersion.toldMax).map(\.told) }

    public func shop(ofVersion version: UInt64) throws -> Shop? {
        versions.first { $0.registry.version == version }?.registry.shop
    }
}
