/// A line of the sandbox's ledger, the witness (docs/sandbox.md, "The ledger").
struct LedgerWitnessEntry: Hashable, Sendable, Decodable {
    enum Kind: String, Hashable, Sendable, Decodable { case booking, reversal, kill }

    struct Sum: Hashable, Sendable, Decodable {
        let minorUnits: Int64
        var currency: String?
        var program: String?
    }

    let sequence: Int64
    let at: Int64
    let kind: Kind
    let transaction: String
    var who: String?
    var amount: Sum?
}
