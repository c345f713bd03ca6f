import ArgumentParser
import Foundation
import Sealing
import ServiceRuntime

/// `baton keys init`.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Makes the keys that seal transaction information.", subcommands: [Init.self])

    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes keys/seal and keys/digest in BATON_HOME where they are absent.",
            discussion: """
                Who reads them can read customers' codes: they are readable for their owner alone. On several machines \
                ingress, terminal gateways, adapters and POS agents need the same ones.
                """)

        func run() throws {
            let home = try BatonConfiguration().home
            for (file, isNew) in try Keys.makeIfAbsent(in: home) { print("\(file): \(isNew ? "made" : "is there")") }
        }
    }
}

/// The key files of a home.
enum Keys {
    /// Makes what is missing.
    /// - Returns: each file, and whether it was made.
    /// - Throws: `RuntimeError`, `KeyFileError`.
    @discardableResult
    static func makeIfAbsent(in home: Home) throws -> [(file: String, isNew: Bool)] {
        try home.prepare()
        return try ["seal", "digest"].map { name in
            let path = "\(home.keys)/\(name)"
            return (path, try KeyFile.makeIfAbsent(URL(fileURLWithPath: path)))
        }
    }
}
