/// Keeps a source with repeated errors from filling a log: it gets at most one line a second.
public struct LogThrottle<Source: Hashable> {
    private var written: [Source: (at: ContinuousClock.Instant, leftOut: Int)] = [:]

    /// No source has written a line yet.
    public init() {}

    /// - Returns: how many lines about the source were left out since the last line; nil if this one is to be left out,
    ///   too.
    public mutating func admit(about source: Source, now: ContinuousClock.Instant) -> Int? {
        guard let last = written[source] else {
            written[source] = (now, 0)
            return 0
        }
        guard now - last.at >= .seconds(1) else {
            written[source] = (last.at, last.leftOut + 1)
            return nil
        }
        written[source] = (now, 0)
        return last.leftOut
    }

    /// The source is gone.
    public mutating func forget(_ source: Source) { written[source] = nil }
}
