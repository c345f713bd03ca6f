import JSONText
import RelayDomain

/// Points of time as HTTP writes them: `Sun, 22 Nov 2026 10:11:24 GMT` (RFC 9110, section 5.6.7).
enum HTTPDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]  // 1970 began with a Thursday.
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// - Parameter instant: not before 1970.
    static func text(_ instant: Instant) -> String {
        let seconds = max(0, instant.milliseconds) / 1_000
        let (days, ofDay) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let date = CivilDate(daysSince1970: days)
        func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(weekdays[Int(days % 7)]), \(padded(date.day)) \(months[Int(date.month) - 1]) \(date.year) "
            + "\(padded(ofDay / 3_600)):\(padded(ofDay / 60 % 60)):\(padded(ofDay % 60)) GMT"
    }
}
