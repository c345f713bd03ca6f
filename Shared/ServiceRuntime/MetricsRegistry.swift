import Metrics
import NIOConcurrencyHelpers

/// Every metric of one process, for swift-metrics on one side and for Prometheus on the other.
///
/// A metric's name is its label, with `_` for characters that Prometheus forbids; counters end in `_total`, timers in
/// `_seconds`. Recorders that aggregate, and timers, are histograms with stated buckets; meters and gauges are gauges.
///
/// **Bounds:** ``familiesMax`` names, ``seriesMax`` label combinations for each, ``labelMax`` bytes in a label's value.
/// Series above these are not exposed; `baton_process_series_refused_total` counts them. A series stays until the
/// process ends.
public final class MetricsRegistry: MetricsFactory {
    /// How many names a process may have.
    public static let familiesMax = 512
    /// How many label combinations a name may have.
    public static let seriesMax = 256
    /// The bytes of a label's value; a longer one is cut.
    public static let labelMax = 128
    /// The upper ends of a timer's buckets, in seconds.
    public static let secondsBuckets: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// The upper ends of an aggregating recorder's buckets: batch sizes, bytes.
    public static let sizeBuckets: [Double] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 4_096, 16_384]

    private let families = NIOLockedValueBox<[String: MetricFamily]>([:])
    private let refused = CounterValue()

    /// A registry without metrics.
    public init() {}

    /// The counter of a label and its dimensions; the same for equal ones. Called by swift-metrics, as are the others.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, unit: "_total", .counter, dimensions, CounterValue.init)
    }

    /// A gauge that can be changed by a difference.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, .gauge, dimensions, GaugeValue.init)
    }

    /// A histogram if it aggregates, else a gauge.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return series(label, .gauge, dimensions, GaugeValue.init) }
        return series(label, .histogram, dimensions) { HistogramValue(buckets: Self.sizeBuckets) }
    }

    /// A histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, unit: "_seconds", .histogram, dimensions) {
            HistogramValue(buckets: Self.secondsBuckets)
        }
    }

    /// Series stay until the process ends, so destroying does nothing; likewise below.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// Everything in the text format of Prometheus, version 0.0.4.
    public func exposition() -> String {
        let snapshot = families.withLockedValue { $0 }
        var text = PrometheusText()
        for (name, family) in snapshot.sorted(by: { $0.key < $1.key }) {
            text.begin(name, family.kind, help: MetricHelp.sentence(name) ?? family.label)
            for (labels, value) in family.series.sorted(by: { $0.key < $1.key }) {
                value.write(name, labels: labels, to: &text)
            }
        }
        let name = "baton_process_series_refused_total"
        text.begin(
            name, .counter, help: "How often a metric was refused because its name or labels had too many series.")
        refused.write(name, labels: "", to: &text)
        return text.text
    }

    /// The value behind a name and its labels: the existing one, a new one, or, beyond the bounds, one that is not
    /// exposed.
    private func series<Value: MetricValue>(
        _ label: String, unit: String = "", _ kind: MetricFamily.Kind, _ dimensions: [(String, String)],
        _ make: () -> Value
    ) -> Value {
        let name = metricName(label, unit: unit)
        let labels = metricLabels(dimensions)
        let found = families.withLockedValue { families -> Value? in
            guard families[name] != nil || families.count < Self.familiesMax else { return nil }
            var family = families.removeValue(forKey: name) ?? MetricFamily(kind: kind, label: label)
            defer { families[name] = family }
            guard family.kind == kind else { return nil }
            if let known = family.series[labels] { return known as? Value }
            guard family.series.count < Self.seriesMax else { return nil }
            let value = make()
            family.series[labels] = value
            return value
        }
        guard let found else {
            refused.increment(by: 1)
            return make()
        }
        return found
    }
}

/// All series of one name.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable { case counter, gauge, histogram }

    let kind: Kind
    /// As the code writes it: the HELP text of a metric that is not in ``MetricHelp``.
    let label: String
    /// By their labels as they are exposed, without braces.
    var series: [String: any MetricValue] = [:]
}

/// A label in the form that Prometheus allows: letters, digits and `_`, no digit first, the unit at the end.
private func metricName(_ label: String, unit: String = "") -> String {
    let name = String(label.unicodeScalars.prefix(200).map { isNameCharacter($0) ? Character($0) : "_" })
    let safe = name.first.map { $0.isNumber } ?? true ? "_" + name : name
    return safe.hasSuffix(unit) ? safe : safe + unit
}

/// Labels as they are exposed: sorted, escaped, of two labels with one name the last.
private func metricLabels(_ dimensions: [(String, String)]) -> String {
    guard !dimensions.isEmpty else { return "" }
    let labels = Dictionary(dimensions.map { (labelName($0), $1) }, uniquingKeysWith: { $1 })
    return labels.sorted { $0.key < $1.key }.map { "\($0)=\"\(PrometheusText.escaped($1))\"" }.joined(separator: ",")
}

/// A dimension's name; `le` belongs to histograms.
private func labelName(_ name: String) -> String {
    let safe = metricName(name)
    return safe == "le" ? "le_" : safe
}

private func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
}
