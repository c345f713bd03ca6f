import RelayDomain
import RelayJournal

/// What the index knows a used key or a used code by: 16 bytes that are random to everyone who has not chosen the text.
package struct Fingerprint: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    static let byteCount = 16

    /// Both halves of the code's keyed digest, combined.
    package init(_ digest: KeyedDigest) {
        let words = digest.words
        self.init(high: words[0] ^ words[2], low: words[1] ^ words[3])
    }

    /// - Returns: nil unless there are 16 bytes.
    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self = Array(bytes).withUnsafeBytes { Fingerprint($0) }
    }

    /// - Parameter bytes: at least 16.
    init(_ bytes: UnsafeRawBufferPointer) {
        high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    var bytes: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.add(fixed: high)
        writer.add(fixed: low)
        return writer.bytes
    }
}

extension Fingerprint: Comparable {
    /// As its bytes sort.
    package static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

extension [JournalEntry] {
    /// What they make known: new transactions' keys, codes that work no more.
    /// - Parameter keyed: what the index knows a key by.
    package func fingerprints(_ keyed: (SubmissionKey) -> Fingerprint) -> [Fingerprint] {
        var fingerprints: [Fingerprint] = []
        fingerprints.reserveCapacity(2 * count)
        for entry in self {
            if entry.opening != nil { fingerprints.append(keyed(entry.transaction.key)) }
            if let used = entry.usedInformation { fingerprints.append(Fingerprint(used.digest)) }
        }
        return fingerprints
    }
}
