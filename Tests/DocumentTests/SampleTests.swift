import Foundation
import Testing

/// Swift code that a page or a doc comment shows is a copy of lines that the build compiles.
@Suite(.timeLimit(.minutes(1))) struct SampleTests {
    struct Sample: CustomTestStringConvertible {
        let file: String
        /// Without indentation, empty lines and imports: a file has its imports at its top, a sample where it begins.
        let lines: [String]
        var testDescription: String { "\(file): \(lines.first ?? "")" }
    }

    static let samples =
        Tree.pages.flatMap { samples(in: $0) { $0 } }
        + Tree.sources.filter { !$0.hasPrefix("Tests/") }.flatMap { samples(in: $0, comment) }

    /// What the build compiles, by file.
    static let built = Tree.sources.map { path in
        "\n" + bare(((try? Tree.text(path)) ?? "").components(separatedBy: "\n")).joined(separator: "\n") + "\n"
    }

    @Test func someAreFound() { #expect(Self.samples.count >= 8) }

    @Test(arguments: samples) func aSampleIsBuilt(sample: Sample) {
        let text = "\n" + sample.lines.joined(separator: "\n") + "\n"
        #expect(Self.built.contains { $0.contains(text) }, "\(sample.file) shows what no built file holds:\(text)")
    }

    /// The samples between "```swift" and "```" in those lines of a file that `read` takes for prose.
    private static func samples(in file: String, _ read: (String) -> String?) -> [Sample] {
        var samples: [Sample] = []
        var open: [String]?
        for line in ((try? Tree.text(file)) ?? "").components(separatedBy: "\n").compactMap(read) {
            switch (line.trimmingCharacters(in: .whitespaces), open) {
            case ("```swift", nil): open = []
            case ("```", let lines?):
                samples.append(Sample(file: file, lines: bare(lines)))
                open = nil
            case (_, nil): break
            case (_, _?): open?.append(line)
            }
        }
        return samples
    }

    /// The text of a doc comment's line.
    private static func comment(_ line: String) -> String? {
        let trimmed = line.trimmingCharacters(in: .whitespaces)
        return trimmed.hasPrefix("///") ? String(trimmed.dropFirst(3)) : nil
    }

    private static func bare(_ lines: [String]) -> [String] {
        lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { line in
            !line.isEmpty && !line.hasPrefix("///") && !line.hasPrefix("import ")
        }
    }
}
