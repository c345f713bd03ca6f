import Dispatch
import Foundation

/// What a cashier types on standard input, a line at a time.
enum CashierInput {
    /// The most bytes of a line; a longer one comes in parts, which are invalid.
    private static let lineMax = 255

    /// Reads on a thread of its own, which works for a terminal, a pipe, a file and `/dev/null`; it waits there until
    /// the input or the process ends. At most 16 lines wait, then the later ones are dropped.
    static func lines() -> AsyncStream<String> {
        let (lines, line) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(16))
        DispatchQueue(label: "baton.cashier").async {
            guard let input = fdopen(dup(STDIN_FILENO), "r") else { return line.finish() }
            defer { fclose(input) }
            var bytes = [CChar](repeating: 0, count: lineMax + 1)
            while fgets(&bytes, Int32(bytes.count), input) != nil {
                let text = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                line.yield(String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
            }
            line.finish()
        }
        return lines
    }
}
