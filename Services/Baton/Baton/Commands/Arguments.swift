import ArgumentParser
import RelayDomain

// How values of the domain are written as arguments.

extension Operation: ExpressibleByArgument {}

extension Identifier: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension TransactionID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension Amount {
    /// Reads `12.50 EUR` or `100 sandbox-points`.
    /// - Throws: `ValidationError` that says what to write instead.
    @Sendable static func read(_ argument: String) throws -> Amount {
        do throws(AmountMistake) {
            return try Amount(typed: argument)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

/// A span as people read it: `12.3 ms`.
struct Milliseconds: CustomStringConvertible {
    let description: String

    init(_ span: Duration) { description = "\((span / .microseconds(100)).rounded() / 10) ms" }
}
