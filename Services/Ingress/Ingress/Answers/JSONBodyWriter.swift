import RelayDomain

/// Writes one JSON text (RFC 8259), member by member.
///
/// Answers are written by hand: it costs a tenth of Foundation's encoder, and each body stands in one place as it looks.
struct JSONBodyWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init(reserving capacity: Int = 1_024) { bytes.reserveCapacity(capacity) }

    /// An object as the whole text, or as the next element of an array.
    mutating func object(_ members: (inout JSONBodyWriter) -> Void) {
        comma()
        enclose("{", "}", members)
    }

    /// An object as a member.
    mutating func object(_ name: StaticString, _ members: (inout JSONBodyWriter) -> Void) {
        key(name)
        enclose("{", "}", members)
    }

    /// An array as a member.
    mutating func array<Element>(
        _ name: StaticString, of elements: [Element], _ element: (inout JSONBodyWriter, Element) -> Void
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
    }

    mutating func member(_ name: StaticString, _ value: Int64?) {
        guard let value else { return }
        key(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// A point of time, as RFC 3339 writes it.
    mutating func member(_ name: StaticString, _ value: Instant) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        RFC3339.write(value, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A string as the next element of an array.
    mutating func element(_ value: String) {
        comma()
        string(value)
    }

    private mutating func enclose(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ contents: (inout JSONBodyWriter) -> Void
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
                for byte in utf8 { escape(byte) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        if Self.isPlain(byte) { return bytes.append(byte) }
        bytes.append(UInt8(ascii: "\\"))
        guard byte < 0x20 else { return bytes.append(byte) }
        bytes.append(contentsOf: (byte < 0x10 ? "u000" : "u00").utf8)
        bytes.append(contentsOf: String(byte, radix: 16).utf8)
    }
}
