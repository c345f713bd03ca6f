import Foundation
import ServiceRuntime
import Testing

/// Whoever reads what a process prints, or does not, the process goes on.
@Suite(.serialized, .timeLimit(.minutes(4))) struct OutputTests {
    private static let free = "127.0.0.1:0"
    private static let anyPort = [
        "BATON_ADMIN": free, "BATON_LISTEN": free, "BATON_LISTEN_TERMINALS": free, "BATON_LISTEN_POS": free,
        "BATON_LISTEN_SANDBOX": free,
    ]

    /// A pipe that nobody reads from; `isFull`: into which nothing goes any more.
    private final class Pipe {
        var (read, write): (Int32, Int32)

        init(isFull: Bool) {
            var ends: [Int32] = [-1, -1]
            pipe(&ends)
            (read, write) = (ends[0], ends[1])
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            guard isFull else {
                closeReader()
                return
            }
            _ = fcntl(write, F_SETFL, O_NONBLOCK)
            let bytes = [UInt8](repeating: 120, count: 4_096)
            while Foundation.write(write, bytes, bytes.count) > 0 {}
            _ = fcntl(write, F_SETFL, 0)
        }

        deinit {
            closeReader()
            close(write)
        }

        private func closeReader() {
            if read >= 0 { close(read) }
            read = -1
        }
    }

    /// A terminal (pty(7)), and what stands on it.
    private final class Screen {
        private let reader: Int32
        let terminal: Int32
        private var bytes: [UInt8] = []

        init() throws {
            reader = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
            var (locked, number) = (CInt(0), CInt(-1))
            // TIOCSPTLCK and TIOCGPTN of ioctl_tty(2): unlocks the other side, and tells its number.
            guard ioctl(reader, 0x4004_5431, &locked) == 0, ioctl(reader, 0x8004_5430, &number) == 0 else {
                throw TestFailure("no terminal: \(String(cString: strerror(errno)))")
            }
            terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        }

        deinit {
            close(reader)
            close(terminal)
        }

        func text() -> String {
            var more = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = Foundation.read(reader, &more, more.count)
                guard count > 0 else { return String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n") }
                bytes += more[..<count]
            }
        }
    }

    private func relayStands(printingTo output: Spawned.Stream) async throws {
        let relay = try TestRelay()
        try await relay.start(
            "baton", as: "up", ["up"], Self.anyPort, hasKeyboard: true, waits: false, output: output, error: output)
        try await eventually("every edge is ready") {
            try ["ingress", "terminal-gateway", "pos-gateway"].allSatisfy {
                try Announcement.read(home: relay.home, name: $0) != nil
            }
        }
        relay.signal("up", SIGHUP)  // Its terminal is closed, and nothing ends.
        relay.signal("up", SIGTERM)
        #expect(try await relay.end(of: "up") == 0)
        // What was closed is not the next file that is opened.
        let journal = try #require(
            FileManager.default.contents(atPath: relay.home.journals + "/0/log-00000000000000000001.db"))
        #expect(journal.starts(with: Data("SQLite format 3".utf8)))
    }

    @Test func nobodyReads() async throws {
        let pipe = Pipe(isFull: false)
        try await relayStands(printingTo: .descriptor(pipe.write))
        withExtendedLifetime(pipe) {}
    }

    @Test func somebodyHasStoppedReading() async throws {
        let pipe = Pipe(isFull: true)
        try await relayStands(printingTo: .descriptor(pipe.write))
        withExtendedLifetime(pipe) {}
    }

    @Test func theStreamsAreClosed() async throws { try await relayStands(printingTo: .closed) }

    @Test func theDiskIsFull() async throws { try await relayStands(printingTo: .file("/dev/full")) }

    /// Logs are records on standard error; standard output is for people.
    @Test func whereNobodyLooksOnUpLogs() async throws {
        let relay = try TestRelay()
        let output = relay.home.path + "/output"
        #expect(FileManager.default.createFile(atPath: output, contents: nil))
        try await relay.start(
            "baton", as: "up", ["up"], Self.anyPort, hasKeyboard: true, waits: false, output: .file(output))
        try await eventually("all is ready") { try relay.log(of: "up").contains(#""message":"ready""#) }
        relay.signal("up", SIGTERM)
        #expect(try await relay.end(of: "up") == 0)
        let records = try relay.records(of: "up")
        #expect(records.allSatisfy { $0["service"] == "baton" && $0["instance"] == "up" && $0["time"] != nil })
        #expect(records.first?["message"] == "starting" && records.last?["message"] == "stopping")
        let ingress = records.first { $0["message"] == "process is ready" && $0["process"] == "ingress" }
        #expect(ingress?["http"]?.hasPrefix("127.0.0.1:") == true)
        #expect(try Data(contentsOf: URL(filePath: output)).isEmpty)
    }

    @Test func whereAPersonLooksOnUpSpeaks() async throws {
        let relay = try TestRelay()
        let screen = try Screen()
        try await relay.start(
            "baton", as: "up", ["up"], Self.anyPort, hasKeyboard: true, waits: false,
            output: .descriptor(screen.terminal))
        try await eventually("the ingress is said to be ready") {
            screen.text().contains(/\ningress +ready  http 127\.0\.0\.1:\d+\n/)
        }
        relay.signal("up", SIGTERM)
        try await eventually("it says that it stops") { screen.text().contains("stopping\n") }
        #expect(try await relay.end(of: "up") == 0)
        #expect(!screen.text().contains("{"))
        #expect(try relay.log(of: "up") == "", "what is said to a person is not said twice")
    }

    /// What a command was asked for is printed whole, or its exit code says that it is not.
    @Test(arguments: [["keys", "init"], ["get", "terminals"], ["shop", "history", "-o", "json"]])
    func whatCannotBePrintedIsAnError(command: [String]) async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.start(
            "baton", as: "full", command, hasKeyboard: true, waits: false, output: .file("/dev/full"))
        #expect(try await relay.end(of: "full") == 74)
        let said = try relay.log(of: "full")
        #expect(said.contains("cannot write to standard output: No space left on device"), "\(said)")
        #expect(said.split(separator: "\n").count == 1, "\(said)")
        let pipe = Pipe(isFull: false)
        try await relay.start(
            "baton", as: "unread", command, hasKeyboard: true, waits: false, output: .descriptor(pipe.write))
        #expect(try await relay.end(of: "unread") == 74)
        #expect(try relay.log(of: "unread") == "", "nobody is there to be told")
    }

    @Test func aTerminalWhoseDisplayIsGoneGoesOnAndCountsIt() async throws {
        let relay = try TestRelay()
        try await relay.start(
            "baton-terminal", as: "counter-1", [],
            ["BATON_TERMINAL": "counter-1", "BATON_GATEWAY": "ws://127.0.0.1:9"], hasKeyboard: true,
            output: .file("/dev/full"))
        let admin = try await relay.announcement(of: "counter-1").admin
        try relay.say("no such word", to: "counter-1")
        try await eventually("what was lost is counted") {
            let answer = try await relay.send("GET", "http://\(admin)/metrics")
            let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n")
            let counter = lines.first { $0.hasPrefix(#"baton_process_output_lost_total{stream="stdout"}"#) }
            return counter?.split(separator: " ").last.flatMap { Int($0) } ?? 0 > 0
        }
    }
}
