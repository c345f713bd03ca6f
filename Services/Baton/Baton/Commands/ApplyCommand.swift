import ArgumentParser
import Foundation
import RelayDomain

/// `baton apply -f shop.yaml`.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Registers what a shop file says, as a whole or not at all.",
        discussion: """
            Shows first what would change, then asks; without a terminal to ask at, --yes is needed. A mistake refuses the \
            whole file and names its line and key. `baton get shop` prints the file of what is registered.
            """)

    @Option(name: .shortAndLong, help: "The shop file; - reads standard input.")
    var file: String

    @Flag(name: .shortAndLong, help: "Apply without asking.")
    var yes = false

    @Flag(help: "Show the difference and change nothing.")
    var dryRun = false

    func run() async throws {
        let configuration = try BatonConfiguration()
        let shop = try ShopFile.read(file).shop
        try await withRouter(configuration) { router in
            let present = try await router.shop()
            let difference = ShopDifference(from: present.shop, to: shop)
            guard !difference.isEmpty else {
                print("nothing to change: version \(present.version) of the registry says the same")
                return Self.warn(present)
            }
            difference.lines.forEach { print($0) }
            guard !dryRun else { return }
            guard yes || Self.isConfirmed() else { throw OperatorError.notConfirmed }
            let applied = try await router.apply(shop)
            print("applied: this is version \(applied.version) of the registry")
            Self.warn(applied)
            for destination in shop.destinations where !RelayPlan.kinds.contains(destination.kind.text) {
                print(
                    "\(destination.id) is of kind \(destination.kind), which `baton up` has no adapter for: start its own"
                )
            }
        }
    }

    private static func warn(_ registered: RouterConsole.Registered) {
        for warning in registered.warnings { print("warning: \(warning)") }
    }

    /// Asks at the terminal. Where there is none nobody can have confirmed.
    private static func isConfirmed() -> Bool {
        guard isatty(STDIN_FILENO) == 1 else {
            print("Nobody to ask here: repeat with --yes to apply this.")
            return false
        }
        print("Apply this? [y/N] ", terminator: "")
        fflush(nil)
        return ["y", "yes"].contains(readLine()?.lowercased())
    }
}

extension ShopFile {
    /// Reads a file, or standard input for `-`.
    /// - Throws: ``OperatorError/file(path:reason:)``, ``ShopMistake``.
    static func read(_ path: String) throws -> ShopFile {
        let file = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
        guard let file else { throw OperatorError.file(path: path, reason: String(cString: strerror(errno))) }
        let data = try file.read(upToCount: bytesMost + 1) ?? Data()
        guard data.count <= bytesMost else {
            throw OperatorError.file(path: path, reason: "is longer than \(bytesMost) bytes")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw OperatorError.file(path: path, reason: "is no UTF-8 text")
        }
        return try ShopFile(text, name: path == "-" ? "standard input" : path)
    }
}
