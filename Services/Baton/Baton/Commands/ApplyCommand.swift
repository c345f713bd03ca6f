import ArgumentParser
import Foundation
import RelayDomain

/// `baton apply -f shop.yaml`.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Registers a shop file, as a whole or not at all.",
        discussion: """
            First shows what would change, which destinations have no adapter, and which transactions are open at removed \
            destinations; then asks. Without a terminal to ask on, --yes is needed. One mistake refuses the whole file; the \
            message names its line and key. If another person applies a shop meanwhile, nothing is changed. `baton get \
            shop` prints the registered shop as a file, `baton shop history` who applied what.
            """)

    @Option(name: .shortAndLong, help: "The shop file; - reads standard input.")
    var file: String

    @OptionGroup var application: ShopApplication

    func run() async throws {
        let configuration = try BatonConfiguration()
        let shop = try ShopFile.read(file).shop
        try await withRouter(configuration) { router in
            try await application.apply(shop, over: try await router.shop(), at: router)
        }
    }
}

extension ShopFile {
    /// Reads a file, or standard input for `-`.
    /// - Throws: ``OperatorError/file(path:reason:)``, ``ShopMistake``.
    static func read(_ path: String) throws -> ShopFile {
        let data = try InputFile.read(path, most: bytesMax)
        guard let text = String(data: data, encoding: .utf8) else {
            throw OperatorError.file(path: path, reason: "is not UTF-8 text")
        }
        return try ShopFile(text, name: path == "-" ? "standard input" : path)
    }
}
