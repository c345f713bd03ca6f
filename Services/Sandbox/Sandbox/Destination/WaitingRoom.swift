import NIOCore
import ServiceLifecycle

/// Where requests stay that a fault keeps waiting; it has a bounded number of seats.
actor WaitingRoom {
    /// The most requests kept waiting at a time.
    static let seats = 1_024
    /// How long a request stays that is never answered; then its connection is closed.
    static let silence: TimeAmount = .seconds(120)

    private var taken = 0

    /// Runs what may take long on a seat of its own.
    /// - Throws: ``SandboxError/overloaded`` if none is free; then nothing was run.
    func seat<Value: Sendable>(_ stay: @Sendable () async throws -> Value) async throws -> Value {
        guard taken < Self.seats else { throw SandboxError.overloaded }
        taken += 1
        defer { taken -= 1 }
        return try await stay()
    }

    /// Waits as a fault orders.
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
            // An answer in haste would say something else than the fault: the line goes dead instead.
            try? await channel.close()
            throw error
        }
    }
}
