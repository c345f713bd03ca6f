import Foundation

/// The private pipe by which a process reports to its parent that its loops come round, at the reading end.
public final class TickPipe: Sendable {
    /// The descriptor of the writing end in the started process, given by `BATON_TICKS`.
    public static let descriptor: Int32 = 3
    /// How many reports are read at a check. More than a process can send in a second.
    private static let reportsMax = 256

    private let reader: Int32
    /// For the process that is started.
    let writer: Int32

    /// - Throws: ``ChildProcessError`` if there is no file descriptor left.
    public init() throws(ChildProcessError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ChildProcessError(reason: String(cString: strerror(errno))) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)  // Neither end waits for the other.
        }
        (reader, writer) = (ends[0], ends[1])
    }

    deinit {
        close(reader)
        close(writer)
    }

    /// Reads the reports since the last check, and decides.
    public func look(_ watch: inout LoopWatch) -> LoopWatch.Verdict? { watch.look(words(), at: .now) }

    func words() -> [LoopReport] {
        var bytes = [UInt8](repeating: 0, count: Self.reportsMax * LoopReport.bytes)
        let count = read(reader, &bytes, bytes.count)
        guard count > 0 else { return [] }
        return stride(from: 0, to: count - count % LoopReport.bytes, by: LoopReport.bytes)
            .compactMap { LoopReport(bytes[$0..<$0 + LoopReport.bytes]) }
    }
}
