import Foundation
import Testing

@testable import Baton

/// The tables of settings in docs say what `--help` says: the same names, and the same defaults.
@Suite struct SettingsTableTests {
    /// A section of a page whose table lists what one process reads.
    struct Section: CustomTestStringConvertible, Sendable {
        let page: String
        let heading: String
        let executable: String
        var arguments: [String] = []

        var testDescription: String { "\(page): \(heading)" }
    }

    static let sections = [
        Section(page: "devices.md", heading: "The reference terminal", executable: "baton-terminal"),
        Section(page: "devices.md", heading: "The reference POS agent", executable: "baton-pos-agent"),
        Section(
            page: "destinations.md", heading: "The adapters that come along", executable: "baton-destination-adapter"),
        Section(
            page: "sandbox.md", heading: "The destination", executable: "baton-sandbox", arguments: ["destination"]),
        Section(page: "sandbox.md", heading: "The sandbox POS", executable: "baton-sandbox", arguments: ["pos"]),
    ]

    /// What every process reads, whatever it does: said once, in operations.md; and what their parents set.
    static let common: Set<String> = [
        "BATON_HOME", "BATON_NAME", "BATON_ADMIN", "BATON_LOG_LEVEL", "BATON_DRAIN", "BATON_INSECURE", "BATON_PARENT",
        "BATON_TICKS", "BATON_WATCHDOG",
    ]

    @Test(arguments: sections) func theTableOfAProcessIsWhatItReads(_ section: Section) throws {
        let table = Self.table(in: try Self.text(of: section.heading, on: section.page))
        try compare(table, with: try help(section.executable, section.arguments))
    }

    @Test func theTableOfTheCommandIsWhatItReads() throws {
        let rows = Self.table(in: try Self.text(of: "Settings", on: "operations.md"))
        try compare(rows, with: Self.defaults(in: BatonConfiguration.help), including: Self.common)
    }

    /// The table of processes names its settings within one cell, with some of their defaults behind them.
    @Test func theListOfTheProcessesIsWhatTheyRead() throws {
        let text = try Self.text(of: "Settings", on: "operations.md")
        let rows = text.split(separator: "\n").compactMap {
            $0.wholeMatch(of: /\| `(baton-[a-z-]+)` \| (.*`BATON_.*) \|/)
        }
        #expect(rows.count == 4)
        for row in rows {
            let settings = row.2.matches(of: /`(BATON_[A-Z_]+)`(?: \(([0-9]+)[^)]*\))?/)
            let table = settings.map { ("\($0.1)", $0.2.map(String.init)) }
            try compare(Dictionary(uniqueKeysWithValues: table), with: try help("\(row.1)", []))
        }
    }

    /// `baton up` starts the adapters, and imports none of them.
    @Test func batonUpHasTheKindsThatTheAdapterKnows() throws {
        let text = try helpText("baton-destination-adapter", [])
        let listed = try #require(text.firstMatch(of: /BATON_KIND  \[.*\]\n.* Expects one of (.+)\./))
        let kinds = listed.1.split(separator: ", ").map(String.init)
        #expect(Set(kinds) == Set(RelayPlan.Kind.allCases.map(\.rawValue)))
    }

    /// - Parameters:
    ///   - table: names and defaults; nil where the page gives none that can be compared.
    ///   - common: what of the common settings the table should have too.
    private func compare(
        _ table: [String: String?], with help: [String: String], including common: Set<String> = []
    ) throws {
        #expect(!table.isEmpty)
        let expected = Set(help.keys).subtracting(Self.common.subtracting(common))
        let internals: Set = ["BATON_PARENT", "BATON_TICKS", "BATON_WATCHDOG"]
        #expect(expected.subtracting(table.keys).subtracting(internals) == [], "the page does not name these")
        #expect(Set(table.keys).subtracting(help.keys) == [], "nothing reads these")
        for (key, value) in table {
            guard let value, let read = help[key] else { continue }
            #expect(value == read, "\(key) has another default")
        }
    }

    /// The settings that a process lists, and their defaults as the pages write them.
    private func help(_ executable: String, _ arguments: [String]) throws -> [String: String] {
        Self.defaults(in: try helpText(executable, arguments))
    }

    private func helpText(_ executable: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "\(executables)/\(executable)")
        process.arguments = arguments + ["--help"]
        process.environment = [:]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }

    private static func defaults(in help: String) -> [String: String] {
        let rows = help.matches(of: /(?m)^  (BATON_[A-Z_]+)  \[(.*)\]$/)
        return Dictionary(
            uniqueKeysWithValues: rows.map { ("\($0.1)", $0.2 == "(must be set)" ? "must be set" : "\($0.2)") })
    }

    /// What stands under a heading, up to the next of its rank.
    private static func text(of heading: String, on page: String) throws -> String {
        let docs = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs")
        let text = try String(contentsOf: docs.appending(path: page), encoding: .utf8)
        let start = try #require(text.range(of: "\n## \(heading)\n"), "\(page) has no such section")
        let rest = text[start.upperBound...]
        return String(rest[..<(rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex)])
    }

    /// The rows `| NAME | default | …`; two settings may share a row. A default that lies in the home is told in words.
    private static func table(in text: String) -> [String: String?] {
        var table: [String: String?] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `BATON_") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let names = cells[0].split(separator: ", ").map { String($0.filter { $0 != "`" }) }
            let isInHome = cells[1].contains("HOME") || cells[1].contains("home")
            for name in names { table[name] = .some(isInHome ? nil : cells[1].filter { $0 != "`" }) }
        }
        return table
    }
}
