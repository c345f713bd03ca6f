import ArgumentParser
import RelayDomain

/// `baton resolve <transaction>`.
struct ResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Closes a transaction that waits for a person: its marks, or a refused reversal.",
        discussion: """
            The journal keeps who closed it and why. An outcome never changes: only for a transaction that is still \
            reversing you may give --outcome, once you know from the destination how it ended. docs/certainty.md says what \
            to check first.
            """)

    @Argument(help: "The transaction's ID.")
    var transaction: TransactionID

    @Option(help: "Who closes it, 1 to 64 characters on one line.")
    var name: String

    @Option(help: "What was found out, 1 to 400 characters on one line.")
    var reason: String

    @Option(help: "How a refused reversal ended: approved, declined or reversed.")
    var outcome: Ending?

    /// The outcomes that a person may give to a reversal.
    enum Ending: String, ExpressibleByArgument, CaseIterable {
        case approved, declined, reversed

        var outcome: Outcome {
            switch self {
            case .approved: .approved()
            case .declined: .declined(Self.byPerson)
            case .reversed: .reversed
            }
        }

        /// The reason of a decline that a person has determined.
        private static var byPerson: ReasonCode {
            guard let reason = ReasonCode("foundOut") else { preconditionFailure("it is an identifier") }
            return reason
        }
    }

    func run() async throws {
        guard let word = Reconciliation(name: name, reason: reason, outcome: outcome?.outcome) else {
            throw ValidationError(
                "--name takes 1 to 64 characters on one line, --reason 1 to 400; no control characters.")
        }
        let configuration = try BatonConfiguration()
        do {
            let status = try await withRouter(configuration) { try await $0.reconcile(transaction, word) }
            try print(try TransactionReport(status).text)
        } catch OperatorError.refused(let refused) where refused.refusal == .malformed && outcome == nil {
            let hint = [refused.detail, "Add --outcome approved, declined or reversed."].compactMap(\.self)
            throw OperatorError.refused(Refused(.malformed, detail: hint.joined(separator: " ")))
        }
    }
}
