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

        @Option(help: "A folder that is there and takes the keys, instead of keys in BATON_HOME.")
        var into: String?

        func run() throws {
            let home = try BatonConfiguration().home
            if into == nil { try home.prepare() }
            for (file, isNew) in try Keys.makeIfAbsent(in: into ?? home.keys) {
                print("\(file): \(isNew ? "made" : "is there")")
            }
        }
    }
}

/// The key files of a relay.
enum Keys {
    /// Makes what is missing in a folder.
    /// - Returns: each file, and whether it was made.
    /// - Throws: `KeyFileError`.
    @discardableResult
    static func makeIfAbsent(in folder: String) throws -> [(file: String, isNew: Bool)] {
        try ["seal", "digest"].map { name in
            let path = "\(folder)/\(name)"
            return (path, try KeyFile.makeIfAbsent(URL(fileURLWithPath: path)))
        }
    }
}
