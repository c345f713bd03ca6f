import RelayDomain

/// What a cashier may type.
enum CashierWord: Equatable, Sendable {
    case sale(Amount)
    case void
    /// The Enter key in the window that is in use: sends what stands in its field.
    case enter
    /// Closes the window that is in use.
    case close
    case status

    /// - Returns: nil for what a cashier may not type.
    init?(_ line: String) {
        let words = line.split(separator: " ")
        switch words.first {
        case "sale" where words.count == 3:
            guard let amount = Self.amount(words.dropFirst().joined(separator: " ")) else { return nil }
            self = .sale(amount)
        case "void" where words.count == 1: self = .void
        case "enter" where words.count == 1: self = .enter
        case "close" where words.count == 1: self = .close
        case "status" where words.count == 1: self = .status
        default: return nil
        }
    }

    /// Reads `1250 EUR`: minor units of a currency, more than nothing.
    static func amount(_ text: String) -> Amount? {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let minorUnits = Int64(parts[0]), minorUnits > 0, let code = CurrencyCode(parts[1])
        else { return nil }
        return Amount(minorUnits: minorUnits, unit: .currency(code))
    }
}
