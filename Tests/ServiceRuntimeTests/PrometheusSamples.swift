import Testing

/// A strict reader of Prometheus' text format 0.0.4: it fails on whatever the format does not allow.
struct PrometheusSamples {
    private(set) var values: [String: Double] = [:]
    private(set) var types: [String: String] = [:]

    /// - Throws: for a line that is not in the format, a family that is begun twice, a sample outside of its family,
    ///   a sample that stands there twice, or a histogram whose buckets shrink or end elsewhere than at its count.
    init(_ text: String) throws {
        try #require(text.hasSuffix("\n"))
        var family = ""
        for line in text.split(separator: "\n") {
            if let help = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\\\|\\n)+/) {
                family = String(help.1)
                try #require(types[family] == nil, "begun twice: \(family)")
            } else if let type = line.wholeMatch(of: /# TYPE (\S+) (counter|gauge|histogram)/) {
                try #require(String(type.1) == family, "\(line)")
                types[family] = String(type.2)
            } else {
                try readSample(String(line), of: family)
            }
        }
        try checkHistograms()
    }

    /// The value of one sample: its name, and its labels in braces as they are written.
    subscript(_ sample: String) -> Double? { values[sample] }

    private mutating func readSample(_ line: String, of family: String) throws {
        let sample = try #require(
            line.wholeMatch(
                of:
                    #/(([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\\\|\\"|\\n)*",?)+\})?) (\S+)/#
            ),
            "\(line)")
        let name = String(sample.2)
        let suffixes = types[family] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        try #require(suffixes.contains { family + $0 == name }, "\(line) in \(family)")
        let value = try #require(sample.3 == "+Inf" ? .infinity : Double(sample.3), "\(line)")
        try #require(values.updateValue(value, forKey: String(sample.1)) == nil, "twice: \(line)")
    }

    private func checkHistograms() throws {
        for (name, type) in types where type == "histogram" {
            for (key, count) in values where key == name + "_count" || key.hasPrefix(name + "_count{") {
                let labels = key.dropFirst(name.count + "_count".count).dropFirst().dropLast()
                let opening = "\(name)_bucket{" + (labels.isEmpty ? "" : "\(labels),") + "le=\""
                let buckets = values.filter { $0.key.hasPrefix(opening) }.map { key, value in
                    (bound: Double(key.dropFirst(opening.count).dropLast(2)) ?? .infinity, count: value)
                }.sorted { $0.bound < $1.bound }
                try #require(buckets.last.map { $0.bound == .infinity && $0.count == count } == true, "\(name)")
                try #require(zip(buckets, buckets.dropFirst()).allSatisfy { $0.count <= $1.count }, "\(name)")
            }
        }
    }
}
