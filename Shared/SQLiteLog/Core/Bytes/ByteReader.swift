/// Reads what ``ByteWriter`` wrote. Bytes of any other origin are an error, and never a crash.
package struct ByteReader {
    /// Why bytes cannot be read.
    package enum Unreadable: Error, Equatable {
        /// They are not what a writer wrote.
        case malformed
        /// A newer Baton wrote them: what they hold has a number that this one does not know.
        case newer(String)
    }

    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    init(_ bytes: ArraySlice<UInt8>) { (self.bytes, position) = (bytes, bytes.startIndex) }

    var isAtEnd: Bool { position == bytes.endIndex }

    mutating func byte() throws(Unreadable) -> UInt8 {
        guard position < bytes.endIndex else { throw .malformed }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() throws(Unreadable) -> UInt64 {
        var (number, shift): (UInt64, UInt64) = (0, 0)
        while true {
            let next = try byte()
            // The tenth byte holds one bit.
            guard shift < 63 || next <= 1 else { throw .malformed }
            number |= UInt64(next & 0x7F) << shift
            if next & 0x80 == 0 { return number }
            shift += 7
        }
    }

    mutating func signed() throws(Unreadable) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func fixed() throws(Unreadable) -> UInt64 { try raw(8).reduce(0) { $0 << 8 | UInt64($1) } }

    mutating func raw(_ count: Int) throws(Unreadable) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.endIndex - position else { throw .malformed }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func field() throws(Unreadable) -> ArraySlice<UInt8> {
        guard let count = Int(exactly: try number()) else { throw .malformed }
        return try raw(count)
    }

    mutating func text() throws(Unreadable) -> String {
        guard let text = String(validating: try field(), as: UTF8.self) else { throw .malformed }
        return text
    }
}
