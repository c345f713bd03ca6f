/// What a POS agent saw when it entered and sent, for reconciling a paired sale.
public struct Evidence: Hashable, Sendable {
    /// What shows that the POS program has the code. None of its texts holds the code: an agent withholds those that
    /// do.
    public enum Sighting: Hashable, Sendable {
        /// The POS program's own number for the sending.
        case receiptNumber(Text)
        /// The input window closed at the sending, as the POS program closes it when it accepts one.
        case windowClosed
        /// What the POS program showed after the sending, such as a message of success.
        case textSeen(Text)
        /// What the POS program's record of the sending holds, read back.
        case readBack(Text)
    }

    /// What a driver read off a POS program.
    public struct Text: Hashable, Sendable, CustomStringConvertible {
        /// Not empty, at most ``bytesMax`` bytes; perhaps not fit for a terminal (``StringProtocol/plain``).
        public let text: String

        /// Room for a line of a display in any script.
        public static let bytesMax = 120

        /// - Returns: nil if the text is empty or too long.
        public init?(_ text: String) {
            guard (1...Self.bytesMax).contains(text.utf8.count) else { return nil }
            self.text = text
        }

        public var description: String { text }
    }

    /// Whether the open sale's amount was read and compared with the command's.
    public enum AmountCheck: String, Hashable, Sendable, CaseIterable { case checked, unchecked }

    public let sighting: Sighting
    public let amount: AmountCheck
    /// The sale's amount; nil if the agent could not read it.
    public let sum: Amount?

    /// Evidence for the journal: a text is withheld if it could hold a full account number.
    public init(_ sighting: Sighting, amount: AmountCheck, sum: Amount? = nil) {
        self.sighting = sighting.withoutAccountNumbers
        self.amount = amount
        self.sum = sum
    }
}

extension Evidence.Sighting {
    /// The kinds by their names in the device protocol, logs and exports.
    public enum Kind: String, Hashable, Sendable, CaseIterable { case receiptNumber, windowClosed, textSeen, readBack }

    public var kind: Kind {
        switch self {
        case .receiptNumber: .receiptNumber
        case .windowClosed: .windowClosed
        case .textSeen: .textSeen
        case .readBack: .readBack
        }
    }

    /// What was read; nil if nothing was to be read.
    public var text: Evidence.Text? {
        switch self {
        case .receiptNumber(let text), .textSeen(let text), .readBack(let text): text
        case .windowClosed: nil
        }
    }
}

extension Evidence.Text {
    /// Stands for a text that holds the code or an account number, or may.
    public static var withheld: Evidence.Text {
        guard let text = Evidence.Text("(withheld)") else { preconditionFailure("it is neither empty nor too long") }
        return text
    }
}

extension Evidence.Sighting {
    /// A receipt's number is a reference, and may be long.
    fileprivate var withoutAccountNumbers: Self {
        switch self {
        case .receiptNumber(let text): .receiptNumber(text.text.mayHoldCardNumber ? .withheld : text)
        case .windowClosed: self
        case .textSeen(let text): .textSeen(text.text.mayHoldAccountNumber ? .withheld : text)
        case .readBack(let text): .readBack(text.text.mayHoldAccountNumber ? .withheld : text)
        }
    }
}

extension Evidence.Sighting: CustomStringConvertible {
    /// Such as `receiptNumber R-1`.
    public var description: String { [kind.rawValue, text?.text].compactMap(\.self).joined(separator: " ") }
}

extension Evidence: CustomStringConvertible {
    /// Such as `receiptNumber R-1, 12.50 EUR, checked`.
    public var description: String {
        [sighting.description, sum.map { "\($0)" }, amount.rawValue].compactMap(\.self).joined(separator: ", ")
    }
}
