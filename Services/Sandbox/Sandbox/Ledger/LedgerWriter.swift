import Logging
import RelayDomain
import ServiceLifecycle

/// Carries out waiting requests together: one durable commit for all that came during the last one.
actor LedgerWriter: Service {
    /// The most requests that may wait; one more is refused.
    static let waitingMax = 4_096
    /// The most requests in one commit.
    static let batchMax = 512

    private let store: LedgerStore
    private let logger: Logger
    private let now: @Sendable () -> Instant
    private var waiting: [(request: LedgerRequest, caller: CheckedContinuation<LedgerAnswer, any Error>)] = []
    private var isClosed = false
    private let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    init(_ store: LedgerStore, logger: Logger, now: @escaping @Sendable () -> Instant) {
        self.store = store
        self.logger = logger
        self.now = now
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Answers once the request is carried out and durable.
    /// - Throws: ``SandboxError/overloaded``: nothing was done; ``SandboxError/ledgerFailed``: it may have been.
    func carryOut(_ request: LedgerRequest) async throws -> LedgerAnswer {
        guard !isClosed, waiting.count < Self.waitingMax else { throw SandboxError.overloaded }
        return try await withCheckedThrowingContinuation { caller in
            waiting.append((request, caller))
            arrival.yield()
        }
    }

    /// Commits until told to stop, and then the waiting requests. A failed commit ends the process, because its result
    /// is not known.
    func run() async throws {
        for await _ in arrivals.cancelOnGracefulShutdown() { try await commitWhatWaits() }
        isClosed = true
        try await commitWhatWaits()
    }

    private func commitWhatWaits() async throws {
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(Self.batchMax))
            waiting.removeFirst(batch.count)
            do {
                let answers = try await store.carryOut(batch.map(\.request), now: now())
                for (one, answer) in zip(batch, answers) { one.caller.resume(returning: answer) }
            } catch {
                isClosed = true
                if !(error is CancellationError) {
                    logger.critical(
                        "a commit failed: check the disk, then start again", metadata: ["reason": "\(error)"])
                }
                for one in batch + waiting { one.caller.resume(throwing: SandboxError.ledgerFailed) }
                waiting = []
                throw error
            }
        }
    }
}
