import Foundation
import RelayJournal
import Synchronization

/// A ``Tail`` that threads share.
final class SharedTail: Sendable {
    private let tail: Mutex<Tail>

    init(_ tail: sending Tail) { self.tail = Mutex(tail) }

    func with<Result: Sendable>(_ body: (inout Tail) -> Result) -> Result { tail.withLock { body(&$0) } }
}

/// Writes the tail into the index, and the log's WAL into its segments, beside the journal.
///
/// Two threads take turns: one runs only when a processor is idle (nice 19); the other does the same work when so much
/// waits that the relay would have to refuse transactions soon.
final class Indexer: Sendable {
    /// After how long it looks again, whatever it is told; also the pause after an error.
    private static let pause = DispatchTimeInterval.seconds(1)

    private let tail: SharedTail
    private let worker: Mutex<IndexerWorker>
    private let isStopping = Mutex(false)
    private let calls = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the threads.
    init(_ files: LogFiles, _ tail: SharedTail) {
        self.tail = tail
        worker = Mutex(IndexerWorker(files, tail))
        for isPatient in [true, false] {
            let thread = Thread { [self] in
                if isPatient { Self.wantIdleTime() }
                work(isPatient: isPatient)
                ended.signal()
            }
            thread.name = isPatient ? "indexer" : "indexer-urgent"
            thread.start()
        }
    }

    /// There may be something to do.
    func call() { for call in calls { call.signal() } }

    /// Returns when nothing is written any more, and the index is closed.
    func stop() {
        isStopping.withLock { $0 = true }
        call()
        for _ in calls { ended.wait() }
        worker.withLock { $0.close() }
    }

    private func work(isPatient: Bool) {
        while !isStopping.withLock({ $0 }) {
            let isMine = tail.with(\.isUrgent) != isPatient
            if isMine, worker.withLock({ $0.slice() }) { continue }
            let call = calls[isPatient ? 0 : 1]
            if isPatient || isMine {
                _ = call.wait(timeout: .now() + Self.pause)
            } else {
                calls[0].signal()  // The other thread's turn.
                call.wait()
            }
        }
    }

    /// On Linux a priority is a thread's own.
    private static func wantIdleTime() {
        #if os(Linux)
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
        #endif
    }
}

/// What the indexer's threads own in turns.
private struct IndexerWorker {
    private let files: LogFiles
    private let tail: SharedTail
    /// Nil before the first slice, and after an error: what the disk then holds is read again.
    private var index: (file: IndexFile, core: IndexerCore)?
    private var checkpointer: Checkpointer

    init(_ files: LogFiles, _ tail: SharedTail) {
        (self.files, self.tail) = (files, tail)
        checkpointer = Checkpointer(files, tail)
    }

    mutating func close() { index = nil }

    /// Does one step.
    /// - Returns: false if there is nothing to do, or the disk refused; the log goes on without the index.
    mutating func slice() -> Bool {
        let isMoved = checkpointer.move()
        do {
            return try step() || isMoved
        } catch {
            index = nil
            return isMoved
        }
    }

    private mutating func step() throws -> Bool {
        if index == nil {
            let file = try IndexFile(files.index, makes: false)
            // Another index, in the place of one that was deleted, lacks what was written before.
            guard try file.mark().head.number == tail.with(\.mark.head.number) else { return false }
            let runs = try file.runs().map(\.run)
            index = (file, IndexerCore(runs, strays: try file.strays(beside: runs)))
        }
        let view = tail.with(\.view)
        guard let file = index?.file, let step = try index?.core.next(view, file) else { return false }
        switch step {
        case .freeze: tail.with { $0.freeze() }
        case .apply(let changes):
            try file.apply(changes)
            tail.with { $0.apply(changes) }
        }
        return true
    }
}
