import Dispatch
import Foundation

/// Reads the lines of standard input, whatever kind of file it is.
enum KeyboardInput {
    /// The most bytes of a line; what is longer is cut.
    private static let lineBytesMax = 8_192

    /// The lines, until the input ends. At most 64 unread lines are kept; more are dropped.
    static func lines() -> AsyncStream<String> {
        let (lines, line) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(64))
        // Reading waits in the system: it has a thread of its own, which ends with the input or the process.
        DispatchQueue(label: "baton.keyboard").async {
            var rest: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = read(STDIN_FILENO, &buffer, buffer.count)
                guard count > 0 || (count < 0 && errno == EINTR) else { break }
                for byte in buffer.prefix(max(count, 0)) {
                    if byte == UInt8(ascii: "\n") {
                        line.yield(String(decoding: rest, as: UTF8.self))
                        rest = []
                    } else if byte != UInt8(ascii: "\r"), rest.count < lineBytesMax {
                        rest.append(byte)
                    }
                }
            }
            line.finish()
        }
        return lines
    }
}
