import RelayDomain

/// True time, which no process can read: since the simulation began.
struct Moment: Hashable, Comparable, Sendable {
    let microseconds: Int64

    static let start = Moment(microseconds: 0)

    static func < (left: Moment, right: Moment) -> Bool { left.microseconds < right.microseconds }
    static func + (start: Moment, span: Duration) -> Moment {
        Moment(microseconds: start.microseconds + span.microseconds)
    }
    static func - (end: Moment, start: Moment) -> Duration { .microseconds(end.microseconds - start.microseconds) }
}

extension Moment: CustomStringConvertible {
    /// Seconds and milliseconds, such as `12.034`.
    var description: String {
        let milliseconds = microseconds / 1_000
        let rest = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}

extension Duration {
    var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
