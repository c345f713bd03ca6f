import Foundation
import Testing

/// What the pages say of the tree is there.
@Suite(.timeLimit(.minutes(1))) struct LinkTests {
    @Test(arguments: Tree.pages) func linksLeadSomewhere(page: String) throws {
        let folder = (page as NSString).deletingLastPathComponent
        for link in try Self.links(in: page) where !link.target.contains("://") {
            let parts = link.target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let file = parts[0].isEmpty ? page : Self.path(folder, String(parts[0]))
            #expect(Tree.exists(file), "\(page) links to \(link.target)")
            if parts.count == 2, file.hasSuffix(".md") {
                #expect(try Self.anchors(in: file).contains(String(parts[1])), "\(page) links to \(link.target)")
            }
        }
    }

    /// A name in code type beside a link to a Swift file is declared in that file: [`name`](file).
    @Test func namesAreDeclaredInTheFilesThatTheyLinkTo() throws {
        let named = try Self.links(in: "docs/architecture.md").filter {
            $0.target.hasSuffix(".swift") && $0.text.hasPrefix("`") && $0.text.hasSuffix("`")
        }
        #expect(named.count >= 20)
        for link in named {
            let file = try Tree.text(Self.path("docs", link.target))
            for name in link.text.trimmingCharacters(in: ["`"]).split(whereSeparator: { !$0.isLetter && !$0.isNumber })
            {
                #expect(try Self.declares(String(name), in: file), "\(name) is not declared in \(link.target)")
            }
        }
    }

    /// What stands in code type and looks like a path of the tree is one.
    @Test(arguments: ["docs/architecture.md", "CONTRIBUTING.md"]) func pathsAreThere(page: String) throws {
        let paths = try Tree.text(page).matches(
            of: /`((?:Shared|Services|Tests|docs|scripts|deploy)\/[A-Za-z0-9+._\/-]+)`/)
        for path in paths { #expect(Tree.exists(String(path.1)), "\(page) names \(path.1)") }
    }

    /// Every module of the tree has its line; executables, whose names begin with `baton-`, are processes.
    @Test func architectureNamesEachModule() throws {
        let page = try Tree.text("docs/architecture.md")
        let services = try Self.folders(in: "Services")
        let libraries = try services.flatMap { try Self.folders(in: "Services/\($0)") }
            .filter { !$0.hasPrefix("baton") }
        #expect(libraries.contains("Bench"))
        for module in try Self.folders(in: "Shared") + services + libraries {
            #expect(page.contains("`\(module)`"), "architecture.md does not name \(module)")
        }
    }

    @Test(arguments: [
        ("func commit(", true), ("    let commit: Int", true), ("    case begin, commit", true),
        ("    case begin(Int), commit(Int)", true), ("extension Journal.commit {", true),
        ("        let commit = journal.begin()", false), ("        try await commit.end()", false),
        ("    /// commit", false), ("func commitAll(", false), ("        case .commit: break", false),
    ]) func onlyADeclarationCounts(line: String, isOne: Bool) throws {
        #expect(try Self.declares("commit", in: "import Testing\n\(line)\n") == isOne)
    }

    // MARK: - Reading pages

    private static func folders(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Tree.root.appending(path: folder).path)
            .filter { !$0.contains(".") }
    }

    /// Whether a Swift text declares the name: a type, an extension of it, a function, a case or a property. A constant
    /// within a function, which is indented further, is none.
    private static func declares(_ name: String, in text: String) throws -> Bool {
        let patterns = [
            "\\b(?:actor|class|enum|extension|func|protocol|struct|typealias) (?:\\w+\\.)*\(name)\\b",
            "\\bcase (?:\\w+(?:\\([^()\\n]*\\))?, )*\(name)\\b",
            "(?m)^(?: {4})?(?:[a-z(][a-z()]* )*(?:let|var) \(name)\\b",
        ]
        return try patterns.contains { text.firstMatch(of: try Regex($0)) != nil }
    }

    private static func links(in page: String) throws -> [(text: String, target: String)] {
        try Tree.text(page).matches(of: /\[([^\]\[]*(?:\[[^\]]*\][^\]\[]*)*)\]\(([^()\s]+)\)/)
            .map { (String($0.1), String($0.2)) }
    }

    private static func path(_ folder: String, _ target: String) -> String {
        let path = folder.isEmpty ? target : "\(folder)/\(target)"
        return (path as NSString).standardizingPath
    }

    /// What GitHub makes of a page's headings.
    private static func anchors(in page: String) throws -> [String] {
        try Tree.text(page).split(separator: "\n").filter { $0.hasPrefix("#") }.map { heading in
            String(
                heading.drop { $0 == "#" }.trimmingPrefix(" ").lowercased().replacing(" ", with: "-")
                    .filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
        }
    }
}
