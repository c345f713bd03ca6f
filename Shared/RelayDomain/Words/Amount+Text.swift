// Amounts as people read and type them. Programs use minor units, in fields of that name.

extension Amount: CustomStringConvertible {
    /// As people read it, and can type it: `12.50 EUR`, `1250 JPY`, `1.250 KWD`, `100 bakery-points`.
    ///
    /// A currency of which ISO 4217 knows no decimals is counted in what was sent, and says so: `1250 minor units of
    /// XTS`.
    public var description: String {
        switch unit {
        case .points(let program): "\(minorUnits) \(program)"
        case .currency(let code):
            code.exponent.map { "\(Self.decimals(minorUnits, $0)) \(code.text)" }
                ?? "\(minorUnits) minor units of \(code.text)"
        }
    }

    /// A count of minor units, written with a point.
    private static func decimals(_ minorUnits: Int64, _ exponent: Int) -> String {
        guard exponent > 0 else { return "\(minorUnits)" }
        let digits = String(minorUnits)
        let padded = String(repeating: "0", count: max(0, exponent + 1 - digits.count)) + digits
        return "\(padded.dropLast(exponent)).\(padded.suffix(exponent))"
    }

    /// Reads what a person typed: a number, one space or more, and a unit.
    /// - Throws: ``AmountMistake``.
    public init(typed text: some StringProtocol) throws(AmountMistake) {
        let parts = text.split(separator: " ")
        guard parts.count == 2 else { throw .form }
        try self.init(typed: parts[0], unit: parts[1])
    }

    /// Reads a number and a unit. Three letters in any case are a currency, anything else names a loyalty program.
    /// `1250 EUR` are 1250 euros; money has at most its currency's decimals, points have none.
    /// - Throws: ``AmountMistake``.
    public init(typed number: some StringProtocol, unit: some StringProtocol) throws(AmountMistake) {
        let (counted, exponent): (Unit, Int)
        if let currency = CurrencyCode(typed: unit) {
            guard let known = currency.exponent else { throw .noCurrency(currency) }
            (counted, exponent) = (.currency(currency), known)
        } else if let program = ProgramID(String(unit)) {
            (counted, exponent) = (.points(program), 0)
        } else {
            throw .form
        }
        let parts = number.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
            .map(Array.init)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isDigit) }) else { throw .form }
        let decimals = parts.dropFirst().first?.count ?? 0
        guard decimals <= exponent else { throw .tooManyDecimals(counted, most: exponent) }
        let digits = parts.joined() + [UInt8](repeating: UInt8(ascii: "0"), count: exponent - decimals)
        guard let sum = Self.number(digits), let amount = Amount(minorUnits: sum, unit: counted) else {
            throw .tooLarge(counted)
        }
        self = amount
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// The number that digits make; nil above ``most``.
    private static func number(_ digits: [UInt8]) -> Int64? {
        var sum: Int64 = 0
        for digit in digits {
            sum = sum * 10 + Int64(digit - UInt8(ascii: "0"))
            guard sum <= most else { return nil }
        }
        return sum
    }
}

/// Why a typed text is not an amount.
public enum AmountMistake: Error, Hashable, Sendable {
    /// Not a number and a unit.
    case form
    /// Three letters are a currency, but ISO 4217 gives no decimals for this one.
    case noCurrency(CurrencyCode)
    case tooManyDecimals(Amount.Unit, most: Int)
    /// More than ``Amount/most`` of the unit's smallest parts.
    case tooLarge(Amount.Unit)
}

extension AmountMistake: CustomStringConvertible {
    /// One sentence that says what to type. It names no program: a code may have been typed in its place.
    public var description: String {
        switch self {
        case .form: "A sum is a number and its unit, such as 12.50 EUR or 100 sandbox-points."
        case .noCurrency(let code):
            "\(code.text) is no currency with known decimals (ISO 4217); three letters are always read as a currency."
        case .tooManyDecimals(.points, _): "Points are whole, such as 100 sandbox-points."
        case .tooManyDecimals(.currency(let code), most: 0):
            "\(code.text) has no decimals: type a sum such as 1250 \(code.text)."
        case .tooManyDecimals(.currency(let code), let most):
            "\(code.text) has \(most) decimals: type a sum such as 12.\("5" + String(repeating: "0", count: most - 1)) \(code.text)."
        case .tooLarge(.currency(let code)):
            "The largest sum is \(Amount(minorUnits: Amount.most, unit: .currency(code)).map { "\($0)" } ?? code.text)."
        case .tooLarge(.points): "The largest sum is \(Amount.most) points."
        }
    }
}
