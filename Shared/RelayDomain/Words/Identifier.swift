/// A name for one thing of one kind: 1 to 64 characters out of `A-Z a-z 0-9 . _ -`, but neither `.` nor `..`, which a
/// path or an address reads as something else.
///
/// The characters stand in the value itself, so that a transaction's names are copied without an allocation or a count
/// of references. `Kind` prevents that a terminal's ID is used as an application's; it has no values.
public struct Identifier<Kind>: Hashable, Sendable {
    private let characters: InlineASCII

    /// The greatest length in characters, which are bytes here.
    public static var longest: Int { InlineASCII.capacity }

    /// - Returns: nil if the text is empty, longer than ``longest``, `.` or `..`, or holds another character.
    public init?(_ text: some StringProtocol) {
        var text = String(text)
        guard let characters = text.withUTF8({ InlineASCII(name: UnsafeRawBufferPointer($0)) }) else { return nil }
        self.characters = characters
    }

    /// The name's text.
    public var text: String { characters.text }

    /// Appends the text's bytes.
    public func write(to bytes: inout [UInt8]) { characters.write(to: &bytes) }
}

extension Identifier: CustomStringConvertible {
    public var description: String { text }
}

extension Identifier: Comparable {
    /// In the order of the texts.
    public static func < (left: Self, right: Self) -> Bool { left.characters < right.characters }
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
