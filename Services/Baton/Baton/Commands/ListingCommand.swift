import ArgumentParser

/// A command that prints a list, as a table or as an array of JSON.
protocol ListingCommand: AsyncParsableCommand {
    associatedtype Row: Listed

    var format: OutputOption { get }

    /// In the order in which they are printed. What is missing is said to standard error.
    func rows() async throws -> [Row]
}

extension ListingCommand {
    func run() async throws { try format.print(try await rows()) }
}
