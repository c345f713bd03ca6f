import Foundation
import RelayDomain

/// Calendar days of a time zone, from the first's beginning to the last's end; each end may be open. A transaction
/// belongs to the day on which it was accepted.
struct LedgerDays: Hashable {
    let start: Instant?
    let end: Instant?

    /// - Returns: nil if the last day is before the first.
    init?(from first: LedgerDay? = nil, to last: LedgerDay? = nil, in zone: TimeZone) {
        if let first, let last, last < first { return nil }
        start = first?.start(in: zone)
        end = last?.next.start(in: zone)
    }
}

/// A calendar day, independent of a time zone.
struct LedgerDay: Hashable, Comparable {
    private static let seconds = 86_400

    /// Since 1970-01-01.
    private let number: Int

    /// - Returns: nil unless the text is a day, `YYYY-MM-DD`.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.joined().utf8.allSatisfy({ (48...57).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let components = DateComponents(year: year, month: month, day: day)
        guard components.isValidDate(in: calendar), let midnight = calendar.date(from: components) else { return nil }
        number = Int((midnight.timeIntervalSince1970 / Double(Self.seconds)).rounded())
    }

    private init(number: Int) { self.number = number }

    static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    /// The day after.
    var next: LedgerDay { LedgerDay(number: number + 1) }

    /// When it begins: the first moment at which clocks there show it, which is not midnight if they go forward at that
    /// time. So each moment belongs to exactly one day. The search uses only the zone's offset: in Foundation's
    /// calendars days overlap if a midnight is missing.
    func start(in zone: TimeZone) -> Instant {
        let midnight = number * Self.seconds
        // No zone is further from GMT than a day, or has skipped more than one day.
        var (before, from) = (midnight - 2 * Self.seconds, midnight + 2 * Self.seconds)
        while from - before > 1 {
            let middle = (before + from) / 2
            let shown = middle + zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(middle)))
            if shown >= midnight { from = middle } else { before = middle }
        }
        return Instant(milliseconds: Int64(from) * 1_000)
    }
}

/// The time zone in which days are meant: `TZ`, or this machine's.
enum LedgerZone {
    /// - Throws: ``OperatorError/timeZone(_:)`` for an unknown name: it would silently be UTC.
    static func current(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws(OperatorError)
        -> TimeZone
    {
        guard let text = environment["TZ"], !text.isEmpty else { return .current }
        let name = text.hasPrefix(":") ? String(text.dropFirst()) : text
        guard let zone = TimeZone(identifier: name) else { throw .timeZone(text) }
        return zone
    }
}
