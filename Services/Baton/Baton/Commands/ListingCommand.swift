import ArgumentParser

/// A command that prints a list, as a table or as an array of JSON. Exit code 1: the list is known to be incomplete.
protocol ListingCommand: AsyncParsableCommand {
    associatedtype Row: ListRow

    var format: OutputOption { get }

    func listing() async throws -> Listing<Row>
}

/// What a command lists.
struct Listing<Row: ListRow>: Sendable {
    /// In the order in which they are printed.
    var rows: [Row]
    /// What is missing in the list, in sentences.
    var missing: [String] = []
}

extension ListingCommand {
    func run() async throws {
        let listing = try await listing()
        try format.print(listing.rows)
        guard !listing.missing.isEmpty else { return }
        for sentence in listing.missing.prefix(missingToldMax) { printNotice(sentence) }
        if listing.missing.count > missingToldMax { printNotice("and \(listing.missing.count - missingToldMax) more") }
        throw ExitCode(1)
    }

    private var missingToldMax: Int { 20 }
}
