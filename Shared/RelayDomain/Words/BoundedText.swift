/// A short text from outside: one printable line (``Swift/StringProtocol/isPlain``) of 1 to ``bytesMax`` bytes of
/// UTF-8.
///
/// `Kind` says which text it is, how long it may be and what else it must not hold; it has no values.
public struct BoundedText<Kind: TextKind>: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// The most bytes of UTF-8.
    public static var bytesMax: Int { Kind.bytesMax }

    /// - Returns: nil if a bound is not kept, or the text holds what its kind must not.
    public init?(_ text: String) {
        guard (1...Kind.bytesMax).contains(text.utf8.count), text.isPlain, Kind.allows(text) else { return nil }
        self.text = text
    }

    public var description: String { text }
}

/// Which text it is.
public protocol TextKind: Sendable {
    /// The most bytes of UTF-8.
    static var bytesMax: Int { get }
    /// What this text alone demands.
    static func allows(_ text: String) -> Bool
}

/// A text that comes with a result: it goes onto displays, receipts and into the journal, and holds nothing that could
/// be a full account number (``Swift/String/mayHoldAccountNumber``).
public protocol ResultTextKind: TextKind {}

extension ResultTextKind {
    public static func allows(_ text: String) -> Bool { !text.mayHoldAccountNumber }
}

/// The kinds of bounded texts.
public enum Texts {
    public enum ApprovalCode: ResultTextKind { public static let bytesMax = 32 }
    public enum ProviderReference: TextKind {
        public static let bytesMax = 64

        /// Nothing that could be a payment card's number (``Swift/String/mayHoldCardNumber``).
        public static func allows(_ text: String) -> Bool { !text.mayHoldCardNumber }
    }
    public enum Brand: ResultTextKind { public static let bytesMax = 32 }
    public enum ReceiptLine: ResultTextKind { public static let bytesMax = 80 }
    public enum DisplayLine: ResultTextKind { public static let bytesMax = 48 }
    public enum MaskedAccount: TextKind {
        public static let bytesMax = 32

        /// At most 4 digits behind the last sign that masks, and 6 before it. What is no digit, space or hyphen masks.
        public static func allows(_ text: String) -> Bool {
            let tail = text.unicodeScalars.reversed().prefix { $0.isDecimalDigit || $0.joinsDigits }
                .count(where: \.isDecimalDigit)
            return tail <= 4 && text.unicodeScalars.count(where: \.isDecimalDigit) - tail <= 6
        }
    }
}

/// The issuer's code for an approval, as it stands on receipts (ISO 8583, DE 38, has six characters).
public typealias ApprovalCode = BoundedText<Texts.ApprovalCode>
/// A provider's own name for a booking.
public typealias ProviderReference = BoundedText<Texts.ProviderReference>
/// A card scheme, or a wallet's brand.
public typealias Brand = BoundedText<Texts.Brand>
/// An account of which at most the first 6 and the last 4 digits can be read (PCI DSS, requirement 3.4.1).
public typealias MaskedAccount = BoundedText<Texts.MaskedAccount>
/// One line of a receipt's text.
public typealias ReceiptLine = BoundedText<Texts.ReceiptLine>
/// One line for a terminal's display.
public typealias DisplayLine = BoundedText<Texts.DisplayLine>
