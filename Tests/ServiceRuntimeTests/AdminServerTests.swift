import AsyncHTTPClient
import Foundation
import Testing

@testable import ServiceRuntime

/// Whoever watches is answered, whatever strangers and the process's own loops do.
@Suite(.timeLimit(.minutes(2))) struct AdminServerTests {
    /// A bare connection that says what it is told to and no more.
    private final class Stranger: Sendable {
        let descriptor: Int32

        init(_ admin: HostPort, saying text: String = "") throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(admin.port).bigEndian
            inet_pton(AF_INET, admin.host, &address.sin_addr)
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            try #require(result == 0)
            _ = write(descriptor, text, text.utf8.count)
        }

        deinit { close(descriptor) }

        /// Whether the other end has hung up.
        var isClosed: Bool {
            var byte: UInt8 = 0
            return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT)) == 0
        }
    }

    private func get(_ path: String, of process: ServiceProcess) async throws -> (status: UInt, body: String) {
        let admin = try #require(process.adminAddress)
        let answer = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: "http://\(admin)/\(path)"), timeout: .seconds(20))
        return (answer.status.code, String(buffer: try await answer.body.collect(upTo: 1 << 20)))
    }

    @Test func idleStrangersKeepNobodyOut() async throws {
        try await withProcess { process, _ in
            let end = await process.run { stop in
                let admin = try #require(process.adminAddress)
                let strangers = try (0..<3 * AdminServer.connectionsMax).map {
                    try Stranger(admin, saying: $0 % 2 == 0 ? "" : "GET /livez HTTP/1.1\r\nX-Slow: ")
                }
                for path in ["livez", "metrics"] { #expect(try await get(path, of: process).status == 200) }
                // Bounded: the oldest had to go.
                let limit = ContinuousClock.now + .seconds(20)
                let bound = strangers.count - AdminServer.connectionsMax
                while strangers.count(where: \.isClosed) < bound, .now < limit {
                    try await Task.sleep(for: .milliseconds(5))
                }
                #expect(strangers.count(where: \.isClosed) >= bound)
                stop()
                return []
            }
            #expect(end.exitCode == 0)
        }
    }

    @Test func aStrangerWhoSaysNothingIsHungUpOn() async throws {
        let (bound, onBound) = AsyncStream.makeStream(of: HostPort.self)
        let server = AdminServer(
            address: .loopback(port: 0), health: Health(), metrics: { "" }, connectionTimeout: .milliseconds(50),
            onBound: { onBound.yield($0) })
        let running = Task { try await server.run() }
        let admin = try #require(await bound.first { _ in true })
        let stranger = try Stranger(admin, saying: "GET /livez HTTP/1.1\r\n")
        let limit = ContinuousClock.now + .seconds(20)
        while !stranger.isClosed, .now < limit { try await Task.sleep(for: .milliseconds(5)) }
        #expect(stranger.isClosed)
        running.cancel()
        try await running.value
    }

    @Test func aLoopThatHangsIsSaidByAThreadThatDoesNot() async throws {
        try await withProcess { process, _ in
            let end = await process.run { stop in
                let tick = process.health.loop("router")
                process.eventLoopGroup.next().execute { sleep(1) }  // The process's own loop serves nobody meanwhile.
                let (status, body) = try await get("livez", of: process)
                #expect(status == 200)
                #expect(body.contains(#"{"loop":"router","tickAge":"#))
                #expect(
                    try await get("metrics", of: process).body.contains(
                        #"baton_process_loop_tick_age_seconds{loop="router"}"#))
                tick()
                stop()
                return []
            }
            #expect(end.exitCode == 0)
        }
    }

    @Test func aLoopThatWasSilentForTooLongIsNotLive() {
        let health = Health(Loops(ticks: ["router": .now - LoopWatch.deafMax, "events": .now]))
        #expect(!health.liveness.isLive)
        #expect(!health.report.isReady)
        #expect(!health.isReady)
        health.loops.begin("router")()
        #expect(health.loops.ages.map(\.loop) == ["events"], "it has ended")
        #expect(health.liveness.isLive)
    }
}
