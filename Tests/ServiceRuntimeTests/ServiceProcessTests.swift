import AsyncHTTPClient
import Foundation
import NIOConcurrencyHelpers
import ServiceLifecycle
import Testing

@testable import ServiceRuntime

/// A process starts in order, says how it is, and ends in the reverse order within its limit.
@Suite(.timeLimit(.minutes(2))) struct ServiceProcessTests {
    @Test func servicesStopFromLastToFirst() async throws {
        try await withProcess { process, home in
            let diary = Diary()
            let end = await process.run { stop in
                [Steady("journal", diary), Steady("shell", diary, whenRunning: { stop() })]
            }
            #expect(end == ProcessEnd(exitCode: 0))
            #expect(diary.entries.filter { $0.hasPrefix("stopped") } == ["stopped shell", "stopped journal"])
        }
    }

    @Test func theAdminPortAnswersFromBeforeTheStartUntilAfterTheStop() async throws {
        try await withProcess(["BATON_NAME": "router-1"]) { process, home in
            let journal = process.health.part("journal", detail: "waiting for the claim")
            let answers = Diary()
            let get: @Sendable (String) async throws -> Void = { path in
                let admin = try #require(process.adminAddress)
                let response = try await HTTPClient.shared.execute(
                    HTTPClientRequest(url: "http://\(admin)/\(path)"), timeout: .seconds(10))
                let body = String(buffer: try await response.body.collect(upTo: 1 << 20))
                answers.write("\(response.status.code) \(body)")
            }
            let end = await process.run { stop in
                try await get("livez")
                try await get("readyz")
                journal.ready("term 1")
                let shell = Steady(
                    "shell", answers,
                    whenRunning: {
                        try process.announce(["requests": "ipc:///x"])
                        try await get("readyz")
                        try await get("metrics")
                        try await get("nothing")
                        stop()
                    }, whenStopped: { try await get("readyz") })
                return [shell]
            }
            #expect(end == ProcessEnd(exitCode: 0))
            let said = answers.entries
            try #require(said.count == 7, "\(said)")
            #expect(said[0].hasPrefix(#"200 {"live":true,"loops":[{"loop":"events","tickAge":"#))
            #expect(said[1].hasPrefix("503 "))
            #expect(said[1].contains(#"{"part":"journal","ready":false,"detail":"waiting for the claim"}"#))
            #expect(
                said[2].hasPrefix(
                    #"200 {"ready":true,"parts":[{"part":"journal","ready":true,"detail":"term 1"},{"part":"process","ready":true}],"loops":[{"#
                )
            )
            let samples = try PrometheusSamples(String(said[3].dropFirst(4)))
            #expect(samples[#"baton_build_info{service="baton-test",instance_name="router-1",version="0.1.0"}"#] == 1)
            #expect(said[4].hasPrefix("404"))
            #expect(
                said[5].hasPrefix(
                    #"503 {"ready":false,"parts":[{"part":"stopping","ready":false,"detail":"test"}"#))
        }
    }

    @Test func theAnnouncementStandsWhileTheProcessIsReady() async throws {
        try await withProcess { process, home in
            let seen = NIOLockedValueBox<[Announcement?]>([])
            let end = await process.run { stop in
                seen.withLockedValue { $0.append(try? Announcement.read(home: home, name: "test")) }
                return [
                    Steady(
                        "shell", Diary(),
                        whenRunning: {
                            try process.announce(["http": "127.0.0.1:1"])
                            try process.announce(["events": "127.0.0.1:2"])
                            seen.withLockedValue { $0.append(try? Announcement.read(home: home, name: "test")) }
                            stop()
                        })
                ]
            }
            #expect(end.exitCode == 0)
            let announcements = seen.withLockedValue { $0 }
            #expect(announcements.first == .some(nil))
            let announcement = try #require(announcements.last ?? nil)
            #expect(announcement.addresses == ["http": "127.0.0.1:1", "events": "127.0.0.1:2"])
            #expect(announcement.pid == getpid())
            #expect(HostPort(announcement.admin)?.port != 0)
            #expect(try Announcement.read(home: home, name: "test") == nil)
        }
    }

    @Test func whatDoesNotDrainInTimeIsCutOff() async throws {
        try await withProcess(["BATON_DRAIN": "50ms"]) { process, home in
            let diary = Diary()
            let end = await process.run { stop in
                [Steady("journal", diary), Stubborn(whenRunning: { stop() })]
            }
            #expect(end == ProcessEnd(exitCode: 0))
        }
    }

    @Test func aServiceThatThrowsEndsTheProcessWithOneLine() async throws {
        struct CommitFailed: Error, CustomStringConvertible { let description = "disk full\nat commit 7" }
        try await withProcess { process, home in
            let end = await process.run { _ in
                [Steady("journal", Diary(), whenRunning: { throw CommitFailed() })]
            }
            #expect(end == ProcessEnd(exitCode: 70, line: "baton-test: disk full at commit 7"))
        }
    }

    @Test func aServiceThatReturnsUnaskedEndsTheProcess() async throws {
        struct Brief: Service { func run() async throws {} }
        try await withProcess { process, home in
            let end = await process.run { _ in [Brief()] }
            #expect(end == ProcessEnd(exitCode: 70, line: "baton-test: Brief ended without being told to"))
        }
    }

    @Test func aStartThatFailsSaysItsOwnLineAndCode() async throws {
        struct NewerJournal: StartFailure {
            let line = "journal 0 was written by version 9; start that version"
            let exitCode: Int32 = 65
        }
        try await withProcess { process, home in
            let end = await process.run { _ in throw NewerJournal() }
            #expect(end == ProcessEnd(exitCode: 65, line: "baton-test: \(NewerJournal().line)"))
        }
    }

    @Test func aStartThatWaitsCanBeStopped() async throws {
        try await withProcess { process, home in
            let end = await process.run { stop in
                stop()
                try await Task.sleep(for: .seconds(600))
                return []
            }
            #expect(end == ProcessEnd(exitCode: 0))
        }
    }

    @Test func anAdminPortInUseIsNamed() async throws {
        try await withProcess { first, home in
            let end = await first.run { stop in
                let taken = try #require(first.adminAddress)
                try await withProcess(["BATON_ADMIN": "\(taken)"]) { second, _ in
                    let end = await second.run { _ in [] }
                    #expect(end.exitCode == 70)
                    #expect(end.line?.hasPrefix("baton-test: cannot listen on \(taken): ") == true)
                }
                stop()
                return [Steady("shell", Diary())]
            }
            #expect(end.exitCode == 0)
        }
    }

    @Test func theHealthCheckSaysWhetherTheInstanceIsReady() async throws {
        try await withTemporaryHome { home in
            let environment = ["BATON_HOME": home.path, "BATON_NAME": "router-1"]
            let check = HealthCheck(service: "baton-test", environment: environment)
            #expect(await check.end == ProcessEnd(exitCode: 1, line: "baton-test: router-1 has not announced itself"))
            let process = try ServiceProcess(environment)
            let journal = process.health.part("journal")
            let end = await process.run { stop in
                try process.announce()
                #expect(await check.end.exitCode == 1)
                return [
                    Steady(
                        "shell", Diary(),
                        whenRunning: {
                            journal.ready()
                            let end = await check.end
                            #expect(end.exitCode == 0)
                            #expect(end.output?.hasPrefix(#"{"ready":true"#) == true)
                            stop()
                        })
                ]
            }
            #expect(end.exitCode == 0)
        }
    }

    @Test func settingsAreReadBeforeAnythingStarts() throws {
        let unknown = #expect(throws: SettingsError.self) {
            try ServiceProcess.configurations(of: "baton-test", ["BATON_ADMN": "x"]) { _ in }
        }
        #expect(unknown == .unknown(key: "BATON_ADMN", nearest: "BATON_ADMIN"))
        #expect(throws: SettingsError.self) {
            try ServiceProcess.configurations(of: "baton-test", [:]) { settings in
                try settings.read("BATON_LISTEN", as: .address, meaning: "")
            }
        }
    }
}
