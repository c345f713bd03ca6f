import Foundation
import RelayDomain
import ServiceRuntime
import Testing

@testable import Baton

/// What `baton up` promises about real processes. Shell scripts stand in for the services.
@Suite(.timeLimit(.minutes(1))) struct SupervisorTests {
    /// Announces itself, then lives until its standard input ends or a signal comes.
    private static let service = """
        #!/bin/sh
        echo "started $BATON_NAME"
        printf '{"service":"%s","name":"%s","pid":%s,"worker":%s,"startedAt":"","admin":"127.0.0.1:1","addresses":{}}' \\
            "$(basename "$0")" "$BATON_NAME" $$ $$ > "$BATON_HOME/run/draft.$$"
        mv "$BATON_HOME/run/draft.$$" "$BATON_HOME/run/$BATON_NAME.json"
        exec cat
        """

    @Test func whatIsKilledIsStartedAgainAndAllEndsInOrder() async throws {
        try await House.run(["a": Self.service, "b": Self.service]) { house in
            #expect(await house.supervisor.isReady())
            let first = try house.pid(of: "a")
            kill(first, SIGKILL)
            try await house.wait { house.notices.contains { $0.hasPrefix("diedAndRestarts(\"a\"") } }
            try await house.wait { try house.pid(of: "a") != first }
            try await house.stop()
            #expect(house.notices.contains("stopping"))
            for name in ["a", "b"] { #expect(!house.isRunning(name), "\(name) runs on") }
        }
    }

    @Test func aProcessThatRefusesToStartStopsTheOthersAndIsQuoted() async throws {
        let refusing = "#!/bin/sh\necho '{\"level\":\"info\"}'\necho 'b: BATON_X is no setting' >&2\nexit 64\n"
        try await House.run(["a": Self.service, "b": refusing]) { house in
            #expect(await !house.supervisor.isReady())
            await #expect(throws: OperatorError.notStarted(.refused("b", .code(64)), logs: house.supervisor.logs)) {
                try await house.ended()
            }
            #expect(house.lastLines == ["b: BATON_X is no setting"])
            #expect(!house.isRunning("a"))
        }
    }

    @Test func anExecutableThatIsMissingIsSaid() async throws {
        try await House.run(["a": nil]) { house in
            let error = await #expect(throws: OperatorError.self) { try await house.ended() }
            #expect(error?.description.contains("No such file") == true, "\(String(describing: error))")
        }
    }

    @Test func processesGetTheirOwnSettingsAndNoOthers() async throws {
        setenv("BATON_TEST_LEAK", "1", 1)
        defer { unsetenv("BATON_TEST_LEAK") }
        let telling = "#!/bin/sh\nenv | grep ^BATON_ | sort\n" + Self.service
        try await House.run(["a": telling], settings: ["BATON_LOG_LEVEL": "debug"]) { house in
            #expect(await house.supervisor.isReady())
            try await house.stop()
            let log = try String(contentsOfFile: house.supervisor.log(of: "a"), encoding: .utf8)
            #expect(
                log.split(separator: "\n").filter { $0.hasPrefix("BATON_") } == [
                    "BATON_HOME=\(house.home.path)", "BATON_LOG_LEVEL=debug", "BATON_NAME=a", "BATON_PARENT=1",
                    "BATON_TICKS=3",
                ])
        }
    }

    @Test func aKeyboardCanBeTypedOnByWhoeverMayWriteThere() async throws {
        try await House.run(["a": Self.service], hasKeyboard: true) { house in
            #expect(await house.supervisor.isReady())
            #expect(KeyboardPipe("a", in: house.home).type("amount 12.50 EUR"))
            try await house.wait {
                try String(contentsOfFile: house.supervisor.log(of: "a"), encoding: .utf8).contains("amount 12.50 EUR")
            }
            try await house.stop()
        }
    }

    @Test func aSecondUpInTheSameHomeIsTurnedAway() async throws {
        try await House.run([:]) { house in
            let lock = try HomeLock(house.home)
            #expect(throws: OperatorError.homeTaken(path: house.home.path)) { try HomeLock(house.home) }
            withExtendedLifetime(lock) {}
            try await house.stop()
        }
        try await House.run([:]) { house in
            do { _ = try HomeLock(house.home) }
            _ = try HomeLock(house.home)
            try await house.stop()
        }
    }

    /// A child that is just being started holds a copy of every descriptor until it becomes what it is to be.
    @Test func aLockIsFreeThoughACopyOfItsDescriptorIsOpen() async throws {
        try await House.run([:]) { house in
            var lock: HomeLock? = try HomeLock(house.home)
            let copies = try Self.descriptors(of: house.home.run + "/up.lock").map { fcntl($0, F_DUPFD_CLOEXEC, 0) }
            defer { for copy in copies { close(copy) } }
            #expect(copies.count == 1)
            withExtendedLifetime(lock) {}
            lock = nil
            _ = try HomeLock(house.home)
            try await house.stop()
        }
    }

    /// This process's open files of this path.
    private static func descriptors(of path: String) throws -> [Int32] {
        let folder = "/proc/self/fd"
        let ours = URL(filePath: path).resolvingSymlinksInPath().path
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == ours
        }.compactMap { Int32($0) }
    }

    @Test func aNewSetOfAdaptersStartsTheNewAndEndsTheOld() async throws {
        try await House.run(["a": Self.service], more: ["x", "y"]) { house in
            #expect(await house.supervisor.isReady())
            func plans(_ names: String...) -> [ProcessPlan] {
                names.map { ProcessPlan($0, $0, settings: [:], stage: 2, group: "adapters") }
            }
            await house.supervisor.replace(group: "adapters", with: plans("x"))
            try await house.wait { house.notices.contains("ready(\"x\")") }
            await house.supervisor.replace(group: "adapters", with: plans("y"))
            try await house.wait { house.notices.contains("ready(\"y\")") }
            try await house.wait { !house.isRunning("x") }
            try await house.stop()
        }
    }
}
