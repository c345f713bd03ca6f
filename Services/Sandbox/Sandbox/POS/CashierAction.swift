import RelayDomain

/// The commands of a cashier.
enum CashierAction: Equatable, Sendable {
    case sale(Amount)
    case void
    /// The Enter key in the active window: sends the text in its field.
    case enter
    /// Closes the active window.
    case close
    case status

    /// - Throws: ``CashierMistake`` for an invalid line.
    init(_ line: String) throws(CashierMistake) {
        let words = line.split(separator: " ", maxSplits: 1)
        switch words.first {
        case "sale" where words.count == 2: self = .sale(try Self.money(words[1]))
        case "void" where words.count == 1: self = .void
        case "enter" where words.count == 1: self = .enter
        case "close" where words.count == 1: self = .close
        case "status" where words.count == 1: self = .status
        default: throw CashierMistake(sentence: Self.help)
        }
    }

    static let help = "type: sale 12.50 EUR | void | enter | close | status"

    /// Reads `12.50 EUR`: money, more than 0.
    static func money(_ text: some StringProtocol) throws(CashierMistake) -> Amount {
        let amount: Amount
        do throws(AmountMistake) { amount = try Amount(typed: text) } catch {
            throw CashierMistake(sentence: "\(error)")
        }
        guard case .currency = amount.unit, amount.minorUnits > 0 else {
            throw CashierMistake(sentence: "A sale is an amount of money above 0, such as 12.50 EUR.")
        }
        return amount
    }
}

/// Why a cashier's line is invalid, in a sentence that helps.
struct CashierMistake: Error, Equatable {
    let sentence: String
}
