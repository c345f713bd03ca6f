/// A name for one thing of one kind: 1 to 64 characters out of `A-Z a-z 0-9 . _ -`, but neither `.` nor `..`, which a
/// path or an address reads as something else.
///
/// `Kind` prevents that a terminal's ID is used as an application's; it has no values.
public struct Identifier<Kind>: Hashable, Sendable, CustomStringConvertible {
    /// The name's text.
    public let text: String

    /// The greatest length in characters, which are bytes here.
    public static var longest: Int { longestIdentifier }

    /// - Returns: nil if the text is empty, longer than ``longest``, `.` or `..`, or holds another character.
    public init?(_ text: String) {
        guard isIdentifier(text) else { return nil }
        self.text = text
    }

    /// The same of a part of a text.
    public init?(_ text: some StringProtocol) { self.init(String(text)) }

    public var description: String { text }
}

private let longestIdentifier = 64

/// Not generic: each message that crosses the bus asks this some ten times.
private func isIdentifier(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
        (1...longestIdentifier).contains(bytes.count)
            && !(bytes.count <= 2 && bytes.allSatisfy { $0 == UInt8(ascii: ".") })
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension Identifier: Comparable {
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

/// What the identifiers name; each case-less type marks one kind.
public enum IdentifierKind {
    public enum Terminal: Sendable {}
    public enum POS: Sendable {}
    public enum Application: Sendable {}
    public enum Issuer: Sendable {}
    public enum Destination: Sendable {}
    public enum Program: Sendable {}
    public enum Shop: Sendable {}
    public enum Key: Sendable {}
    public enum Reason: Sendable {}
    public enum ReaderKey: Sendable {}
}

/// A relay terminal on a counter. Public: it is on a tag, and knowing it grants nothing.
public typealias TerminalID = Identifier<IdentifierKind.Terminal>
/// A seller terminal (POS), and the agent that acts for it.
public typealias POSID = Identifier<IdentifierKind.POS>
/// An application on customers' phones.
public typealias ApplicationID = Identifier<IdentifierKind.Application>
/// Who runs an application.
public typealias IssuerID = Identifier<IdentifierKind.Issuer>
/// Who approves payments or books rewards.
public typealias DestinationID = Identifier<IdentifierKind.Destination>
/// A loyalty program; its points are a unit of their own.
public typealias ProgramID = Identifier<IdentifierKind.Program>
/// One of the shops whose counters the relay serves.
public typealias ShopID = Identifier<IdentifierKind.Shop>
/// A phone's idempotency key or a device's scan ID, which identifies repeats.
public typealias SubmissionKeyText = Identifier<IdentifierKind.Key>
/// One key of those who can open sealed bytes.
public typealias ReaderKeyID = Identifier<IdentifierKind.ReaderKey>
/// A destination's or device's stable reason word, such as `insufficientFunds`.
public typealias ReasonCode = Identifier<IdentifierKind.Reason>
