import Histogram

/// How long transactions took: an HDR histogram in microseconds, three significant digits, up to two minutes.
struct Latencies: Sendable {
    /// Longer ones are counted as this long; no transaction takes longer.
    static let most: Duration = .seconds(120)
    private static let mostMicroseconds: UInt64 = 120_000_000

    private var histogram = Histogram<UInt64>(
        highestTrackableValue: Latencies.mostMicroseconds, numberOfSignificantValueDigits: .three)

    var count: Int { Int(histogram.totalCount) }

    /// - Parameters: two points of one monotonic clock, in nanoseconds. An end before its begin counts as none.
    mutating func record(from begin: UInt64, to end: UInt64) {
        let microseconds = end > begin ? (end - begin) / 1_000 : 0
        histogram.record(min(microseconds, Self.mostMicroseconds))
    }

    /// The latency in milliseconds that `percent` of all do not exceed; 0 if there are none.
    func milliseconds(at percent: Double) -> Double {
        count == 0 ? 0 : Double(histogram.valueAtPercentile(percent)) / 1_000
    }
}
