/// Reads one JSON text (RFC 8259). Strict: UTF-8 only, no name twice in an object however it is escaped, nothing after the
/// value. So nobody reads another value out of the same bytes.
public struct JSONReader {
    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var index = 0

    /// Why the bytes are no JSON that is taken here. Never holds what was read.
    public enum Failure: Error, Hashable, Sendable {
        case notJSON(at: Int)
        case nameTwice(at: Int)
        case tooDeep(at: Int)
        case tooManyElements(at: Int)
    }

    private init(_ bytes: [UInt8], _ limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The one value that the bytes hold.
    public static func read(_ bytes: [UInt8], within limits: JSONLimits = .document) throws(Failure) -> JSONValue {
        var reader = JSONReader(bytes, limits)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.index == bytes.count else { throw .notJSON(at: reader.index) }
        return value
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        guard depth < limits.depthMax else { throw .tooDeep(at: index) }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(Failure) -> JSONObject {
        var object = JSONObject()
        index += 1
        if consume(UInt8(ascii: "}")) { return object }
        repeat {
            guard object.fields.count < limits.fieldsMax else { throw .tooManyElements(at: index) }
            skipSpace()
            let start = index
            let name = try string()
            guard consume(UInt8(ascii: ":")) else { throw .notJSON(at: index) }
            guard object.append(name, try value(depth: depth + 1)) else { throw .nameTwice(at: start) }
        } while consume(UInt8(ascii: ","))
        guard consume(UInt8(ascii: "}")) else { throw .notJSON(at: index) }
        return object
    }

    private mutating func array(depth: Int) throws(Failure) -> [JSONValue] {
        var elements: [JSONValue] = []
        index += 1
        if consume(UInt8(ascii: "]")) { return elements }
        repeat {
            guard elements.count < limits.elementsMax else { throw .tooManyElements(at: index) }
            elements.append(try value(depth: depth + 1))
        } while consume(UInt8(ascii: ","))
        guard consume(UInt8(ascii: "]")) else { throw .notJSON(at: index) }
        return elements
    }

    private mutating func number() throws(Failure) -> JSONValue {
        let start = index
        if peek == UInt8(ascii: "-") { index += 1 }
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
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard isWhole, let integer = Int64(text) else { return .otherNumber(text) }
        return .integer(integer)
    }

    private mutating func string() throws(Failure) -> String {
        guard peek == UInt8(ascii: "\"") else { throw .notJSON(at: index) }
        index += 1
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

    private mutating func unescape(into text: inout [UInt8]) throws(Failure) {
        let escape = peek
        index += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape ?? 0)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexDigits()
            if (0xD800..<0xDC00).contains(code) {  // The first half of a surrogate pair; the second must follow.
                guard peek == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "u") else {
                    throw .notJSON(at: index)
                }
                index += 2
                let low = try hexDigits()
                guard (0xDC00..<0xE000).contains(low) else { throw .notJSON(at: index) }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw .notJSON(at: index) }
            text.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
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

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
        let end = index + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ $0.elementsEqual(bytes[index..<end]) }) else {
            throw .notJSON(at: index)
        }
        index = end
        return value
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func skipDigits() -> Int {
        let start = index
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        return index - start
    }

    /// Takes one byte of punctuation, with space before it.
    private mutating func consume(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte else { return false }
        index += 1
        return true
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

/// What a JSON text may hold at most, beside its length, which is its receiver's to bound.
public struct JSONLimits: Hashable, Sendable {
    /// What is nested deeper is refused.
    public let depthMax: Int
    /// Fields of one object. Each name is compared with those before it.
    public let fieldsMax: Int
    /// Elements of one array.
    public let elementsMax: Int

    public init(depthMax: Int, fieldsMax: Int, elementsMax: Int) {
        self.depthMax = depthMax
        self.fieldsMax = fieldsMax
        self.elementsMax = elementsMax
    }

    /// For bodies of requests and answers.
    public static let document = JSONLimits(depthMax: 32, fieldsMax: 128, elementsMax: .max)
}
