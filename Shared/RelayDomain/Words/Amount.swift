/// A sum in exactly one unit; sums of different units never mix.
public struct Amount: Hashable, Sendable {
    /// What is counted: money of one currency, or points of one loyalty program.
    public enum Unit: Hashable, Sendable {
        case currency(CurrencyCode)
        indirect case points(ProgramID)
    }

    /// How many of the unit's smallest part: cents for EUR, whole yen for JPY, single points. From 0 to ``most``.
    public let minorUnits: Int64
    /// What is counted.
    public let unit: Unit

    /// The largest sum: twelve digits, the width of ISO 8583's field 4.
    public static let most: Int64 = 999_999_999_999

    /// - Returns: nil if the sum is negative or above ``most``.
    public init?(minorUnits: Int64, unit: Unit) {
        guard (0...Self.most).contains(minorUnits) else { return nil }
        self.minorUnits = minorUnits
        self.unit = unit
    }
}

extension Amount.Unit: CustomStringConvertible {
    public var description: String {
        switch self {
        case .currency(let code): code.text
        case .points(let program): program.text
        }
    }
}
