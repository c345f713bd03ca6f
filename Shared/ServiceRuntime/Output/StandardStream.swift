import Dispatch
import Foundation
import NIOConcurrencyHelpers

/// Standard output or standard error of this process; writing to it can neither end the process nor block it.
///
/// Bytes are accepted at once, and written in order by a thread of the stream's own: a slow reader delays only that
/// thread. Bytes without room, and bytes that the system refuses (no reader, a full disk, a closed stream), are dropped
/// and counted. Processes write only to these two and never by `FileHandle`, which ends a process whose write fails.
public final class StandardStream: Sendable {
    /// Standard output, for results.
    public static let output = StandardStream(STDOUT_FILENO)
    /// Standard error, for logs and notices.
    public static let error = StandardStream(STDERR_FILENO)

    /// How many bytes may wait for a reader.
    public static let waitingMax = 1 << 20
    /// How long the end of a process waits for a reader.
    public static let flushMax = Duration.milliseconds(500)

    private struct State {
        /// Bytes that were accepted and are not written yet.
        var waiting = 0
        var lost = 0
        /// Whether the last write ended in the middle of a line.
        var isMidLine = false
    }

    private let descriptor: Int32
    private let queue: DispatchQueue
    private let state = NIOLockedValueBox(State())

    /// - Parameter descriptor: stays open as long as the stream exists.
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        queue = DispatchQueue(label: "baton.stream-\(descriptor)")
    }

    /// Whether it is a terminal, where a person may be reading.
    public var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Accepts bytes to be written: all of them or, if more than ``waitingMax`` would wait, none.
    public func write(_ bytes: [UInt8]) {
        let hasRoom = state.withLockedValue { state in
            guard state.waiting + bytes.count <= Self.waitingMax else {
                state.lost += 1
                return false
            }
            state.waiting += bytes.count
            return true
        }
        if hasRoom { queue.async { self.put(bytes) } }
    }

    /// Writes bytes after all that was accepted before, and waits for their reader without a limit: for a command whose
    /// only task is to print them.
    /// - Returns: nil if all are written; else the system's error.
    public func writeWaiting(_ bytes: [UInt8]) -> Int32? {
        queue.sync { writeAll(bytes) < bytes.count ? errno : nil }
    }

    /// Accepts a text and a line end after it.
    public func writeLine(_ text: String) { write(Array("\(text)\n".utf8)) }

    /// Waits until all accepted bytes are written or dropped, at most ``flushMax``.
    public func flush() {
        let end = DispatchSemaphore(value: 0)
        queue.async { end.signal() }
        _ = end.wait(timeout: .now() + Self.flushMax / .seconds(1))
    }

    /// How many writes were dropped so far.
    public var lost: Int { state.withLockedValue { $0.lost } }

    private func put(_ bytes: [UInt8]) {
        let isMidLine = state.withLockedValue { $0.isMidLine }
        let text = isMidLine ? [UInt8(ascii: "\n")] + bytes : bytes
        let written = writeAll(text)
        state.withLockedValue { state in
            state.waiting -= bytes.count
            guard written < text.count else { return state.isMidLine = false }
            state.lost += 1
            if written > 0 { state.isMidLine = true }
        }
    }

    /// - Returns: how many bytes were written before the system refused.
    private func writeAll(_ bytes: [UInt8]) -> Int {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                written += count
            } else if errno == EAGAIN {  // Another process that shares the stream has made it non-blocking.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, -1)
            } else if errno != EINTR {
                break
            }
        }
        return written
    }
}
