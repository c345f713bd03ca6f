import Foundation
import RelayDomain
import Testing
import Yams

@testable import ErrorCatalogue

/// docs/errors.yaml is the one source of every error code.
@Suite(.timeLimit(.minutes(2))) struct ErrorCatalogueTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let catalogue = try! Catalogue(yaml: file("docs/errors.yaml"))

    static func file(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func codes(_ entries: [Catalogue.Entry]) -> [String] { entries.map(\.code) }

    @Test(arguments: catalogue.files.keys.sorted()) func whatIsMadeOfItIsCurrent(path: String) throws {
        #expect(try Self.file(path) == Self.catalogue.files[path], "run `make generate`")
    }

    @Test func itIsReadAsYAMLIsRead() throws {
        let yaml = try Self.file("docs/errors.yaml")
        let read = try #require(try Yams.load(yaml: yaml) as? [String: [String: [String: String]]])
        let lists = try CatalogueText(yaml).lists.map { list in
            (list.name, Dictionary(list.codes.map { ($0.code, $0.facts) }) { first, _ in first })
        }
        #expect(Dictionary(lists) { first, _ in first } == read)
    }

    @Test(arguments: [
        ("refusals:\n  gone:\n    means: Gone.", "blame is missing"),
        ("refusals:\n  gone:\n    means: Gone.\n    blame: moon", "gone.blame: moon is not one"),
        ("refusals:\n  gone:\n    means: Gone.\n    means: Gone.", "means appears twice"),
        ("moods:\n", "unknown list"),
        ("refusals:\n", "http: is missing"),
        ("refusals: none\n", "line 1"),
    ]) func mistakesAreNamed(yaml: String, names: String) {
        #expect(throws: Mistake.self) { try Catalogue(yaml: yaml) }
        do { _ = try Catalogue(yaml: yaml) } catch { #expect(error.description.contains(names)) }
    }

    // MARK: - The other pages

    @Test func theAPIsDescriptionNamesEachCodeThatPhonesMeet() throws {
        let document = try #require(try Yams.load(yaml: Self.file("docs/openapi.yaml")) as? [String: Any])
        func property(_ schema: String, _ name: String) -> [String: Any]? {
            let schemas = (document["components"] as? [String: Any])?["schemas"] as? [String: Any]
            let properties = (schemas?[schema] as? [String: Any])?["properties"] as? [String: Any]
            return properties?[name] as? [String: Any]
        }
        let codes = try #require(property("Problem", "code")?["enum"] as? [String])
        #expect(codes.sorted() == Self.codes(Self.catalogue.forPhones).sorted())
        let marks = try #require(
            (property("Transaction", "reconcile")?["items"] as? [String: Any])?["enum"] as? [String])
        #expect(marks.sorted() == Self.codes(Self.catalogue[.marks]).sorted())
        let reason = try #require(property("Outcome", "reason")?["description"] as? String)
        let failed = try #require(reason.components(separatedBy: "Of `failed`:").last)
        #expect(words(in: failed).sorted() == Self.codes(Self.catalogue[.failures]).sorted())
    }

    @Test func theDevicesPageNamesEachCodeThatDevicesMeet() throws {
        let page = try Self.file("docs/devices.md")
        let errors = try #require(section("## Errors", of: page)?.components(separatedBy: "| code |").last)
        let rows = errors.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let codes = rows.flatMap { words(in: String($0.split(separator: "|")[0])) }
        #expect(codes.sorted() == Self.codes(Self.catalogue.forDevices).sorted())
        #expect(words(after: "`failed` knows the reasons ", in: page) == Self.codes(Self.catalogue[.failures]))
        #expect(words(after: "`reconcile` the words ", in: page) == Self.codes(Self.catalogue[.marks]))
    }

    private func section(_ title: String, of page: String) -> String? {
        page.components(separatedBy: "\n\(title)\n").dropFirst().first?.components(separatedBy: "\n## ").first
    }

    /// The words that stand in backticks.
    private func words(in text: String) -> [String] {
        text.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    }

    /// The words, separated by spaces, of the first backticks after a phrase.
    private func words(after phrase: String, in page: String) -> [String] {
        let rest = page.components(separatedBy: phrase).dropFirst().first ?? ""
        return words(in: rest).first?.split(separator: " ").map(String.init) ?? []
    }
}
