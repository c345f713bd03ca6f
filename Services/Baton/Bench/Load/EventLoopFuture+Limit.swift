import NIOCore

extension EventLoopFuture where Value == Void {
    /// Waits for the future, but no longer than `limit`, and not past the task's cancellation.
    /// - Throws: `late` after the limit; `CancellationError`; what the future fails with.
    func get(within limit: TimeAmount, else late: BenchError) async throws {
        let promise = eventLoop.makePromise(of: Void.self)
        cascade(to: promise)
        let timer = eventLoop.scheduleTask(in: limit) { promise.fail(late) }
        defer { timer.cancel() }
        try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(CancellationError())
        }
    }
}
