/// Reads one JSON text (RFC 8259) from its front to its end: as a whole with ``read(_:within:)``, or value by value,
/// which builds nothing that the caller does not ask for.
///
/// Strict: UTF-8 only, no name twice in an object, also with different escapes, nothing after the value. So no two
/// programs read different values from the same bytes.
public struct JSONReader {
    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var index = 0
    /// The names that were read so far, of each object that is open.
    private var names: [[String]] = []
    /// The name that ``Failure/nameTwice(at:)`` is about. It may be any text, even a payment code: show it only if it
    /// is a known name.
    public private(set) var repeatedName: String?

    /// Why the bytes are not accepted as JSON. Never contains what was read.
    public enum Failure: Error, Hashable, Sendable {
        case notJSON(at: Int)
        case nameTwice(at: Int)
        case tooDeep(at: Int)
        case tooManyElements(at: Int)
    }

    /// Reads from the first byte; nothing is checked yet.
    public init(_ bytes: [UInt8], within limits: JSONLimits = .document) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Reads the one value that the bytes contain.
    public static func read(_ bytes: [UInt8], within limits: JSONLimits = .document) throws(Failure) -> JSONValue {
        var reader = JSONReader(bytes, within: limits)
        let value = try reader.value()
        try reader.end()
        return value
    }
}

// MARK: - Value by value

extension JSONReader {
    /// Reads `null`, if it is the next value.
    public mutating func takeNull() throws(Failure) -> Bool {
        guard next == UInt8(ascii: "n") else { return false }
        try word("null")
        return true
    }

    /// Begins an object.
    /// - Returns: false, and nothing is read, if the next value is not an object.
    public mutating func open() -> Bool {
        guard consume("{") else { return false }
        names.append([])
        return true
    }

    /// The name of the next field of the object that was opened last; its value is to be read now. Nil at the object's
    /// end.
    public mutating func field() throws(Failure) -> String? {
        guard let depth = names.indices.last else { throw .notJSON(at: index) }
        guard let (name, start) = try name(after: names[depth].count) else {
            names.removeLast()
            return nil
        }
        guard !names[depth].contains(name) else { throw twice(name, at: start) }
        names[depth].append(name)
        return name
    }

    /// - Returns: nil, and nothing is read, if the next value is not a string.
    public mutating func string() throws(Failure) -> String? {
        guard consume("\"") else { return nil }
        let start = index
        var isASCII = true
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            isASCII = isASCII && byte < 0x80
            index += 1
        }
        if peek == UInt8(ascii: "\"") {  // No escape: the bytes are the text.
            let text = bytes[start..<index]
            index += 1
            if isASCII { return String(decoding: text, as: UTF8.self) }
            guard let text = String(validating: text, as: UTF8.self) else { throw .notJSON(at: start) }
            return text
        }
        var unescaped = Array(bytes[start..<index])
        while let byte = peek, byte >= 0x20 {
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: unescaped, as: UTF8.self) else { throw .notJSON(at: start) }
                return text
            case UInt8(ascii: "\\"): try unescape(into: &unescaped)
            default: unescaped.append(byte)
            }
        }
        throw .notJSON(at: index)
    }

    /// The next number as it is written, and whether it has neither fraction nor exponent.
    /// - Returns: nil, and nothing is read, if it is not a number.
    public mutating func number() throws(Failure) -> (text: String, isWhole: Bool)? {
        guard let first = next, first == UInt8(ascii: "-") || Self.isDigit(first) else { return nil }
        let start = index
        if first == UInt8(ascii: "-") { index += 1 }
        let leading = peek
        let digits = skipDigits()
        guard digits > 0, digits == 1 || leading != UInt8(ascii: "0") else { throw .notJSON(at: start) }
        var isWhole = true
        if peek == UInt8(ascii: ".") {
            index += 1
            isWhole = false
            guard skipDigits() > 0 else { throw .notJSON(at: index) }
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            index += 1
            isWhole = false
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
            guard skipDigits() > 0 else { throw .notJSON(at: index) }
        }
        return (String(decoding: bytes[start..<index], as: UTF8.self), isWhole)
    }

    /// The next value, whatever it is.
    public mutating func value() throws(Failure) -> JSONValue { try value(depth: names.count) }

    /// Nothing but space may follow.
    public mutating func end() throws(Failure) {
        guard next == nil else { throw .notJSON(at: index) }
    }
}

// MARK: - Whole values

extension JSONReader {
    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        guard depth < limits.depthMax else { throw .tooDeep(at: index) }
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default:
            if let text = try string() { return .string(text) }
            guard let (text, isWhole) = try number() else { throw .notJSON(at: index) }
            guard isWhole, let integer = Int64(text) else { return .otherNumber(text) }
            return .integer(integer)
        }
    }

    private mutating func object(depth: Int) throws(Failure) -> JSONObject {
        var object = JSONObject()
        index += 1
        while let (name, start) = try name(after: object.fields.count) {
            guard object.append(name, try value(depth: depth + 1)) else { throw twice(name, at: start) }
        }
        return object
    }

    private mutating func array(depth: Int) throws(Failure) -> [JSONValue] {
        var elements: [JSONValue] = []
        index += 1
        if consume("]") { return elements }
        repeat {
            guard elements.count < limits.elementsMax else { throw .tooManyElements(at: index) }
            elements.append(try value(depth: depth + 1))
        } while consume(",")
        guard consume("]") else { throw .notJSON(at: index) }
        return elements
    }

    /// The name before an object's next value, and its position; nil at the object's end.
    /// - Parameter count: how many fields the object has had so far.
    private mutating func name(after count: Int) throws(Failure) -> (name: String, start: Int)? {
        if consume("}") { return nil }
        guard count == 0 || consume(",") else { throw .notJSON(at: index) }
        guard count < limits.fieldsMax else { throw .tooManyElements(at: index) }
        _ = next
        let start = index
        guard let name = try string(), consume(":") else { throw .notJSON(at: index) }
        return (name, start)
    }

    private mutating func twice(_ name: String, at start: Int) -> Failure {
        repeatedName = name
        return .nameTwice(at: start)
    }
}

// MARK: - Bytes

extension JSONReader {
    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// The next byte that is not space; nil at the end.
    private var next: UInt8? {
        mutating get {
            while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
            return peek
        }
    }

    /// Reads one byte of punctuation, with the space before it.
    private mutating func consume(_ mark: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: mark) else { return false }
        index += 1
        return true
    }

    private mutating func word(_ word: StaticString) throws(Failure) {
        let end = index + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ $0.elementsEqual(bytes[index..<end]) }) else {
            throw .notJSON(at: index)
        }
        index = end
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private mutating func skipDigits() -> Int {
        let start = index
        while let byte = peek, Self.isDigit(byte) { index += 1 }
        return index - start
    }

    private mutating func unescape(into text: inout [UInt8]) throws(Failure) {
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
                guard (0xDC00..<0xE000).contains(low) else { throw .notJSON(at: index) }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw .notJSON(at: index) }
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw .notJSON(at: index - 1)
        }
    }

    private mutating func hexDigits() throws(Failure) -> UInt32 {
        guard index + 4 <= bytes.count else { throw .notJSON(at: index) }
        var code: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw .notJSON(at: index) }
            code = code << 4 | UInt32(digit)
        }
        index += 4
        return code
    }
}

extension JSONReader.Failure {
    /// Where reading stopped, counted in bytes from 0.
    public var index: Int {
        switch self {
        case .notJSON(let index), .nameTwice(let index), .tooDeep(let index), .tooManyElements(let index): index
        }
    }
}
