import Metrics
import NIOConcurrencyHelpers
import Synchronization

/// The value of one series, cheap to change from any thread.
protocol MetricValue: AnyObject, Sendable {
    func write(_ name: String, labels: String, to text: inout PrometheusText)
}

/// Only ever grows, from 0.
final class CounterValue: MetricValue, CounterHandler {
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { count.store(0, ordering: .relaxed) }

    func write(_ name: String, labels: String, to text: inout PrometheusText) {
        text.sample(name, labels: labels, "\(count.load(ordering: .relaxed))")
    }
}

/// A value that goes up and down.
final class GaugeValue: MetricValue, MeterHandler, RecorderHandler {
    private let value = NIOLockedValueBox<Double>(0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLockedValue { $0 = value } }
    func increment(by amount: Double) { value.withLockedValue { $0 += amount } }
    func decrement(by amount: Double) { value.withLockedValue { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }

    func write(_ name: String, labels: String, to text: inout PrometheusText) {
        text.sample(name, labels: labels, PrometheusText.number(value.withLockedValue { $0 }))
    }
}

/// How many observations are in each bucket, and their sum.
final class HistogramValue: MetricValue, TimerHandler, RecorderHandler {
    private struct Observed {
        /// One for each bucket, and one for values above the last.
        var counts: [Int64]
        var sum = 0.0
    }

    private let buckets: [Double]
    private let observed: NIOLockedValueBox<Observed>

    /// - Parameter buckets: the inclusive upper ends, ascending.
    init(buckets: [Double]) {
        self.buckets = buckets
        observed = NIOLockedValueBox(Observed(counts: Array(repeating: 0, count: buckets.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let bucket = buckets.firstIndex { value <= $0 } ?? buckets.count
        observed.withLockedValue { observed in
            observed.counts[bucket] += 1
            observed.sum += value
        }
    }

    func write(_ name: String, labels: String, to text: inout PrometheusText) {
        let observed = observed.withLockedValue { $0 }
        var count: Int64 = 0
        for (bound, inBucket) in zip(buckets.map(PrometheusText.number) + ["+Inf"], observed.counts) {
            count += inBucket
            text.sample(name + "_bucket", labels: labels + (labels.isEmpty ? "" : ",") + "le=\"\(bound)\"", "\(count)")
        }
        text.sample(name + "_sum", labels: labels, PrometheusText.number(observed.sum))
        text.sample(name + "_count", labels: labels, "\(count)")
    }
}
