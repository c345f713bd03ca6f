import RelayDomain

// A key is mostly a UUID. Written as one it has 17 bytes instead of 37.

private enum KeyLength {
    /// In the place of a length: longer than any identifier.
    static let lowercaseUUID: UInt64 = 65
    static let uppercaseUUID: UInt64 = 66
}

extension ByteWriter {
    mutating func add(key text: String) {
        for (length, isUppercase) in [(KeyLength.lowercaseUUID, false), (KeyLength.uppercaseUUID, true)] {
            guard let uuid = UUIDText.bytes(text, isUppercase: isUppercase) else { continue }
            add(length)
            return add(raw: uuid)
        }
        add(text: text)
    }
}

extension ByteReader {
    mutating func key() throws(Unreadable) -> SubmissionKeyText {
        let length = try number()
        let text: String?
        switch length {
        case KeyLength.lowercaseUUID: text = UUIDText.text(try raw(UUIDText.byteCount), isUppercase: false)
        case KeyLength.uppercaseUUID: text = UUIDText.text(try raw(UUIDText.byteCount), isUppercase: true)
        case 0: text = nil
        case 1...64: text = String(validating: try raw(Int(length)), as: UTF8.self)
        default: throw .newer("a key of length \(length)")
        }
        guard let text, let key = SubmissionKeyText(text) else { throw .malformed }
        return key
    }
}

/// A UUID's text with hyphens, all of whose letters are of one case.
private enum UUIDText {
    static let byteCount = 16
    private static let length = 36

    private static func isHyphen(_ place: Int) -> Bool { place == 8 || place == 13 || place == 18 || place == 23 }

    /// - Returns: nil unless ``text(_:isUppercase:)`` writes just this text.
    static func bytes(_ text: String, isUppercase: Bool) -> [UInt8]? {
        guard text.utf8.count == length else { return nil }
        let letters = isUppercase ? UInt8(ascii: "A") : UInt8(ascii: "a")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        var high: UInt8?
        for (place, character) in text.utf8.enumerated() {
            if isHyphen(place) {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
            case letters..<letters + 6: digit = character - letters + 10
            default: return nil
            }
            if let former = high {
                bytes.append(former << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }

    static func text(_ bytes: ArraySlice<UInt8>, isUppercase: Bool) -> String {
        let letters = isUppercase ? UInt8(ascii: "A") : UInt8(ascii: "a")
        var text: [UInt8] = []
        text.reserveCapacity(length)
        for digit in bytes.flatMap({ [$0 >> 4, $0 & 15] }) {
            if isHyphen(text.count) { text.append(UInt8(ascii: "-")) }
            text.append(digit < 10 ? UInt8(ascii: "0") + digit : letters + digit - 10)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
