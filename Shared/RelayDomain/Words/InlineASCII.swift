/// The characters of an ``Identifier``, eight to a word, the first one highest; behind the last one all is zero. So the
/// order of the words is the order of the texts, and equal words are equal texts.
struct InlineASCII: Sendable {
    private typealias Words = InlineArray<8, UInt64>

    private var words = Words(repeating: 0)

    /// How many characters have room.
    static let capacity = 64

    /// - Returns: nil if the bytes are no identifier's.
    init?(name bytes: UnsafeRawBufferPointer) {
        guard (1...Self.capacity).contains(bytes.count) else { return nil }
        var onlyDots = true
        for (place, byte) in bytes.enumerated() {
            guard Self.isAllowed(byte) else { return nil }
            onlyDots = onlyDots && byte == UInt8(ascii: ".")
            words[place / 8] |= UInt64(byte) << Self.shift(place)
        }
        guard !onlyDots || bytes.count > 2 else { return nil }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func shift(_ place: Int) -> UInt64 { UInt64(56 - 8 * (place % 8)) }

    private var count: Int {
        for place in words.indices where words[place] & 0xFF == 0 {
            return place * 8 + 8 - words[place].trailingZeroBitCount / 8
        }
        return Self.capacity
    }

    private func character(_ place: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: words[place / 8] >> Self.shift(place))
    }

    var text: String {
        let count = count
        return String(unsafeUninitializedCapacity: count) { buffer in
            for place in 0..<count { buffer[place] = character(place) }
            return count
        }
    }

    func write(to bytes: inout [UInt8]) {
        for place in 0..<count { bytes.append(character(place)) }
    }
}

extension InlineASCII: Hashable {
    static func == (left: Self, right: Self) -> Bool {
        left.words.indices.allSatisfy { left.words[$0] == right.words[$0] }
    }

    func hash(into hasher: inout Hasher) {
        for place in words.indices {
            hasher.combine(words[place])
            if words[place] & 0xFF == 0 { return }
        }
    }
}

extension InlineASCII: Comparable {
    static func < (left: Self, right: Self) -> Bool {
        for place in left.words.indices where left.words[place] != right.words[place] {
            return left.words[place] < right.words[place]
        }
        return false
    }
}
