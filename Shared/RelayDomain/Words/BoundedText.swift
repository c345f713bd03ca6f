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
/// be a full account number (``Swift/StringProtocol/mayHoldAccountNumber``).
public protocol ResultTextKind: TextKind {}

extension ResultTextKind {
    public static func allows(_ text: String) -> Bool { !text.mayHoldAccountNumber }
}

/// The kinds of bounded texts.
public enum Texts {
    public enum ApprovalCode: ResultTextKind { public static let bytesMax = 32 }
    public enum ProviderReference: TextKind {
        public static let bytesMax = 64

        /// As every text of a result; but some providers' references are numbers that are too long for an account.
        public static func allows(_ text: String) -> Bool { text.isLongNumber || !text.mayHoldAccountNumber }
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

extension StringProtocol {
    /// Whether it holds what could be a full account number: 13 decimal digits or more (ISO/IEC 7812 has up to 19), of
    /// any script, in a row or in groups. Up to three spaces or hyphens part the groups of one number, of whatever
    /// length; other signs, such as full stops, only groups of three digits or more: sums and times are no account
    /// numbers.
    public var mayHoldAccountNumber: Bool {
        var number = 0, group = 0  // Digits so far, of the number and of its last group.
        for next in digitGroups {
            number = next.gap.joins(group, next.digits) ? number + next.digits : next.digits
            group = next.digits
            if number >= 13 { return true }
        }
        return false
    }

    /// Whether it is nothing but 20 digits or more: too long for an account number, but not for one and its expiry.
    fileprivate var isLongNumber: Bool {
        unicodeScalars.count >= 20 && unicodeScalars.allSatisfy(\.isDecimalDigit)
    }

    /// Its runs of decimal digits, each with what stands before it.
    private var digitGroups: [(gap: DigitGap, digits: Int)] {
        var groups: [(gap: DigitGap, digits: Int)] = []
        var gap = DigitGap(), digits = 0
        for scalar in unicodeScalars {
            if scalar.isDecimalDigit {
                digits += 1
                continue
            }
            if digits > 0 {
                groups.append((gap, digits))
                (gap, digits) = (DigitGap(), 0)
            }
            gap.add(scalar)
        }
        if digits > 0 { groups.append((gap, digits)) }
        return groups
    }
}

/// What stands between two groups of digits.
private struct DigitGap {
    private var count = 0
    private var isSpacing = true
    private var hasLetters = false

    mutating func add(_ scalar: Unicode.Scalar) {
        count += 1
        isSpacing = isSpacing && scalar.joinsDigits
        hasLetters = hasLetters || scalar.properties.isAlphabetic
    }

    /// Whether groups of so many digits before and behind it may be one number.
    func joins(_ before: Int, _ behind: Int) -> Bool {
        count <= 3 && !hasLetters && (isSpacing || before >= 3 && behind >= 3)
    }
}

extension Unicode.Scalar {
    fileprivate var isDecimalDigit: Bool {
        isASCII ? ("0"..."9").contains(self) : properties.numericType == .decimal
    }

    /// Whether it may stand between any two digits of one number: a space, a hyphen, or what has no width.
    fileprivate var joinsDigits: Bool {
        guard !isASCII else { return self == " " || self == "-" }
        return switch properties.generalCategory {
        case .spaceSeparator, .dashPunctuation, .format, .nonspacingMark, .enclosingMark: true
        default: false
        }
    }
}
