import Foundation
import RelayDomain
import ServiceRuntime
import Testing

/// A process that hangs ends, without `baton up`: each has a watchdog of its own, as in a container.
@Suite(.serialized, .timeLimit(.minutes(4))) struct WatchdogTests {
    /// Two routers, of which the first writes the journal and the second stands by.
    private func routers() async throws -> TestRelay {
        let relay = try TestRelay()
        try await relay.start("baton-router", as: "router-0")
        try await relay.start("baton-router", as: "router-1", waits: false)
        try await eventually("the standby's loops run") {
            try relay.log(of: "router-1").contains(#""message":"starting""#)
        }
        return relay
    }

    private func hasEnded(_ pid: pid_t) -> Bool { (ProcessState(pid)?.letter ?? "Z") == "Z" }

    @Test func aWriterThatIsStoppedIsKilledAndItsStandbyWrites() async throws {
        let relay = try await routers()
        let worker = try #require(relay.worker(of: "router-0"))
        #expect(try await relay.announcement(of: "router-0").worker == worker)
        kill(worker, SIGSTOP)
        _ = try await relay.announcement(of: "router-1")
        #expect(hasEnded(worker))
        #expect(try await relay.end(of: "router-0") == 128 + SIGKILL)
        #expect(try relay.log(of: "router-0").contains("baton-router: kills its worker: loop '"))
    }

    @Test func aStandbyThatIsStoppedIsKilledToo() async throws {
        let relay = try await routers()
        kill(try #require(relay.worker(of: "router-1")), SIGSTOP)
        #expect(try await relay.end(of: "router-1") == 128 + SIGKILL)
        #expect(relay.isRunning("router-0"))
    }

    @Test func aWorkerDiesWithItsWatchdogThoughItIsStopped() async throws {
        let relay = try await routers()
        let worker = try #require(relay.worker(of: "router-0"))
        kill(worker, SIGSTOP)
        try await relay.killNow("router-0")
        try await eventually("the worker is gone") { hasEnded(worker) }
        _ = try await relay.announcement(of: "router-1")
    }

    @Test func theWatchdogEndsAsItsWorkerDoes() async throws {
        let relay = try await routers()
        relay.signal("router-0", SIGTERM)
        #expect(try await relay.end(of: "router-0") == 0)
        kill(try #require(relay.worker(of: "router-1")), SIGILL)
        #expect(try await relay.end(of: "router-1") == 128 + SIGILL)
        #expect(try relay.log(of: "router-1").contains("its worker has ended: signal \(SIGILL)"))
    }

    /// Whoever starts it may ignore the ends of its own children: that is passed on.
    @Test func aParentThatIgnoresItsChildrenHidesNoEnd() async throws {
        let relay = try TestRelay()
        try await relay.start("baton-router", as: "router-0", ignoresChildren: true)
        kill(try #require(relay.worker(of: "router-0")), SIGKILL)
        #expect(try await relay.end(of: "router-0") == 128 + SIGKILL)
    }

    /// As shells, `timeout` and systemd do: a second signal that comes later ends a process on the spot.
    @Test func aSignalToAllOfAProcessIsOneRequest() async throws {
        let relay = try await routers()
        let worker = try #require(relay.worker(of: "router-0"))
        kill(worker, SIGTERM)
        relay.signal("router-0", SIGTERM)
        kill(worker, SIGTERM)
        #expect(try await relay.end(of: "router-0") == 0)
    }

    /// A phone has sent half a request, so the ingress would wait for the rest. Whoever cannot says so once more.
    @Test func aLaterSignalEndsAProcessOnTheSpot() async throws {
        let relay = try TestRelay()
        #expect(try await relay.run("baton", ["keys", "init"]).code == 0)
        try await relay.start("baton-ingress", as: "ingress", [], ["BATON_LISTEN": "127.0.0.1:0"])
        let phone = try RawConnection(to: try #require(try await relay.announcement(of: "ingress").addresses["http"]))
        phone.send(
            "POST /v1/transactions HTTP/1.1\r\nHost: pay\r\nIdempotency-Key: k-1\r\nContent-Type: application/json\r\n"
                + "Content-Length: 9\r\nExpect: 100-continue\r\n\r\n")
        try phone.hear("100 Continue")  // Its request is under way.
        relay.signal("ingress", SIGTERM)
        try await eventually("it is told to stop") { try relay.log(of: "ingress").contains(#""message":"stopping""#) }
        try await eventually("it ends") {
            relay.signal("ingress", SIGTERM)  // Within half a second still the same request.
            return !relay.isRunning("ingress")
        }
        #expect(try await relay.end(of: "ingress") == 128 + SIGTERM, "an orderly end has the code 0")
        withExtendedLifetime(phone) {}
    }

    @Test func aTerminalThatIsClosedEndsNothing() async throws {
        let relay = try await routers()
        let worker = try #require(relay.worker(of: "router-0"))
        for _ in 0..<3 {
            relay.signal("router-0", SIGHUP)
            kill(worker, SIGHUP)
        }
        // Signals are taken in before this one, which ends the process in order.
        relay.signal("router-0", SIGTERM)
        #expect(try await relay.end(of: "router-0") == 0)
        #expect(try relay.log(of: "router-0").contains(#""reason":"SIGTERM""#))
    }

    @Test func aCrashLeavesNoMemoryBehind() async throws {
        let relay = try await routers()
        let worker = try #require(relay.worker(of: "router-0"))
        let limits = try String(contentsOfFile: "/proc/\(worker)/limits", encoding: .utf8)
        let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
        #expect(core?.split(separator: " ").dropFirst(4).prefix(2) == ["0", "0"])
        let files = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        let values = try #require(files?.split(separator: " ").dropFirst(3).prefix(2))
        #expect(Set(values).count == 1, "the soft limit is the hard one")
        kill(worker, SIGSEGV)
        #expect(try await relay.end(of: "router-0") == 128 + SIGSEGV)
        let log = try relay.log(of: "router-0")
        for word in ["Registers", "Backtrace", "Thread 0", "Crash"] { #expect(!log.contains(word), "\(log)") }
    }
}
