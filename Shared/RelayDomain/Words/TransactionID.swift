/// Names one transaction, everywhere and for ever: a UUID version 7 (RFC 9562) and the number of the journal that holds it.
///
/// Its text is `<uuid>.<journal>`. IDs of one journal grow with time, so a journal appends.
public struct TransactionID: Hashable, Sendable {
    /// The UUID's first and second half.
    public let high: UInt64
    public let low: UInt64
    /// From 0 to ``journalMost``.
    public let journal: UInt8

    /// The highest journal number: reference numbers give it two digits.
    public static let journalMost: UInt8 = 99

    /// A new ID. `random` gives 74 bits of it.
    public init(journal: UInt8, now: Instant, random: inout some RandomNumberGenerator) {
        let time = UInt64(bitPattern: now.milliseconds) & 0xFFFF_FFFF_FFFF
        high = time << 16 | 0x7000 | UInt64.random(in: 0...0xFFF, using: &random)
        low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF, using: &random)
        self.journal = journal
    }

    /// - Returns: nil if the journal number is out of range.
    public init?(high: UInt64, low: UInt64, journal: UInt8) {
        guard journal <= Self.journalMost else { return nil }
        self.high = high
        self.low = low
        self.journal = journal
    }

    /// - Returns: nil unless the text is what ``text`` writes.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard (38...39).contains(bytes.count), bytes[36] == UInt8(ascii: "."),
            let journal = UInt8(String(decoding: bytes[37...], as: UTF8.self)),
            String(journal).utf8.count == bytes.count - 37
        else { return nil }
        var halves: [UInt64] = [0, 0]
        var digits = 0
        for (index, byte) in bytes[..<36].enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard let digit = Self.hexValue(byte) else { return nil }
                halves[digits / 16] = halves[digits / 16] << 4 | digit
                digits += 1
            }
        }
        self.init(high: halves[0], low: halves[1], journal: journal)
    }

    /// The text of the ID: 38 or 39 characters.
    public var text: String {
        String(unsafeUninitializedCapacity: 40) { buffer in
            var length = 0
            func put(_ byte: UInt8) {
                buffer[length] = byte
                length += 1
            }
            for (half, hyphens) in [(high, [8, 12]), (low, [0, 4])] {
                for digit in 0..<16 {
                    if hyphens.contains(digit) { put(UInt8(ascii: "-")) }
                    put(Self.hexDigit(UInt8(truncatingIfNeeded: half >> (60 - 4 * UInt64(digit))) & 15))
                }
            }
            put(UInt8(ascii: "."))
            if journal >= 10 { put(UInt8(ascii: "0") + journal / 10) }
            put(UInt8(ascii: "0") + journal % 10)
            return length
        }
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
    public let transaction: TransactionID

    public init(_ transaction: TransactionID) { self.transaction = transaction }

    /// - Returns: nil unless the text is `c-` and a transaction ID.
    public init?(_ text: some StringProtocol) {
        guard text.hasPrefix("c-"), let transaction = TransactionID(text.dropFirst(2)) else { return nil }
        self.transaction = transaction
    }

    public var text: String { "c-\(transaction.text)" }
    public var description: String { text }
}

/// Twelve digits that travel with every message to a destination: two of the journal, ten of the sequence of the
/// event that authorized. Unique for ten thousand million events of a journal; fits ISO 8583's field 37.
public struct ReferenceNumber: Hashable, Sendable, CustomStringConvertible {
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
