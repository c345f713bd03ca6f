import RelayDomain

/// Points of time as phones read and write them: RFC 3339, such as `2026-11-22T10:11:24.250Z`.
enum RFC3339 {
    /// In UTC, with milliseconds. RFC 3339 knows the years 0 to 9999 alone.
    static func text(_ instant: Instant) -> String {
        var bytes: [UInt8] = []
        write(instant, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The same onto the end of a text.
    static func write(_ instant: Instant, to text: inout [UInt8]) {
        let days = instant.milliseconds.flooredQuotient(by: 86_400_000)
        let ofDay = instant.milliseconds - days * 86_400_000
        let date = CivilDate(daysSince1970: days)
        write(date.year, from: 1_000, "-", to: &text)
        write(date.month, from: 10, "-", to: &text)
        write(date.day, from: 10, "T", to: &text)
        write(ofDay / 3_600_000, from: 10, ":", to: &text)
        write(ofDay / 60_000 % 60, from: 10, ":", to: &text)
        write(ofDay / 1_000 % 60, from: 10, ".", to: &text)
        write(ofDay % 1_000, from: 100, "Z", to: &text)
    }

    /// All digits from that of a power of ten on, and what stands behind them.
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

    /// - Returns: nil unless the text is a date and a time with `Z` or an offset. Fractions below a millisecond are cut off.
    static func instant(_ text: String) -> Instant? {
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
        return Instant(milliseconds: (seconds - offset * 60) * 1_000 + milliseconds)
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

/// A day of the Gregorian calendar.
struct CivilDate: Equatable {
    let year: Int64
    let month: Int64
    let day: Int64

    /// - Returns: nil if there is no such day.
    init?(year: Int64, month: Int64, day: Int64) {
        (self.year, self.month, self.day) = (year, month, day)
        guard (1...12).contains(month), day >= 1, CivilDate(daysSince1970: daysSince1970) == self else { return nil }
    }

    /// Years are counted from March here, so that the leap day is a year's last: a month then begins after
    /// (153 × month + 2) / 5 days. 400 years have 146,097 days, and 0000-03-01 lies 719,468 days before 1970.
    init(daysSince1970 days: Int64) {
        let sinceMarch0 = days + 719_468
        let era = sinceMarch0.flooredQuotient(by: 146_097)
        let dayOfEra = sinceMarch0 - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let fromMarch = month > 2 ? year : year - 1
        let era = fromMarch.flooredQuotient(by: 400)
        let yearOfEra = fromMarch - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Int64 {
    /// The quotient rounded down, also below zero.
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : (self + 1) / divisor - 1
    }
}
