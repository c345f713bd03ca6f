import ArgumentParser
import ServiceRuntime

/// `baton keys init | replace`.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Makes the keys that seal transaction information.",
        subcommands: [Init.self, Replace.self])

    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes keys/seal and keys/digest in BATON_HOME where they are absent.",
            discussion: """
                Anyone who can read the keys can read customers' codes, so only their owner may read the files. On several \
                machines ingress, terminal gateways, adapters and POS agents need the same keys. If a journal of BATON_HOME \
                has transactions, no key is made: restore the keys that were used for them.
                """)

        @OptionGroup var place: KeysLocation

        func run() throws {
            for (file, isNew) in try place.keys().makeIfAbsent() {
                try print("\(file): \(isNew ? "made" : "is there")")
            }
        }
    }

    struct Replace: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replaces keys that were stolen, or are lost for good.",
            discussion: """
                Stop the relay first, and bring the new keys to all other machines. The old key stays beside the new one, as \
                <file>.old-<number>. After replacing `seal`, codes in progress no longer open. After replacing `digest`, \
                repeats and used codes are not recognised: what phones and terminals repeat is booked again, unless the \
                destination knows the code. So replace `digest` only if it is lost.
                """)

        @Argument(help: "seal, digest.")
        var names: [Keys.Name]

        @OptionGroup var place: KeysLocation

        func run() throws {
            let keys = try place.keys()
            for name in names {
                let (file, old) = try keys.replace(name)
                try print("\(file): made" + (old.map { "; the old key is \($0)" } ?? ""))
            }
        }
    }
}

/// The folder of the keys.
struct KeysLocation: ParsableArguments {
    @Option(help: "An existing folder for the keys, instead of keys in BATON_HOME.")
    var into: String?

    func keys() throws -> Keys {
        let home = try BatonConfiguration().home
        if into == nil { try home.prepare() }
        return Keys(home, in: into)
    }
}

extension Keys.Name: ExpressibleByArgument {}
