import Foundation
import RelayDomain

/// Calendar days of a time zone, from the first's beginning to the last's end; each end may be open. A transaction belongs to
/// the day on which it was accepted.
struct LedgerDays: Hashable {
    let start: Instant?
    let end: Instant?

    /// - Returns: nil if the last day is before the first.
    init?(from first: LedgerDay? = nil, to last: LedgerDay? = nil, in zone: TimeZone) {
        start = first?.start(in: zone)
        end = last?.next.start(in: zone)
        if let start, let end, start > end { return nil }
    }
}

/// A day of the calendar, wherever it is lived.
struct LedgerDay: Hashable {
    private let components: DateComponents

    /// - Returns: nil unless the text is a day, `YYYY-MM-DD`.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.joined().utf8.allSatisfy({ (48...57).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        components = DateComponents(year: year, month: month, day: day)
        guard components.isValidDate(in: Calendar(identifier: .gregorian)) else { return nil }
    }

    private init(_ components: DateComponents) { self.components = components }

    /// The day after.
    var next: LedgerDay {
        var next = components
        next.day = (next.day ?? 0) + 1
        return LedgerDay(next)
    }

    /// When it begins: at midnight, or, where the clocks go forward then, at the first moment that there is. Found from its
    /// noon, which each day has; a midnight that does not exist would be read as another day's hour.
    func start(in zone: TimeZone) -> Instant {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        var noon = components
        noon.hour = 12
        guard let date = calendar.date(from: noon) else { preconditionFailure("a valid day has a noon") }
        return Instant(milliseconds: Int64(calendar.startOfDay(for: date).timeIntervalSince1970 * 1_000))
    }
}

/// The time zone in which days are meant: `TZ`, or this machine's.
enum LedgerZone {
    /// - Throws: ``OperatorError/timeZone(_:)`` for a name that nobody knows: it would silently be UTC.
    static func current(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws(OperatorError)
        -> TimeZone
    {
        guard let text = environment["TZ"], !text.isEmpty else { return .current }
        let name = text.hasPrefix(":") ? String(text.dropFirst()) : text
        guard let zone = TimeZone(identifier: name) else { throw .timeZone(text) }
        return zone
    }
}
