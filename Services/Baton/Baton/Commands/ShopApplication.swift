import ArgumentParser
import Foundation
import RelayDomain

/// How a shop is put into force, by `apply` and by `shop rollback`.
struct ShopApplication: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Apply without asking.")
    var yes = false

    @Flag(help: "Show the difference and change nothing. Exit code 0: no difference, 2: there is one.")
    var dryRun = false

    @OptionGroup var format: OutputOption

    @Flag(
        help: "With --yes: apply even if transactions are open at a removed destination; a person has to close them.")
    var leaveOpen = false

    @Option(help: "Who applies it, for the history; by default the logged-in user.")
    var name: String?

    @Option(help: "Why, for the history.")
    var reason = ""

    func validate() throws {
        guard change(basedOn: 0) != nil else {
            throw ValidationError("--name takes 1 to 64 characters on one line, --reason at most 400.")
        }
        guard format.output == .text || dryRun else { throw ValidationError("--output json goes with --dry-run.") }
    }

    /// Shows what changes, asks, and applies it if the registry has not changed since.
    /// - Parameter note: the reason in the history if none is given.
    func apply(_ shop: Shop, over present: RouterConsole.Registered, at router: RouterConsole, note: String = "")
        async throws
    {
        let review = ShopReview(from: present.shop, to: shop, try await router.overviews())
        guard format.output == .text else {
            try format.print(Preview(review, over: present), text: "")
            throw review.difference.isEmpty ? ExitCode.success : ExitCode(2)
        }
        for line in review.difference.lines { try print(line.plain) }
        for sentence in present.warnings + review.unserved { try print("warning: \(sentence)") }
        guard !review.difference.isEmpty else {
            return try print("nothing to change: version \(present.version) of the registry is the same")
        }
        for sentence in review.leftOpen { try print("open: \(sentence)") }
        guard !dryRun else { throw ExitCode(2) }
        guard try isConfirmed(review) else { throw OperatorError.notConfirmed }
        guard let change = change(basedOn: present.version, note: note) else { throw OperatorError.notConfirmed }
        let applied = try await router.apply(shop, change)
        try print("applied: this is version \(applied.version) of the registry")
        for sentence in applied.warnings where !present.warnings.contains(sentence) {
            try print("warning: \(sentence)")
        }
    }

    /// What `--dry-run --output json` prints.
    private struct Preview: Encodable {
        /// Of the registry that it is compared with.
        let version: UInt64
        let changes: [ShopDifference.Change]
        let warnings: [String]
        /// The open transactions of destinations that are removed.
        let open: [String]

        init(_ review: ShopReview, over present: RouterConsole.Registered) {
            version = present.version
            changes = review.difference.changes
            warnings = present.warnings + review.unserved
            open = review.leftOpen
        }
    }

    /// Asks at the terminal. Without a terminal the answer is no.
    private func isConfirmed(_ review: ShopReview) throws -> Bool {
        if yes {
            guard review.leftOpen.isEmpty || leaveOpen else { throw OperatorError.stillOpen }
            return true
        }
        guard isatty(STDIN_FILENO) == 1 else {
            try print("There is no terminal to ask on: repeat with --yes to apply this.")
            return false
        }
        let question =
            review.leftOpen.isEmpty
            ? "Apply this?" : "Apply this, and leave the open transactions to a person (`baton resolve`)?"
        try print("\(question) [y/N] ", terminator: "")
        return ["y", "yes"].contains(readLine()?.lowercased())
    }

    private func change(basedOn version: UInt64, note: String = "") -> ShopChange? {
        ShopChange(basedOn: version, name: name ?? Self.loggedIn, note: reason.isEmpty ? note : reason)
    }

    /// The logged-in user; behind `sudo` the user who called it.
    static var loggedIn: String {
        let environment = ProcessInfo.processInfo.environment
        let named = ["SUDO_USER", "USER", "LOGNAME"].compactMap { environment[$0] }.first { !$0.isEmpty }
        let account = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) }
        return (named ?? account ?? "user \(getuid())").plain(most: 64)
    }
}
