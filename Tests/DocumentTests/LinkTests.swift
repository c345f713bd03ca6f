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

    /// A name in code type beside a link to a Swift file stands in that file: [`name`](file).
    @Test func namesStandInTheFilesThatTheyLinkTo() throws {
        let named = try Self.links(in: "docs/architecture.md").filter {
            $0.target.hasSuffix(".swift") && $0.text.hasPrefix("`") && $0.text.hasSuffix("`")
        }
        #expect(named.count >= 20)
        for link in named {
            let file = try Tree.text(Self.path("docs", link.target))
            for name in link.text.trimmingCharacters(in: ["`"]).split(whereSeparator: { !$0.isLetter && !$0.isNumber })
            {
                #expect(
                    file.firstRange(of: try Regex("\\b\(name)\\b")) != nil,
                    "\(name) is not in \(link.target)")
            }
        }
    }

    /// What stands in code type and looks like a path of the tree is one.
    @Test(arguments: ["docs/architecture.md", "CONTRIBUTING.md"]) func pathsAreThere(page: String) throws {
        let paths = try Tree.text(page).matches(
            of: /`((?:Shared|Services|Tests|docs|scripts|deploy)\/[A-Za-z0-9+._\/-]+)`/)
        for path in paths { #expect(Tree.exists(String(path.1)), "\(page) names \(path.1)") }
    }

    /// Every module of the tree has its line.
    @Test func architectureNamesEachModule() throws {
        let page = try Tree.text("docs/architecture.md")
        for folder in ["Shared", "Services"] {
            let modules = try FileManager.default.contentsOfDirectory(atPath: Tree.root.appending(path: folder).path)
                .filter { !$0.contains(".") }
            for module in modules { #expect(page.contains("`\(module)`"), "architecture.md does not name \(module)") }
        }
    }

    // MARK: - Reading pages

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
