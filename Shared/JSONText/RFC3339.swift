/// Points of time as JSON, logs and people read and write them: RFC 3339, such as `2026-11-22T10:11:24.250Z`.
///
/// All are milliseconds since 1970-01-01T00:00:00Z. RFC 3339 has only the years 0 to 9999.
public enum RFC3339 {
    /// In UTC, with milliseconds.
    public static func text(milliseconds: Int64) -> String {
        var bytes: [UInt8] = []
        write(milliseconds: milliseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the same to a text.
    public static func write(milliseconds: Int64, to text: inout [UInt8]) {
        let days = milliseconds.flooredQuotient(by: 86_400_000)
        let ofDay = milliseconds - days * 86_400_000
        let date = CivilDate(daysSince1970: days)
        write(date.year, from: 1_000, "-", to: &text)
        write(date.month, from: 10, "-", to: &text)
        write(date.day, from: 10, "T", to: &text)
        write(ofDay / 3_600_000, from: 10, ":", to: &text)
        write(ofDay / 60_000 % 60, from: 10, ":", to: &text)
        write(ofDay / 1_000 % 60, from: 10, ".", to: &text)
        write(ofDay % 1_000, from: 100, "Z", to: &text)
    }

    /// The digits from that of a power of ten down, followed by a separator.
    private static func write(
        _ number: Int64, from power: Int64, _ end: Unicode.Scalar, to text: inout [UInt8]
    ) {
        var power = power
        while power > 0 {
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / power % 10))
            power /= 10
        }
        text.append(UInt8(ascii: end))
    }

    /// - Returns: nil unless the text is a date and a time with `Z` or an offset. Fractions below a millisecond are cut
    ///   off.
    public static func milliseconds(_ text: String) -> Int64? {
        var rest = text.utf8[...]
        guard let year = digits(4, of: &rest), consume("-", of: &rest),
            let month = digits(2, of: &rest), consume("-", of: &rest), let day = digits(2, of: &rest),
            consume("T", of: &rest) || consume("t", of: &rest) || consume(" ", of: &rest),
            let hour = digits(2, of: &rest), consume(":", of: &rest),
            let minute = digits(2, of: &rest), consume(":", of: &rest), let second = digits(2, of: &rest),
            let milliseconds = fraction(of: &rest), let offset = offset(of: &rest), rest.isEmpty,
            hour < 24, minute < 60, second < 61,  // A leap second is written as 60.
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second
        return (seconds - offset * 60) * 1_000 + milliseconds
    }

    private static func consume(_ letter: Unicode.Scalar, of text: inout Substring.UTF8View) -> Bool {
        guard text.first == UInt8(ascii: letter) else { return false }
        text.removeFirst()
        return true
    }

    private static func digits(_ count: Int, of text: inout Substring.UTF8View) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit(of: &text) else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private static func digit(of text: inout Substring.UTF8View) -> Int64? {
        guard let byte = text.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        text.removeFirst()
        return Int64(byte - UInt8(ascii: "0"))
    }

    private static func fraction(of text: inout Substring.UTF8View) -> Int64? {
        guard consume(".", of: &text) else { return 0 }
        guard let first = digit(of: &text) else { return nil }
        var (milliseconds, scale) = (first * 100, Int64(10))
        while let next = digit(of: &text) {
            milliseconds += next * scale
            scale /= 10
        }
        return milliseconds
    }

    /// In minutes east of UTC.
    private static func offset(of text: inout Substring.UTF8View) -> Int64? {
        if consume("Z", of: &text) || consume("z", of: &text) { return 0 }
        let sign: Int64 = consume("+", of: &text) ? 1 : -1
        guard sign == 1 || consume("-", of: &text), let hours = digits(2, of: &text), consume(":", of: &text),
            let minutes = digits(2, of: &text), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
