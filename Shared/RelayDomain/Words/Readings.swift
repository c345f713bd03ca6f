extension String {
    /// What is judged of a text from outside: the text as it stands, and what its percent escapes stand for, also where
    /// they were escaped once more.
    package var readings: [String] {
        var readings = [self]
        while readings.count < 3, let last = readings.last, last.utf8.contains(UInt8(ascii: "%")) {
            readings.append(last.withoutPercentEscapes)
        }
        return readings
    }

    /// An escape that is cut off stands for nothing.
    private var withoutPercentEscapes: String {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).prefix { Character(Unicode.Scalar($0)).isHexDigit }
            rest.removeFirst(digits.count)
            if digits.count == 2, let byte = UInt8(Substring(digits), radix: 16) { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
