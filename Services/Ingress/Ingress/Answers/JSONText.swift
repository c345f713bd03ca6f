/// Writes one JSON text (RFC 8259), member by member.
///
/// Answers are written by hand: it costs a tenth of Foundation's encoder, and each body stands in one place as it looks.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init(reserving capacity: Int = 768) { bytes.reserveCapacity(capacity) }

    /// An object as the whole text, or as the next element of an array.
    mutating func object(_ members: (inout JSONText) -> Void) { enclose("{", "}", members) }

    /// An object as a member.
    mutating func object(_ name: StaticString, _ members: (inout JSONText) -> Void) {
        key(name)
        enclose("{", "}", members)
    }

    /// An array as a member.
    mutating func array<Element>(
        _ name: StaticString, of elements: some Sequence<Element>, _ element: (inout JSONText, Element) -> Void
    ) {
        key(name)
        enclose("[", "]") { text in
            for value in elements { element(&text, value) }
        }
    }

    mutating func member(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
        needsComma = true
    }

    mutating func member(_ name: StaticString, _ value: Int64?) {
        guard let value else { return }
        key(name)
        bytes.append(contentsOf: String(value).utf8)
        needsComma = true
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
        needsComma = true
    }

    /// A string as the next element of an array.
    mutating func element(_ value: String) {
        comma()
        string(value)
        needsComma = true
    }

    private mutating func enclose(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ contents: (inout JSONText) -> Void
    ) {
        comma()
        bytes.append(UInt8(ascii: open))
        needsComma = false
        contents(&self)
        bytes.append(UInt8(ascii: close))
        needsComma = true
    }

    private mutating func key(_ name: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                bytes.append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
                bytes.append(contentsOf: String(byte, radix: 16).utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
