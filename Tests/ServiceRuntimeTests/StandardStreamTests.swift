import Foundation
import Testing

@testable import ServiceRuntime

/// Nothing that is written to standard output or error ends a process or holds it up.
@Suite(.timeLimit(.minutes(2))) struct StandardStreamTests {
    /// A pipe of which nobody reads until asked to.
    private final class Reader: Sendable {
        let (read, write): (Int32, Int32)

        init() {
            var ends: [Int32] = [-1, -1]
            pipe(&ends)
            (read, write) = (ends[0], ends[1])
        }

        deinit { for end in [read, write] { close(end) } }

        func all() -> String {
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            let count = Foundation.read(read, &bytes, bytes.count)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
    }

    private static func wait(_ condition: () -> Bool) {
        let limit = ContinuousClock.now + .seconds(20)
        while !condition(), .now < limit { usleep(1_000) }
    }

    @Test func linesArriveInOrder() {
        let reader = Reader()
        let stream = StandardStream(reader.write)
        for number in 1...3 { stream.writeLine("line \(number)") }
        stream.flush()
        #expect(reader.all() == "line 1\nline 2\nline 3\n")
        #expect(stream.lost == 0)
    }

    @Test func aReaderThatDoesNotReadHoldsNobodyUp() {
        let reader = Reader()
        let stream = StandardStream(reader.write)
        let line = String(repeating: "x", count: 4_095)
        // More than the pipe and the stream together hold.
        for _ in 0..<(2 * StandardStream.waitingMax / 4_096) { stream.writeLine(line) }
        #expect(stream.lost > 0)
        stream.flush()  // Gives up.
        var count = 0
        while count < StandardStream.waitingMax { count += reader.all().utf8.count }  // What was taken arrives.
    }

    @Test func aReaderThatIsGoneIsCounted() {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        close(ends[0])
        let stream = StandardStream(ends[1])
        stream.writeLine("nobody reads")
        Self.wait { stream.lost == 1 }
        #expect(stream.lost == 1)
        close(ends[1])
    }

    @Test func aFullDiskAndAClosedStreamAreCounted() {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        for descriptor in [full, 9_999] {
            let stream = StandardStream(descriptor)
            for _ in 0..<3 { stream.writeLine("no room") }
            Self.wait { stream.lost == 3 }
            #expect(stream.lost == 3)
        }
    }
}
