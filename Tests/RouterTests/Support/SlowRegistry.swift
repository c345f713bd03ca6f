import Dispatch
import RelayDomain
import RelayJournal
import RelayTesting
import Synchronization

/// Journals in memory beside a registry whose next write waits for the test.
final class SlowRegistryEngine: JournalEngine {
    let memory = MemoryEngine()
    private let store = SlowRegistry()

    var name: String { memory.name }
    func claim(journals: Int) throws -> MemoryJournal? { try memory.claim(journals: journals) }
    func registry() throws -> SlowRegistry { store }
    func journals() throws -> [UInt8] { try memory.journals() }

    func audit(
        _ journal: UInt8, holding noted: JournalHead?, _ progress: (UInt64, UInt64) throws -> Void
    ) throws -> AuditReport { try memory.audit(journal, holding: noted, progress) }

    func backup(
        to file: String, now: Instant, _ progress: (String, UInt64, UInt64) throws -> Void
    ) throws -> BackupSummary { try memory.backup(to: file, now: now, progress) }

    var lastBackupAt: Instant? { nil }

    /// From now on a write waits for ``goOn()``.
    func hang() { store.hangs.withLock { $0 = true } }

    /// Whether a write waits.
    var isWriting: Bool { store.isWriting.withLock { $0 } }

    func goOn() { store.release.signal() }
}

/// On a thread of its own, as a registry on a disk is.
actor SlowRegistry: RegistryStore {
    private nonisolated let thread = Thread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    fileprivate nonisolated let hangs = Mutex(false)
    fileprivate nonisolated let isWriting = Mutex(false)
    fileprivate nonisolated let release = DispatchSemaphore(value: 0)
    private var registry: Registry?

    func load(unless known: UInt64) throws -> Registry? { registry.flatMap { $0.version > known ? $0 : nil } }

    func write(_ registry: Registry, by change: ShopChange) throws {
        if hangs.withLock({ $0 }) {
            isWriting.withLock { $0 = true }
            release.wait()
        }
        self.registry = registry
    }

    func history() throws -> [ShopVersion] { [] }
    func shop(ofVersion version: UInt64) throws -> Shop? { nil }

    private final class Thread: SerialExecutor {
        private let queue = DispatchQueue(label: "slow-registry")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
        }
    }
}
