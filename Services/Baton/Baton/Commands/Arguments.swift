import ArgumentParser
import RelayDomain

// How the domain's words are written as arguments.

extension Operation: ExpressibleByArgument {}

extension Identifier: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension TransactionID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension Amount: ExpressibleByArgument {
    /// Reads `1250 EUR` or `100 sandbox-points`: three capital letters are a currency, anything else a program.
    public init?(argument: String) {
        let parts = argument.split(separator: " ")
        guard parts.count == 2, let units = Int64(parts[0]) else { return nil }
        if let currency = CurrencyCode(parts[1]) {
            self.init(minorUnits: units, unit: .currency(currency))
        } else if let program = ProgramID(parts[1]) {
            self.init(minorUnits: units, unit: .points(program))
        } else {
            return nil
        }
    }
}

extension Amount {
    /// The same for an option, with what to write instead.
    /// - Throws: `ValidationError`.
    @Sendable static func read(_ argument: String) throws -> Amount {
        guard let amount = Amount(argument: argument) else {
            throw ValidationError("whole minor units and their unit are expected: 1250 EUR is 12.50")
        }
        return amount
    }
}

/// A span as people read it: `12.3 ms`.
struct Milliseconds: CustomStringConvertible {
    let description: String

    init(_ span: Duration) { description = "\((span / .microseconds(100)).rounded() / 10) ms" }
}
