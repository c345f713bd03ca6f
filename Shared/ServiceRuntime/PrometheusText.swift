/// Metrics in Prometheus' text format, version 0.0.4: families of samples, each family begun once.
struct PrometheusText {
    private(set) var text = ""

    /// Begins a family; its samples follow.
    mutating func begin(_ name: String, _ kind: MetricFamily.Kind, help: String) {
        text += "# HELP \(name) \(Self.oneLine(help))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// One sample of the family.
    /// - Parameter labels: as ``escaped(_:)`` makes them, without braces; may be empty.
    mutating func sample(_ name: String, labels: String = "", _ value: String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    /// A family of one sample.
    mutating func single(_ name: String, _ kind: MetricFamily.Kind, help: String, _ value: String) {
        begin(name, kind, help: help)
        sample(name, value)
    }

    /// A help text as the format requires; quotes stay unchanged.
    private static func oneLine(_ help: String) -> String {
        help.replacing("\\", with: #"\\"#).replacing("\n", with: #"\n"#)
    }

    /// A number as Prometheus reads it: whole ones without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    /// A label's value, cut to ``MetricsRegistry/labelMax`` bytes, with backslash, quote and line end escaped.
    static func escaped(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            guard result.utf8.count < MetricsRegistry.labelMax else { break }
            switch scalar {
            case "\\": result += #"\\"#
            case "\"": result += #"\""#
            case "\n": result += #"\n"#
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
