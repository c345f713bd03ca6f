/// Identifies the application and operation of a scanned code, which nothing else names.
public struct ScanRule: Hashable, Sendable {
    /// ``Symbology/any``: any kind of code, also if the scanner does not report it.
    public let symbology: Symbology
    /// How many Unicode scalars the code has: `é` is one or two, as the code holds it.
    public let length: ClosedRange<Int>
    /// How the code begins, scalar by scalar; may be empty.
    public let prefix: String
    /// The application that a matching code belongs to.
    public let application: ApplicationID
    /// The operation of a matching code.
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
    /// - Parameter symbology: ``Symbology/any`` if the scanner does not tell: then only rules for any symbology match.
    public func matches(_ symbology: Symbology, _ text: String) -> Bool {
        (self.symbology == .any || symbology == self.symbology) && length.contains(text.unicodeScalars.count)
            && text.utf8.starts(with: prefix.utf8)
    }

    /// Whether some code could match both rules.
    public func overlaps(_ other: ScanRule) -> Bool {
        symbology.meets(other.symbology) && length.overlaps(other.length)
            && (prefix.utf8.starts(with: other.prefix.utf8) || other.prefix.utf8.starts(with: prefix.utf8))
    }
}

/// The kinds of codes that scanners distinguish.
public enum Symbology: String, Hashable, Sendable, CaseIterable {
    case qr, code128, ean13
    /// In a rule: each of them, and all others. Of a scan: the scanner does not tell, or read another kind.
    case any

    /// Those that a scanner can name.
    static let named: [Symbology] = [.qr, .code128, .ean13]

    /// Whether one code can be of both.
    func meets(_ other: Symbology) -> Bool { self == other || self == .any || other == .any }
}
