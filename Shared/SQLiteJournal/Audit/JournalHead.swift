import Foundation

/// Where a journal ends: its last event's sequence and hash. Its text is `<sequence>:<64 hexadecimal digits>`.
public struct JournalHead: Hashable, Sendable, CustomStringConvertible {
    public let sequence: UInt64
    let hash: Data

    init(sequence: UInt64, hash: Data) {
        self.sequence = sequence
        self.hash = hash
    }

    /// - Returns: nil unless the text is what ``description`` writes.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = UInt64(parts[0]), let hash = Data(hexadecimal: parts[1]),
            hash.count == EventChain.start.count
        else { return nil }
        self.init(sequence: sequence, hash: hash)
    }

    public var description: String { "\(sequence):\(hash.hexadecimal)" }
}

extension Data {
    /// Two lowercase digits a byte.
    var hexadecimal: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    init?(hexadecimal text: some StringProtocol) {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
        self.init(stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
    }
}
