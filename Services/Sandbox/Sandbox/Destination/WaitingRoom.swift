import NIOCore
import ServiceLifecycle

/// Holds the requests that a fault keeps waiting; their number is bounded.
actor WaitingRoom {
    /// The most requests kept waiting at a time.
    static let seats = 1_024
    /// How long an unanswered request waits before its connection is closed.
    static let silence: TimeAmount = .seconds(120)

    private var taken = 0

    /// Runs a long operation on a seat of its own.
    /// - Throws: ``SandboxError/overloaded`` if none is free; then nothing was run.
    func seat<Value: Sendable>(_ stay: @Sendable () async throws -> Value) async throws -> Value {
        guard taken < Self.seats else { throw SandboxError.overloaded }
        taken += 1
        defer { taken -= 1 }
        return try await stay()
    }

    /// Waits as a fault requires.
    /// - Throws: `CancellationError` if the request is never to be answered, or the process ends; its connection is
    ///   closed then.
    nonisolated func wait(_ delivery: Delivery, on channel: any Channel) async throws {
        switch delivery {
        case .atOnce, .twice: return
        case .after(let delay): try await wait(delay, on: channel)
        case .never:
            let end = channel.eventLoop.scheduleTask(in: Self.silence) { channel.close(promise: nil) }
            defer { end.cancel() }
            try await withGracefulShutdownHandler {
                try await channel.closeFuture.get()
            } onGracefulShutdown: {
                channel.close(promise: nil)
            }
            throw CancellationError()
        }
    }

    private nonisolated func wait(_ delay: Duration, on channel: any Channel) async throws {
        do {
            try await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
        } catch {
            // An early answer would contradict the fault: the connection is closed instead.
            try? await channel.close()
            throw error
        }
    }
}
