/// Where a journal ends: its last batch's number and hash. Its text is `<batch>:<64 hexadecimal digits>`.
public struct JournalHead: Hashable, Sendable, CustomStringConvertible {
    /// How many bytes a hash has (SHA-256).
    public static let hashBytes = 32

    /// The last batch's number, counted from 1.
    public let batch: UInt64
    /// The last batch's hash, 32 bytes of SHA-256.
    public let hash: [UInt8]

    /// - Parameter hash: ``hashBytes`` of them.
    public init(batch: UInt64, hash: [UInt8]) {
        precondition(hash.count == Self.hashBytes, "a hash is a SHA-256")
        self.batch = batch
        self.hash = hash
    }

    /// - Returns: nil unless the text is what ``description`` writes.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let batch = UInt64(parts[0]) else { return nil }
        let digits = parts[1].compactMap(\.hexDigitValue)
        guard digits.count == 2 * Self.hashBytes, digits.count == parts[1].utf8.count else { return nil }
        let hash = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        self.init(batch: batch, hash: hash)
    }

    public var description: String {
        let digits = hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "\(batch):\(digits)"
    }
}
