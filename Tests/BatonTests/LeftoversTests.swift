import Foundation
import ServiceRuntime
import Testing

@testable import Baton

/// What `baton up` does about processes of an earlier one that was killed.
@Suite(.timeLimit(.minutes(1))) struct LeftoversTests {
    /// A home in which `baton-left` runs, announced under a name.
    private struct Scene {
        let home: Home
        let process: ChildProcess

        init(_ folder: String, announced name: String, service: String = "baton-left") throws {
            home = Home(folder + "/home")
            try home.prepare()
            let executable = folder + "/baton-left"
            try FileManager.default.copyItem(atPath: "/bin/sleep", toPath: executable)
            process = try Self.start(executable, log: ProcessLog("left", in: folder).file)
            let announcement = """
                {"service":"\(service)","name":"\(name)","pid":\(process.pid),"worker":\(process.pid),"startedAt":"","admin":"","addresses":{}}
                """
            try announcement.write(toFile: "\(home.run)/\(name).json", atomically: true, encoding: .utf8)
        }

        /// A process that another test forks at this moment holds the copied file open for writing until it has begun
        /// (ETXTBSY).
        private static func start(_ executable: String, log: FileHandle) throws -> ChildProcess {
            let busy = String(cString: strerror(ETXTBSY))
            var tries = 0
            while true {
                let start = Result {
                    try ChildProcess.start(executable, arguments: ["600"], environment: [:], log: log)
                }
                tries += 1
                if case .failure(let error) = start, "\(error)".hasSuffix(busy), tries < 1_000 {
                    usleep(1_000)
                } else {
                    return try start.get()
                }
            }
        }

        func end() {
            process.send(SIGKILL)
            _ = process.exit(waiting: true)
        }
    }

    @Test func aTerminalThatIsLeftIsToldToEnd() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let scene = try Scene(folder, announced: "counter-1")
        let leftovers = Leftovers(["counter-1", "ingress"], keyboards: ["counter-1"], in: scene.home)
        #expect(leftovers.count == 1)
        // The test is its parent and has to take its end in, so that its number is free.
        async let exit = scene.process.exit(waiting: true)
        try await leftovers.end()
        #expect(await exit == .signal(SIGTERM))
    }

    @Test func aProcessThatIsNotOfThisShopIsLeftAlone() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let scene = try Scene(folder, announced: "mine")
        defer { scene.end() }
        #expect(Leftovers(["counter-1"], keyboards: ["counter-1"], in: scene.home).count == 0)
    }

    @Test func aNumberThatSomeOtherProgramHasNowIsNoLeftover() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let scene = try Scene(folder, announced: "ingress", service: "baton-ingress")
        defer { scene.end() }
        #expect(Leftovers(["ingress"], keyboards: [], in: scene.home).count == 0)
    }

    private func folder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "left-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.path
    }
}
