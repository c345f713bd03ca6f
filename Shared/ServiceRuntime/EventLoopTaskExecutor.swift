import NIOCore

/// Runs tasks on an event loop, so that waiting for its channels costs no thread switch.
///
/// ```swift
/// try await withTaskExecutorPreference(EventLoopTaskExecutor(eventLoop)) { try await server.run() }
/// ```
///
/// Child tasks and actors without an executor of their own run there, too. Use it for work that waits much and computes
/// little: while a task computes, the loop's channels wait.
public final class EventLoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    /// Tasks with this executor run on `eventLoop`, between its other work.
    public init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// Runs a job on the event loop. Called by Swift's runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
