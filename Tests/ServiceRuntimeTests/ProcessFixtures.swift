import NIOConcurrencyHelpers
import ServiceLifecycle

@testable import ServiceRuntime

/// What happened, in order.
final class Diary: Sendable {
    private let box = NIOLockedValueBox<[String]>([])
    var entries: [String] { box.withLockedValue { $0 } }
    func write(_ entry: String) { box.withLockedValue { $0.append(entry) } }
}

/// Runs until it is told to stop.
struct Steady: Service {
    let name: String
    let diary: Diary
    var whenRunning: @Sendable () async throws -> Void = {}
    var whenStopped: @Sendable () async throws -> Void = {}

    init(
        _ name: String, _ diary: Diary, whenRunning: @escaping @Sendable () async throws -> Void = {},
        whenStopped: @escaping @Sendable () async throws -> Void = {}
    ) {
        (self.name, self.diary, self.whenRunning, self.whenStopped) = (name, diary, whenRunning, whenStopped)
    }

    func run() async throws {
        try await whenRunning()
        try await gracefulShutdown()
        try await whenStopped()
        diary.write("stopped \(name)")
    }
}

/// Goes on when it is told to stop, and ends only when it is cancelled.
struct Stubborn: Service {
    let whenRunning: @Sendable () -> Void

    func run() async throws {
        whenRunning()
        try await Task.sleep(for: .seconds(600))
    }
}

extension ServiceProcess {
    /// A process `baton-test` with these settings, without logs.
    convenience init(_ environment: [String: String]) throws {
        let settings = Settings(environment.merging(["BATON_LOG_LEVEL": "critical"]) { $1 })
        self.init("baton-test", try RuntimeConfiguration(settings, service: "baton-test"))
    }

    /// Serves until `stop`, which `start` is given, is called.
    func run(_ start: @escaping @Sendable (_ stop: @escaping @Sendable () -> Void) async throws -> [any Service]) async
        -> ProcessEnd
    {
        let (stops, continuation) = AsyncStream.makeStream(of: String.self)
        return await serve(until: stops) { try await start { continuation.yield("test") } }
    }
}

/// A process in a home of its own, on any free port.
func withProcess(
    _ environment: [String: String] = [:], _ body: (ServiceProcess, Home) async throws -> Void
) async throws {
    try await withTemporaryHome { home in
        try await body(try ServiceProcess(environment.merging(["BATON_HOME": home.path]) { $1 }), home)
    }
}
