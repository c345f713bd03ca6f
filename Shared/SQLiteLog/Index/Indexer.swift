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
    fileprivate static let pause = Duration.seconds(1)

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
        worker.withLock { $0.end() }
    }

    private func work(isPatient: Bool) {
        while !isStopping.withLock({ $0 }) {
            let isMine = tail.with(\.isUrgent) != isPatient
            if isMine, slice() { continue }
            let call = calls[isPatient ? 0 : 1]
            if isPatient || isMine {
                _ = call.wait(timeout: .now() + .seconds(Int(Self.pause.components.seconds)))
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
    /// When the index is told again how far the log is durable, whatever else there is to do.
    private var witnessDue = ContinuousClock.now

    init(_ files: LogFiles, _ tail: SharedTail, term: UInt64) {
        (self.files, self.tail) = (files, tail)
        follower = IndexFollower(
            as: term, opening: { try IndexFile(files.index, makes: false) },
            isInLog: { try LogReader(files).hash(of: $0.number) == $0.hash })
        checkpointer = Checkpointer(files, tail)
    }

    /// Nothing is appended any more.
    mutating func end() {
        // Should its disk refuse, the index proves less. The log has all of it.
        try? follower.witness(tail)
        follower.close()
    }

    /// Does one step. The log's WAL is moved whatever becomes of the index.
    /// - Returns: false if there is nothing to do.
    mutating func slice() throws -> Bool {
        let isMoved = checkpointer.move()
        let isDone = try follower.slice(tail)
        if !isDone || witnessDue <= .now {
            try follower.witness(tail)
            witnessDue = .now + Indexer.pause
        }
        return isDone || isMoved
    }
}
