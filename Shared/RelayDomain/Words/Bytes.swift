/// Transaction information that only the reader it is sealed to can open. The relay carries it and cannot read it.
public struct SealedInformation: Hashable, Sendable {
    /// Nonce, ciphertext and tag; 1 to ``most``.
    public let bytes: [UInt8]
    /// Which of its reader's keys opens the bytes; nil: its only one.
    public let readerKey: ReaderKeyID?

    /// The most bytes: a code of 4 KiB, its nonce and its tag, with room to spare.
    public static let most = 5_120

    /// - Returns: nil if there are no bytes or more than ``most``.
    public init?(_ bytes: [UInt8], readerKey: ReaderKeyID? = nil) {
        guard (1...Self.most).contains(bytes.count) else { return nil }
        self.bytes = bytes
        self.readerKey = readerKey
    }
}

/// What an adapter wants to find again when it is asked about a transaction later: it keeps nothing itself.
public struct AdapterState: Hashable, Sendable {
    /// The adapter's own; 1 to ``most``.
    public let bytes: [UInt8]

    /// The most bytes.
    public static let most = 1_024

    /// - Returns: nil if there are no bytes or more than ``most``.
    public init?(_ bytes: [UInt8]) {
        guard (1...Self.most).contains(bytes.count) else { return nil }
        self.bytes = bytes
    }
}

/// A keyed digest (HMAC-SHA256): equal digests mean equal contents; without the key they tell nothing else.
public struct KeyedDigest: Sendable {
    /// Its bytes as four numbers, the first byte in each the most significant.
    public private(set) var words = InlineArray<4, UInt64>(repeating: 0)

    /// - Returns: nil unless there are exactly 32 bytes.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        for (place, byte) in bytes.enumerated() {
            words[place / 8] |= UInt64(byte) << (56 - 8 * (place % 8))
        }
    }

    /// Exactly 32.
    public var bytes: [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> (56 - 8 * ($0 % 8))) }
    }
}

extension KeyedDigest: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        left.words.indices.allSatisfy { left.words[$0] == right.words[$0] }
    }

    /// It is as good as random, so that one word of it tells enough.
    public func hash(into hasher: inout Hasher) { hasher.combine(words[0]) }
}
