import NIOCore

/// Runs tasks on an event loop, so that waiting for its channels costs them no change of threads.
///
/// ```swift
/// try await withTaskExecutorPreference(EventLoopTaskExecutor(eventLoop)) { try await server.run() }
/// ```
///
/// Child tasks and actors without an executor of their own follow. For work that waits much and computes little: while
/// a task computes, the loop's channels wait.
public final class EventLoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    public init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
