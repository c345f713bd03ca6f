/// Reads what ``ByteWriter`` wrote. Bytes of any other origin are an error, and never a crash.
struct ByteReader {
    /// The bytes are not what a writer wrote.
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() throws(Malformed) -> UInt8 {
        guard position < bytes.count else { throw Malformed() }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() throws(Malformed) -> UInt64 {
        var (number, shift): (UInt64, UInt64) = (0, 0)
        while true {
            let next = try byte()
            // The tenth byte holds one bit.
            guard shift < 63 || next <= 1 else { throw Malformed() }
            number |= UInt64(next & 0x7F) << shift
            if next & 0x80 == 0 { return number }
            shift += 7
        }
    }

    mutating func signed() throws(Malformed) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func fixed() throws(Malformed) -> UInt64 { try raw(8).reduce(0) { $0 << 8 | UInt64($1) } }

    mutating func raw(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else { throw Malformed() }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func field() throws(Malformed) -> ArraySlice<UInt8> {
        guard let count = Int(exactly: try number()) else { throw Malformed() }
        return try raw(count)
    }

    mutating func text() throws(Malformed) -> String {
        guard let text = String(validating: try field(), as: UTF8.self) else { throw Malformed() }
        return text
    }
}
