/// Reads one JSON text (RFC 8259) from its front to its end, value by value, and builds nothing that nobody asks for.
///
/// A name that stands twice in an object is refused, however it is escaped: two readers could take two values for it.
struct JSONScanner {
    /// What is nested deeper is refused.
    static let depthMax = 32
    /// Objects of more members are refused: each name is compared with those before it.
    static let membersMax = 64

    private let bytes: [UInt8]
    /// The names that a refusal may tell. Others may be anything, a payment code too.
    private let fields: Set<String>
    private var index = 0
    /// The names that were read so far, of each object that is open.
    private var names: [[String]] = []

    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - fields: the names that a refusal may tell.
    init(_ bytes: [UInt8], fields: Set<String>) {
        self.bytes = bytes
        self.fields = fields
    }

    private static let notJSON = Refusing(.malformed, "The body is not JSON. Send one JSON object.")

    /// The first byte of the next value; nil at the end.
    mutating func peekValue() -> UInt8? {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
        return peek
    }

    /// Takes `null`, if it is the next value.
    mutating func takeNull() throws(Refusing) -> Bool {
        guard peekValue() == UInt8(ascii: "n") else { return false }
        try word("null")
        return true
    }

    /// Begins an object.
    /// - Returns: false, and nothing is taken, if the next value is none.
    mutating func open() -> Bool {
        guard consume("{") else { return false }
        names.append([])
        return true
    }

    /// The name of the next member, whose value is to be read now; nil at the object's end.
    mutating func member() throws(Refusing) -> String? {
        guard let seen = names.popLast() else { throw Self.notJSON }
        if consume("}") { return nil }
        guard seen.isEmpty || consume(",") else { throw Self.notJSON }
        guard let name = try string(), consume(":") else { throw Self.notJSON }
        guard !seen.contains(name) else {
            let what = fields.contains(name) ? name : "A name"
            throw Refusing(.malformed, "\(what) stands twice in an object. Send each field once.")
        }
        guard seen.count < Self.membersMax else {
            throw Refusing(.malformed, "An object has more than \(Self.membersMax) fields. Send those of the API.")
        }
        names.append(seen + [name])
        return name
    }

    /// - Returns: nil, and nothing is taken, if the next value is no string.
    mutating func string() throws(Refusing) -> String? {
        guard consume("\"") else { return nil }
        let start = index
        while let byte = peek, byte >= 0x20, byte != UInt8(ascii: "\\") {
            index += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: bytes[start..<index - 1], as: UTF8.self) }
        }
        var text = Array(bytes[start..<index])
        while let byte = peek, byte >= 0x20 {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try unescape(onto: &text)
            default: text.append(byte)
            }
        }
        throw Self.notJSON
    }

    /// The next value, a number, as it is written.
    /// - Returns: nil, and nothing is taken, if it is none.
    mutating func number() throws(Refusing) -> String? {
        guard let first = peekValue(), first == UInt8(ascii: "-") || Self.isDigit(first) else { return nil }
        let start = index
        if first == UInt8(ascii: "-") { index += 1 }
        let leading = peek
        let whole = skipDigits()
        guard whole == 1 || whole > 1 && leading != UInt8(ascii: "0") else { throw Self.notJSON }
        if peek == UInt8(ascii: ".") {
            index += 1
            guard skipDigits() > 0 else { throw Self.notJSON }
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            index += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
            guard skipDigits() > 0 else { throw Self.notJSON }
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// Passes a value over.
    mutating func skip(depth: Int = 0) throws(Refusing) {
        guard depth < Self.depthMax else { throw Self.notJSON }
        switch peekValue() {
        case UInt8(ascii: "{"):
            _ = open()
            while try member() != nil { try skip(depth: depth + 1) }
        case UInt8(ascii: "["):
            _ = consume("[")
            if consume("]") { return }
            repeat { try skip(depth: depth + 1) } while consume(",")
            guard consume("]") else { throw Self.notJSON }
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: guard try number() != nil else { throw Self.notJSON }
        }
    }

    /// Nothing may follow.
    mutating func end() throws(Refusing) {
        guard peekValue() == nil else { throw Self.notJSON }
    }

    // MARK: - Bytes

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// Takes a mark, with the space before it.
    private mutating func consume(_ mark: Unicode.Scalar) -> Bool {
        guard peekValue() == UInt8(ascii: mark) else { return false }
        index += 1
        return true
    }

    private mutating func word(_ word: StaticString) throws(Refusing) {
        let end = index + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ $0.elementsEqual(bytes[index..<end]) }) else {
            throw Self.notJSON
        }
        index = end
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private mutating func skipDigits() -> Int {
        let start = index
        while let byte = peek, Self.isDigit(byte) { index += 1 }
        return index - start
    }

    private mutating func unescape(onto text: inout [UInt8]) throws(Refusing) {
        let escape = peek
        index += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(bytes[index - 1])
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexDigits()
            if (0xD800..<0xDC00).contains(code) {  // The first half of a surrogate pair; the second must follow.
                try word("\\u")
                let low = try hexDigits()
                guard (0xDC00..<0xE000).contains(low) else { throw Self.notJSON }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw Self.notJSON }
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw Self.notJSON
        }
    }

    private mutating func hexDigits() throws(Refusing) -> UInt32 {
        guard index + 4 <= bytes.count else { throw Self.notJSON }
        var code: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw Self.notJSON }
            code = code << 4 | UInt32(digit)
        }
        index += 4
        return code
    }
}
