import Foundation

/// What stands before each member of a tar archive: POSIX ustar, of which Baton uses plain files with short names.
struct TarHeader: Hashable {
    let name: String
    let size: UInt64

    init(name: String, size: UInt64) {
        precondition(name.utf8.count < 100, "a member's name is short")
        self.name = name
        self.size = size
    }

    /// The 512 bytes. Sizes from 8 GiB on are written in binary, as GNU tar and its readers do.
    /// - Parameter at: seconds since 1970.
    func block(at: Int64) -> Data {
        var bytes = [UInt8](repeating: 0, count: TarWriter.block)
        func put(_ text: String, at offset: Int) {
            bytes.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: UInt64, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put(octal(0o600, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        if size < 1 << 33 {
            put(octal(size, 11), at: 124)
        } else {
            bytes[124] = 0x80
            withUnsafeBytes(of: size.bigEndian) { bytes.replaceSubrange(128..<136, with: $0) }
        }
        put(octal(UInt64(max(0, at)), 11), at: 136)
        put("0", at: 156)
        put("ustar\0" + "00", at: 257)
        put(octal(Self.sum(of: bytes), 6) + "\0 ", at: 148)
        return Data(bytes)
    }

    /// - Returns: nil unless the block is a plain file's header whose sum is right.
    init?(block: Data) {
        let bytes = Array(block)
        func text(_ range: Range<Int>) -> String {
            String(decoding: bytes[range].prefix { $0 != 0 && $0 != UInt8(ascii: " ") }, as: UTF8.self)
        }
        guard bytes.count == TarWriter.block, UInt64(text(148..<156), radix: 8) == Self.sum(of: bytes),
            bytes[156] == UInt8(ascii: "0") || bytes[156] == 0
        else { return nil }
        name = text(0..<100)
        if bytes[124] == 0x80 {
            size = bytes[128..<136].reduce(0) { $0 << 8 | UInt64($1) }
        } else {
            guard let size = UInt64(text(124..<136), radix: 8) else { return nil }
            self.size = size
        }
    }

    /// The sum of all bytes, those of the sum itself taken as spaces.
    private static func sum(of bytes: [UInt8]) -> UInt64 {
        bytes.enumerated().reduce(0) { $0 + UInt64((148..<156).contains($1.offset) ? 32 : $1.element) }
    }
}
