import ArgumentParser
import Foundation

/// What is printed as a line of a table, or as an object of JSON.
protocol ListRow: Encodable, Sendable {
    /// In the order of the table.
    var columns: [String] { get }
}

/// How a command prints what it found.
struct OutputOption: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(name: .shortAndLong, help: "text, or json: one value; unknown values are absent.")
    var output: Format = .text

    /// Prints a list: a line for each entry, its columns separated by tabs; or one array of JSON.
    func print(_ rows: [some ListRow]) throws {
        switch output {
        case .text: for row in rows { try Baton.print(row.columns.map(\.plain).joined(separator: "\t")) }
        case .json: try Baton.print(try json(rows))
        }
    }

    /// Prints one thing.
    func print(_ value: some Encodable, text: @autoclosure () -> String) throws {
        switch output {
        case .text: try Baton.print(text())
        case .json: try Baton.print(try json(value))
        }
    }

    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
