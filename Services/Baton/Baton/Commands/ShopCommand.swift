import ArgumentParser
import RelayDomain
import ServiceRuntime

/// `baton shop history | diff | rollback`.
struct ShopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shop",
        abstract: "Shows who applied which shop and what that changed; rolls back to an earlier version.",
        subcommands: [ShopHistory.self, ShopDiff.self, ShopRollback.self])
}

struct ShopHistory: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Lists the registry's versions, the newest first: when, who and why.")

    @OptionGroup var format: OutputOption

    /// One version as it is printed.
    struct Row: ListRow {
        let version: UInt64
        let at: String
        let name: String?
        let note: String?

        init(_ version: ShopVersion) {
            self.version = version.version
            at = "\(Timestamp(milliseconds: version.at.milliseconds))"
            name = version.name.isEmpty ? nil : version.name.plain
            note = version.note.isEmpty ? nil : version.note.plain
        }

        var columns: [String] { ["\(version)", at, name ?? "not recorded", note ?? ""] }
    }

    func listing() async throws -> Listing<Row> {
        Listing(rows: try await withRouter(try BatonConfiguration()) { try await $0.history() }.map(Row.init))
    }
}

struct ShopDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Shows what changed between two versions of the registry.",
        discussion: "Exit code 0: nothing, 2: there is a difference.")

    @Argument(help: "The earlier version; by default the one before the later one.")
    var earlier: UInt64?

    @Argument(help: "The later version; by default the one in force.")
    var later: UInt64?

    @OptionGroup var format: OutputOption

    func run() async throws {
        let (old, new) = try await withRouter(try BatonConfiguration()) { router in
            let new = try await router.shop(version: later)
            let version = earlier ?? (new.version == 0 ? 0 : new.version - 1)
            return (version == 0 ? Shop() : try await router.shop(version: version).shop, new.shop)
        }
        let difference = ShopDifference(from: old, to: new)
        try format.print(difference.changes)
        if !difference.isEmpty { throw ExitCode(2) }
    }
}

struct ShopRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Puts an earlier version of the registry into force again, as a new version.",
        discussion: "Shows what changes and asks, as `baton apply` does.")

    @Argument(help: "The version; `baton shop history` lists them.")
    var version: UInt64

    @OptionGroup var application: ShopApplication

    func run() async throws {
        try await withRouter(try BatonConfiguration()) { router in
            let earlier = try await router.shop(version: version).shop
            try await application.apply(
                earlier, over: try await router.shop(), at: router, note: "rollback to version \(version)")
        }
    }
}

extension ShopDifference.Change: ListRow {
    var columns: [String] { [line] }
}
