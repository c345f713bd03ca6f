import ServiceRuntime

/// What the adapter reads beside what every adapter does.
struct MyBankSettings: Sendable {
    /// In cents.
    let limit: Int

    init(_ settings: Settings) throws {
        limit = try settings.read(
            "BATON_BANK_LIMIT", as: .integer(0...1_000_000), default: 100_00, meaning: "Approves up to so many cents.")
    }
}
