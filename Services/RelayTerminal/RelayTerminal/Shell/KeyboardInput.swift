import Dispatch
import Foundation

/// Reads the lines of standard input, whatever kind of file it is. Each line is read when the one before is done: who
/// writes faster than that waits, and nothing is dropped.
struct KeyboardInput: Sendable {
    /// The most bytes of a line; what is longer is cut.
    private static let lineBytesMax = 8_192

    /// The lines, until the input ends.
    let lines: AsyncStream<String>
    private let lineDone = DispatchSemaphore(value: 0)

    /// - Parameter file: the input's descriptor; it stays open.
    init(_ file: Int32 = STDIN_FILENO) {
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        // Reading waits in the system: it has a thread of its own, which ends with the input or the process.
        DispatchQueue(label: "baton.keyboard").async { [lineDone] in
            var rest: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = read(file, &buffer, buffer.count)
                guard count > 0 || (count < 0 && errno == EINTR) else { break }
                for byte in buffer.prefix(max(count, 0)) {
                    if byte == UInt8(ascii: "\n") {
                        line.yield(String(decoding: rest, as: UTF8.self))
                        rest = []
                        lineDone.wait()
                    } else if byte != UInt8(ascii: "\r"), rest.count < Self.lineBytesMax {
                        rest.append(byte)
                    }
                }
            }
            line.finish()
        }
    }

    /// The line that was got last is carried out: the next may come.
    func next() { lineDone.signal() }
}
