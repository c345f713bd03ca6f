/// What a POS agent saw when it entered and sent: what a paired sale is reconciled by.
public struct Evidence: Hashable, Sendable {
    /// Whether the open sale's sum was read and compared with the command's.
    public enum AmountCheck: String, Hashable, Sendable, CaseIterable { case checked, unchecked }

    /// The POS program's own number for the sending.
    public let receipt: String
    public let amount: AmountCheck
    /// The sale's sum; nil if the agent could not read it.
    public let sum: Amount?

    /// The most bytes of ``receipt``.
    public static let receiptBytesMax = 64

    /// - Returns: nil if the receipt is empty or too long.
    public init?(receipt: String, amount: AmountCheck, sum: Amount? = nil) {
        guard (1...Self.receiptBytesMax).contains(receipt.utf8.count) else { return nil }
        self.receipt = receipt
        self.amount = amount
        self.sum = sum
    }
}

extension Evidence: CustomStringConvertible {
    /// Such as `receipt R-1, 12.50 EUR, checked`.
    public var description: String {
        ["receipt \(receipt)", sum.map { "\($0)" }, amount.rawValue].compactMap(\.self).joined(separator: ", ")
    }
}
