/// Identifies one transaction permanently: a UUID version 7 (RFC 9562) and the number of the journal that holds it.
///
/// Its text is `<uuid>.<journal>`. IDs of one journal grow with time, so a journal appends.
public struct TransactionID: Hashable, Sendable {
    /// The UUID's first and second half.
    public let high: UInt64
    public let low: UInt64
    /// From 0 to ``journalMax``.
    public let journal: UInt8

    /// The highest journal number: reference numbers give it two digits.
    public static let journalMax: UInt8 = 99

    /// A new ID. `random` gives 74 bits of it.
    public init(journal: UInt8, now: Instant, random: inout some RandomNumberGenerator) {
        let time = UInt64(bitPattern: now.milliseconds) & 0xFFFF_FFFF_FFFF
        high = time << 16 | 0x7000 | UInt64.random(in: 0...0xFFF, using: &random)
        low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF, using: &random)
        self.journal = journal
    }

    /// - Returns: nil if the halves are no UUID of version 7, or the journal number is out of range.
    public init?(high: UInt64, low: UInt64, journal: UInt8) {
        guard journal <= Self.journalMax, high >> 12 & 0xF == 7, low >> 62 == 0b10 else { return nil }
        self.high = high
        self.low = low
        self.journal = journal
    }

    /// By the half that is random alone.
    public func hash(into hasher: inout Hasher) { hasher.combine(low) }

    /// - Returns: nil unless the text is what ``text`` writes.
    public init?(_ text: String) {
        var text = text
        guard let id = text.withUTF8({ TransactionID(utf8: $0[...]) }) else { return nil }
        self = id
    }

    /// The same of a part of a text.
    public init?(_ text: some StringProtocol) { self.init(String(text)) }

    fileprivate init?(utf8 bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        var rest = bytes
        guard (38...39).contains(rest.count) else { return nil }
        var halves: (high: UInt64, low: UInt64) = (0, 0)
        for digit in 0..<32 {
            if Self.hasHyphen(before: digit), rest.popFirst() != UInt8(ascii: "-") { return nil }
            guard let value = rest.popFirst().flatMap(Self.hexValue) else { return nil }
            if digit < 16 { halves.high = halves.high << 4 | value } else { halves.low = halves.low << 4 | value }
        }
        guard rest.popFirst() == UInt8(ascii: "."), rest.count == 1 || rest.first != UInt8(ascii: "0") else {
            return nil
        }
        var journal: UInt8 = 0
        for byte in rest {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            journal = journal * 10 + (byte - UInt8(ascii: "0"))
        }
        self.init(high: halves.high, low: halves.low, journal: journal)
    }

    /// The text of the ID: 38 or 39 characters.
    public var text: String {
        String(unsafeUninitializedCapacity: 39) { buffer in
            var length = 0
            func put(_ byte: UInt8) {
                buffer[length] = byte
                length += 1
            }
            for digit in 0..<32 {
                if Self.hasHyphen(before: digit) { put(UInt8(ascii: "-")) }
                let half = digit < 16 ? high : low
                put(Self.hexDigit(UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (digit % 16))) & 15))
            }
            put(UInt8(ascii: "."))
            if journal >= 10 { put(UInt8(ascii: "0") + journal / 10) }
            put(UInt8(ascii: "0") + journal % 10)
            return length
        }
    }

    /// Whether a UUID's text has a hyphen before its hexadecimal digit of that number.
    private static func hasHyphen(before digit: Int) -> Bool {
        digit == 8 || digit == 12 || digit == 16 || digit == 20
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func hexValue(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        default: nil
        }
    }
}

extension TransactionID: Comparable {
    /// By age.
    public static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

extension TransactionID: CustomStringConvertible {
    public var description: String { text }
}

/// Names a command. A transaction has at most one, so the command's ID is the transaction's behind `c-`.
public struct CommandID: Hashable, Sendable, CustomStringConvertible {
    /// The transaction that the command is part of.
    public let transaction: TransactionID

    public init(_ transaction: TransactionID) { self.transaction = transaction }

    /// - Returns: nil unless the text is `c-` and a transaction ID.
    public init?(_ text: String) {
        var text = text
        let transaction = text.withUTF8 { bytes in
            bytes.starts(with: "c-".utf8) ? TransactionID(utf8: bytes.dropFirst(2)) : nil
        }
        guard let transaction else { return nil }
        self.transaction = transaction
    }

    /// The same of a part of a text.
    public init?(_ text: some StringProtocol) { self.init(String(text)) }

    public var text: String { "c-" + transaction.text }
    public var description: String { text }
}

/// Twelve digits that travel with every message to a destination: two of the journal, ten of the sequence of the
/// event that authorized. Unique for ten thousand million events of a journal; fits ISO 8583's field 37.
public struct RetrievalReferenceNumber: Hashable, Sendable, CustomStringConvertible {
    /// At most twelve digits.
    public let number: UInt64

    public init(journal: UInt8, sequence: UInt64) {
        number = UInt64(journal) * 10_000_000_000 + sequence % 10_000_000_000
    }

    /// - Returns: nil if the number has more than twelve digits.
    public init?(number: UInt64) {
        guard number < 1_000_000_000_000 else { return nil }
        self.number = number
    }

    public var text: String {
        let digits = String(number)
        return String(repeating: "0", count: 12 - digits.count) + digits
    }
    public var description: String { text }
}
