import RelayDomain

/// A sum as phones read it in JSON, and as it is shown to a person.
struct ReportedAmount: Codable, Sendable {
    let minorUnits: Int64
    let currency: String?
    let program: String?

    /// Such as `12.50 EUR`. An amount that cannot be read is shown as it came.
    var text: String {
        let unit =
            currency.flatMap { CurrencyCode($0) }.map { Amount.Unit.currency($0) }
            ?? program.flatMap { ProgramID($0) }.map { .points($0) }
        return unit.flatMap { Amount(minorUnits: minorUnits, unit: $0) }.map { "\($0)" }
            ?? "\(minorUnits) minor units of \((currency ?? program ?? "?").shown)"
    }
}
