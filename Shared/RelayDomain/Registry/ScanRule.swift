/// How a code that a terminal's scanner read is told apart: nothing else names its application.
public struct ScanRule: Hashable, Sendable {
    public let symbology: Symbology
    /// How many characters the code has.
    public let length: ClosedRange<Int>
    /// How the code begins; may be empty.
    public let prefix: String
    public let application: ApplicationID
    public let operation: Operation

    public init(
        symbology: Symbology, length: ClosedRange<Int>, prefix: String, application: ApplicationID, operation: Operation
    ) {
        self.symbology = symbology
        self.length = length
        self.prefix = prefix
        self.application = application
        self.operation = operation
    }

    /// Whether a scanned text is one of this rule's codes.
    public func matches(_ symbology: Symbology, _ text: String) -> Bool {
        symbology == self.symbology && length.contains(text.count) && text.hasPrefix(prefix)
    }

    /// Whether some code could match both rules.
    public func overlaps(_ other: ScanRule) -> Bool {
        symbology == other.symbology && length.overlaps(other.length)
            && (prefix.hasPrefix(other.prefix) || other.prefix.hasPrefix(prefix))
    }
}

/// The kinds of printed or displayed code that scanners tell apart.
public enum Symbology: String, Hashable, Sendable, CaseIterable {
    case qr, code128, ean13
}
