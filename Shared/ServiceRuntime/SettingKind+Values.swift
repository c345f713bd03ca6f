import Foundation

extension SettingKind<Bool> {
    /// A switch.
    public static var bool: Self {
        Self(
            expected: "1, 0, true or false", example: true,
            parse: { text throws(SettingProblem) in
                switch text {
                case "1", "true": return true
                case "0", "false": return false
                default: throw .malformed
                }
            }, write: { $0 ? "true" : "false" })
    }
}

extension SettingKind<Int> {
    /// A whole number within a range.
    public static func integer(_ range: ClosedRange<Int>) -> Self {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Self(
            expected: expected, example: range.lowerBound,
            parse: { text throws(SettingProblem) in
                guard let value = Int(text) else { throw .malformed }
                guard range.contains(value) else { throw .outOfRange }
                return value
            }, write: { "\($0)" })
    }
}

extension SettingKind<Duration> {
    /// A time span: a whole number and its unit, `ms`, `s`, `m` or `h`.
    public static func duration(_ range: ClosedRange<Duration> = .zero...(.seconds(86_400))) -> Self {
        let expected = "a duration from \(text(of: range.lowerBound)) to \(text(of: range.upperBound))"
        return Self(
            expected: expected, example: range.lowerBound,
            parse: { text throws(SettingProblem) in
                let digits = text.prefix { $0.isASCII && $0.isNumber }
                guard digits.utf8.count <= 12, let count = Int64(digits) else { throw .malformed }
                let value: Duration
                switch text.dropFirst(digits.count) {
                case "ms": value = .milliseconds(count)
                case "s": value = .seconds(count)
                case "m": value = .seconds(count * 60)
                case "h": value = .seconds(count * 3_600)
                default: throw SettingProblem("needs a number and a unit (ms, s, m, h)")
                }
                guard range.contains(value) else { throw .outOfRange }
                return value
            }, write: text(of:))
    }

    /// The duration in its largest whole unit; fractions of a millisecond are cut off.
    @Sendable static func text(of duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        if milliseconds % 1_000 != 0 { return "\(milliseconds)ms" }
        if milliseconds == 0 || seconds % 60 != 0 { return "\(seconds)s" }
        return seconds % 3_600 == 0 ? "\(seconds / 3_600)h" : "\(seconds / 60)m"
    }
}

extension SettingKind<HostPort> {
    /// Where a socket listens or connects: `0.0.0.0:7780`. Port 0 lets the system choose.
    public static var address: Self {
        Self(
            expected: "host:port", example: .any(port: 7780),
            parse: { text throws(SettingProblem) in
                guard let address = HostPort(text) else { throw .malformed }
                return address
            }, write: \.description)
    }
}

extension SettingKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of an enumeration's cases, by its raw value.
    public static func choice(of _: Value.Type = Value.self) -> Self {
        precondition(!Value.allCases.isEmpty, "a choice needs at least one case")
        let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return Self(
            expected: "one of \(names)", example: Value.allCases.first!,
            parse: { text throws(SettingProblem) in
                guard let value = Value(rawValue: text) else { throw .malformed }
                return value
            }, write: \.rawValue)
    }
}

extension SettingKind {
    /// Several values, separated by commas, spaces around them ignored; at most 256.
    public static func list<Element>(of kind: SettingKind<Element>) -> Self where Value == [Element] {
        Self(
            expected: "a list, separated by commas, of: \(kind.expected)", example: [kind.example],
            isSecret: kind.isSecret,
            parse: { text throws(SettingProblem) in
                var values: [Element] = []
                for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                    guard values.count < 256 else { throw .outOfRange }
                    values.append(try kind.parse(part.trimmingCharacters(in: .whitespaces)))
                }
                return values
            }, write: { $0.map(kind.write).joined(separator: ",") })
    }
}
