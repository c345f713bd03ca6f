/// Writes one JSON text (RFC 8259) without space: field by field, or a ``JSONValue`` as a whole.
///
/// Answers are written field by field: it costs a tenth of Foundation's encoder, and the code of each body shows the
/// JSON's shape.
public struct JSONWriter {
    /// What was written so far, in UTF-8.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// A writer that has written nothing; `capacity` in bytes avoids copies while it grows.
    public init(reserving capacity: Int = 1_024) { bytes.reserveCapacity(capacity) }

    /// Ends the line, for texts that are one line each.
    public mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }

    static func write(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }
}

// MARK: - Fields

extension JSONWriter {
    /// An object as the whole text, or as the next element of an array.
    public mutating func object(_ fields: (inout JSONWriter) -> Void) {
        comma()
        enclose("{", "}", fields)
    }

    /// An object as a field.
    public mutating func object(_ name: StaticString, _ fields: (inout JSONWriter) -> Void) {
        key(name)
        enclose("{", "}", fields)
    }

    /// An array as a field.
    public mutating func array(_ name: StaticString, _ elements: (inout JSONWriter) -> Void) {
        key(name)
        enclose("[", "]", elements)
    }

    /// A text as a field; nothing for nil.
    public mutating func field(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    /// A number as a field; nothing for nil.
    public mutating func field(_ name: StaticString, _ value: Int64?) {
        guard let value else { return }
        key(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    /// A truth value as a field.
    public mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// A number with a fraction as a field. It has to be finite.
    public mutating func field(_ name: StaticString, _ value: Double) {
        key(name)
        bytes.append(contentsOf: "\(value)".utf8)
    }

    /// A point of time as a field: RFC 3339, from milliseconds since 1970.
    public mutating func field(_ name: StaticString, time milliseconds: Int64) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        RFC3339.write(milliseconds: milliseconds, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A text as a field, for people who read the JSON as it is, such as a line of a log: cut to a bound, and every
    /// character that is not plain text is escaped. Nothing in it moves a cursor, changes the direction of writing or
    /// hides text.
    /// - Parameter bytesMax: the most bytes of the value, escapes included; the rest is replaced by `…`.
    public mutating func field(named name: String, shown value: String, bytesMax: Int) {
        comma()
        string(shown: name, bytesMax: 128)
        bytes.append(UInt8(ascii: ":"))
        string(shown: value, bytesMax: bytesMax)
    }

    /// A text as the next element of an array.
    public mutating func element(_ value: String) {
        comma()
        string(value)
    }
}

// MARK: - Whole values

extension JSONWriter {
    private mutating func value(_ value: JSONValue) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .otherNumber(let text): bytes.append(contentsOf: text.utf8)
        case .string(let text): string(text)
        case .array(let elements):
            enclose("[", "]") { writer in
                for element in elements {
                    writer.comma()
                    writer.value(element)
                }
            }
        case .object(let object):
            enclose("{", "}") { writer in
                for field in object.fields {
                    writer.comma()
                    writer.string(field.name)
                    writer.bytes.append(UInt8(ascii: ":"))
                    writer.value(field.value)
                }
            }
        }
    }
}

// MARK: - Bytes

extension JSONWriter {
    private mutating func enclose(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ contents: (inout JSONWriter) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        needsComma = false
        contents(&self)
        bytes.append(UInt8(ascii: close))
        needsComma = true
    }

    private mutating func key(_ name: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            if utf8.allSatisfy(Self.isPlain) {
                bytes.append(contentsOf: utf8)
            } else {
                for byte in utf8 {
                    if Self.isPlain(byte) { bytes.append(byte) } else { escape(Unicode.Scalar(byte)) }
                }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Whether it is a printable ASCII character: most of what is logged is made of them alone.
    private static func isShown(_ byte: UInt8) -> Bool { (0x20..<0x7F).contains(byte) }

    private mutating func string(shown text: String, bytesMax: Int) {
        guard text.utf8.count > bytesMax || !text.utf8.allSatisfy(Self.isShown) else { return string(text) }
        let end = bytes.count + bytesMax
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            guard bytes.count < end else {
                bytes.append(contentsOf: "…".utf8)
                break
            }
            if scalar == "\"" || scalar == "\\" || scalar.isActing {
                escape(scalar)
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": bytes.append(contentsOf: #"\""#.utf8)
        case "\\": bytes.append(contentsOf: #"\\"#.utf8)
        case "\n": bytes.append(contentsOf: #"\n"#.utf8)
        case "\r": bytes.append(contentsOf: #"\r"#.utf8)
        case "\t": bytes.append(contentsOf: #"\t"#.utf8)
        default:
            for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                let digits = String(unit, radix: 16)
                bytes.append(contentsOf: "\\u".utf8)
                bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
                bytes.append(contentsOf: digits.utf8)
            }
        }
    }
}

extension Unicode.Scalar {
    /// Whether a terminal or an editor acts on it instead of showing it.
    fileprivate var isActing: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Joiners and non-joiners are needed to write some languages, and emoji.
        case .format: value != 0x200C && value != 0x200D
        default: false
        }
    }
}
