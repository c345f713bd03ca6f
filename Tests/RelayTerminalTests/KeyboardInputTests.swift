import Foundation
import Testing

@testable import RelayTerminal

@Suite(.timeLimit(.minutes(1))) struct KeyboardInputTests {
    /// A terminal that is slower than whoever writes takes each line in its turn.
    @Test func noLineIsDropped() async throws {
        let pipe = Pipe()
        let keyboard = KeyboardInput(pipe.fileHandleForReading.fileDescriptor)
        try pipe.fileHandleForWriting.write(
            contentsOf: Data((0..<200).map { "line \($0)\r\n" }.joined().utf8))
        try pipe.fileHandleForWriting.close()
        var number = 0
        for await line in keyboard.lines {
            #expect(line == "line \(number)")
            number += 1
            keyboard.next()
        }
        #expect(number == 200)
        try pipe.fileHandleForReading.close()
    }

    /// What is not read stays in the pipe, which tells its writer to wait.
    @Test func aLineIsReadWhenTheOneBeforeIsDone() async throws {
        let pipe = Pipe()
        let (reader, writer) = (pipe.fileHandleForReading.fileDescriptor, pipe.fileHandleForWriting.fileDescriptor)
        #expect(fcntl(writer, F_SETFL, O_NONBLOCK) == 0)
        let keyboard = KeyboardInput(reader)
        let line = Array("\(String(repeating: "x", count: 1_023))\n".utf8)
        var written = 0
        while written < 1_000, write(writer, line, line.count) == line.count { written += 1 }
        var poll = pollfd(fd: writer, events: Int16(POLLOUT), revents: 0)
        while written < 1_000, Foundation.poll(&poll, 1, 100) == 1, write(writer, line, line.count) == line.count {
            written += 1
        }
        #expect(written < 1_000, "a pipe holds 64 KiB")
        try pipe.fileHandleForWriting.close()
        var count = 0
        for await _ in keyboard.lines {
            count += 1
            keyboard.next()
        }
        #expect(count == written)
        try pipe.fileHandleForReading.close()
    }

    @Test func linesAreAsTheyWereWritten() async throws {
        let pipe = Pipe()
        let keyboard = KeyboardInput(pipe.fileHandleForReading.fileDescriptor)
        let long = String(repeating: "x", count: 9_000)
        try pipe.fileHandleForWriting.write(contentsOf: Data("a\u{E9}\n\r\n\(long)\nno end".utf8))
        try pipe.fileHandleForWriting.close()
        var lines: [String] = []
        for await line in keyboard.lines {
            lines.append(line)
            keyboard.next()
        }
        #expect(lines == ["a\u{E9}", "", String(long.prefix(8_192))])
        try pipe.fileHandleForReading.close()
    }
}
