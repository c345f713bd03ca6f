/// A sorted table of the index with used keys or used codes, which is never changed once it is true: all of them may be
/// forgotten after the same day. Random keys make one large table slow; runs are written in order and merged.
package struct Run: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable { case keys, codes }

    package let kind: Kind
    /// The day after whose end it is dropped.
    package let day: Int64
    /// 0: written from the tail; each level is merged of the one before.
    package let level: Int
    /// No two runs of an index have the same.
    package let number: UInt64
    /// How many rows it has, or a few more where several runs had the same one.
    package let rows: Int

    package init(kind: Kind, day: Int64, level: Int, number: UInt64, rows: Int) {
        (self.kind, self.day, self.level, self.number, self.rows) = (kind, day, level, number, rows)
    }

    var table: String { "\(kind.rawValue)_\(day)_\(number)" }

}

extension Run {
    /// The run of a table, as far as the name says it.
    /// - Returns: nil if it is not a run's table.
    init?(table name: String) {
        let parts = name.split(separator: "_")
        guard parts.count == 3, let kind = Kind(rawValue: String(parts[0])), let day = Int64(parts[1]),
            let number = UInt64(parts[2])
        else { return nil }
        self.init(kind: kind, day: day, level: 0, number: number, rows: 0)
    }
}

/// Says of a run's rows "surely not" or "maybe": a Bloom filter whose bits for one row are in one block of 64 bytes.
/// With 16 bits a row, one in 500 others is a "maybe".
package struct KeyFilter: Hashable, Sendable {
    private static let bitsPerRow = 16
    private static let wordsPerBlock = 8
    private static let probes: UInt64 = 7
    /// Bytes of one row of the table `filter`.
    static let partBytes = 65_536

    private var words: [UInt64]
    private static func wordCount(rows: Int) -> Int { max(1, (rows * bitsPerRow + 511) / 512) * wordsPerBlock }

    private var blocks: UInt64 { UInt64(words.count / Self.wordsPerBlock) }

    init(rows: Int) {
        words = [UInt64](repeating: 0, count: Self.wordCount(rows: rows))
    }

    /// - Returns: nil unless ``parts`` wrote them for so many rows.
    package init?(rows: Int, bytes: [UInt8]) {
        guard bytes.count == Self.wordCount(rows: rows) * 8 else { return nil }
        self.init(rows: rows)
        bytes.withUnsafeBytes { bytes in
            for index in words.indices {
                words[index] = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
        }
    }

    mutating func insert(_ fingerprint: Fingerprint) {
        let (block, bits) = place(of: fingerprint)
        for probe in 0..<Self.probes {
            let bit = bits >> (probe * 9) & 511
            words[block + Int(bit >> 6)] |= 1 << (bit & 63)
        }
    }

    func mayContain(_ fingerprint: Fingerprint) -> Bool {
        let (block, bits) = place(of: fingerprint)
        for probe in 0..<Self.probes {
            let bit = bits >> (probe * 9) & 511
            if words[block + Int(bit >> 6)] & 1 << (bit & 63) == 0 { return false }
        }
        return true
    }

    /// The first word of the fingerprint's block, and 63 bits that choose its bits there. Mixed, so that every bit of
    /// the fingerprint counts for both (the finalizer of SplitMix64).
    private func place(of fingerprint: Fingerprint) -> (block: Int, bits: UInt64) {
        func mixed(_ number: UInt64) -> UInt64 {
            var mixed = (number ^ number >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
        let first = mixed(fingerprint.high ^ fingerprint.low &* 0x9E37_79B9_7F4A_7C15)
        return (Int(first.multipliedFullWidth(by: blocks).high) * Self.wordsPerBlock, mixed(first ^ fingerprint.low))
    }

    /// The filter's bytes, in parts of ``partBytes``.
    var parts: [[UInt8]] {
        let perPart = Self.partBytes / 8
        return stride(from: 0, to: words.count, by: perPart).map { start in
            var writer = ByteWriter(capacity: Self.partBytes)
            for word in words[start..<min(start + perPart, words.count)] { writer.add(fixed: word) }
            return writer.bytes
        }
    }
}
