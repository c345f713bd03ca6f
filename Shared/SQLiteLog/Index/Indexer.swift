import Foundation
import RelayJournal
import Synchronization

/// A ``Tail`` that threads share.
final class SharedTail: TailHolding, Sendable {
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
    /// Why the last slice failed; nil if it did not.
    private let trouble = Mutex<String?>(nil)
    private let calls = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the threads.
    /// - Parameter term: of the writer.
    init(_ files: LogFiles, _ tail: SharedTail, term: UInt64) {
        self.tail = tail
        worker = Mutex(IndexerWorker(files, tail, term: term))
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

    /// Why the index does not follow the log; nil if it does.
    var whyBehind: String? { trouble.withLock(\.self) }

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
            if isMine, slice() { continue }
            let call = calls[isPatient ? 0 : 1]
            if isPatient || isMine {
                _ = call.wait(timeout: .now() + Self.pause)
            } else {
                calls[0].signal()  // The other thread's turn.
                call.wait()
            }
        }
    }

    /// Does one step.
    /// - Returns: false if there is nothing to do, or the disk refused; the log goes on without the index.
    private func slice() -> Bool {
        do {
            let isDone = try worker.withLock { try $0.slice() }
            trouble.withLock { $0 = nil }
            return isDone
        } catch {
            trouble.withLock { $0 = "\(error)" }
            return false
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
    private var follower: IndexFollower<IndexFile>
    private var checkpointer: Checkpointer

    init(_ files: LogFiles, _ tail: SharedTail, term: UInt64) {
        (self.files, self.tail, follower) = (files, tail, IndexFollower(as: term))
        checkpointer = Checkpointer(files, tail)
    }

    mutating func close() { follower.close() }

    /// Does one step. The log's WAL is moved whatever becomes of the index.
    /// - Returns: false if there is nothing to do.
    mutating func slice() throws -> Bool {
        let isMoved = checkpointer.move()
        let isDone = try follower.slice(
            tail, opening: { [files] in try IndexFile(files.index, makes: false) },
            isInLog: { [files] in try LogReader(files).hash(of: $0.number) == $0.hash })
        return isDone || isMoved
    }
}
