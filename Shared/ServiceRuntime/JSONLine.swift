/// A flat JSON object, written member by member into bytes, with a bound.
///
/// RFC 8259; strings are cut to a stated number of bytes, and all that is not simply read is escaped: an object is one line, and
/// nothing in it moves a cursor, turns the direction of writing or hides what stands there.
struct JSONLine {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

    init(reserving capacity: Int = 512) { bytes.reserveCapacity(capacity) }

    /// Appends a member with a text.
    /// - Parameter bytesMax: what the value may take, escapes included; what is beyond it becomes `…`.
    mutating func append(_ key: String, _ value: String, bytesMax: Int = 1_024) {
        appendKey(key)
        appendText(value, bytesMax: bytesMax)
    }

    /// Appends a member whose value is JSON already.
    mutating func append(_ key: String, json: some StringProtocol) {
        appendKey(key)
        bytes.append(contentsOf: json.utf8)
    }

    /// The object, closed.
    consuming func closed() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func appendKey(_ key: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        appendText(key, bytesMax: 128)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func appendText(_ text: String, bytesMax: Int) {
        let end = bytes.count + bytesMax
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            guard bytes.count < end else {
                bytes.append(contentsOf: "…".utf8)
                break
            }
            switch scalar {
            case "\"": bytes.append(contentsOf: #"\""#.utf8)
            case "\\": bytes.append(contentsOf: #"\\"#.utf8)
            case "\n": bytes.append(contentsOf: #"\n"#.utf8)
            case _ where scalar.isActing: appendEscaped(scalar)
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ scalar: Unicode.Scalar) {
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
            let digits = String(unit, radix: 16)
            bytes.append(contentsOf: "\\u".utf8)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
            bytes.append(contentsOf: digits.utf8)
        }
    }
}

extension Unicode.Scalar {
    /// Whether a terminal or an editor does something about it other than to show it.
    fileprivate var isActing: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Joiners and non-joiners belong to the spelling of some languages, and to emoji.
        case .format: value != 0x200C && value != 0x200D
        default: false
        }
    }
}
