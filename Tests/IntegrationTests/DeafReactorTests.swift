import Foundation
import Testing

/// One thread of a living process sleeps, and the others go on: what the process's watchdog makes of its reactor.
///
/// `strace` holds that thread each time it is about to wait for its sockets. It may not do so without CAP_SYS_PTRACE,
/// for the relay's processes keep their memory to themselves.
@Suite(
    .timeLimit(.minutes(4)), .serialized,
    .enabled(if: Strace.isPermitted, "tracing other processes is not permitted here"))
struct DeafReactorTests {
    /// A writer and its standby, of which the writer's reactor sleeps for so long each time.
    private struct Sleepy {
        let relay: TestRelay
        private let strace: Spawned
        private let trace: String

        init(seconds: Double) async throws {
            relay = try TestRelay()
            try await relay.start("baton-router", as: "router-0")
            try await relay.start("baton-router", as: "router-1", waits: false)
            let relay = relay
            try await eventually("the standby's loops run") {
                try relay.log(of: "router-1").contains(#""message":"starting""#)
            }
            let worker = try #require(relay.worker(of: "router-0"))
            let thread = try #require(try Self.thread("router", of: worker))
            trace = relay.home.path + "/strace.log"
            let delay = "inject=?poll,?ppoll:delay_enter=\(Int(seconds * 1_000_000))"
            strace = try Spawned(
                "/usr/bin/strace", ["-p", thread, "-o", trace, "-e", "trace=?poll,?ppoll", "-e", delay],
                ["PATH": "/usr/bin:/bin"], log: relay.home.path + "/strace.said")
        }

        /// How often the reactor has slept.
        var sleeps: Int {
            let text = (try? String(contentsOfFile: trace, encoding: .utf8)) ?? ""
            return text.components(separatedBy: "(DELAYED)").count - 1
        }

        /// The thread goes on, or dies with its process: while it is held it does not even that.
        func wake() async throws {
            strace.signal(SIGKILL)
            _ = try await strace.end()
        }

        private static func thread(_ name: String, of process: pid_t) throws -> String? {
            let tasks = "/proc/\(process)/task"
            return try FileManager.default.contentsOfDirectory(atPath: tasks).first { task in
                (try? String(contentsOfFile: "\(tasks)/\(task)/comm", encoding: .utf8)) == "\(name)\n"
            }
        }
    }

    @Test func aWriterWhoseReactorIsDeafIsKilledAndItsStandbyWrites() async throws {
        let sleepy = try await Sleepy(seconds: 60)
        try await eventually("its watchdog kills it") {
            try sleepy.relay.log(of: "router-0").contains("baton-router: kills its worker: loop 'router'")
        }
        try await sleepy.wake()
        #expect(try await sleepy.relay.end(of: "router-0") == 128 + SIGKILL)
        _ = try await sleepy.relay.announcement(of: "router-1")
    }

    /// It comes round every three seconds only, for longer than a deaf one may live.
    @Test func aWriterWhoseReactorIsSlowStays() async throws {
        let sleepy = try await Sleepy(seconds: 3)
        try await eventually("it was slow for nine seconds") { sleepy.sleeps >= 3 }
        try await sleepy.wake()
        #expect(sleepy.relay.isRunning("router-0"))
        let answer = try await sleepy.relay.run("baton", ["get", "terminals"])
        #expect(answer.code == 0, "\(answer.text)")
    }
}

private enum Strace {
    /// Bit 19 of the effective capabilities (capabilities(7)).
    static let isPermitted = {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        return line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }.map { $0 & 1 << 19 != 0 } ?? false
    }()
}
