import ArgumentParser
import RelayDomain

/// `baton resolve <transaction>`.
struct ResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Closes what waits for a person: a transaction's marks, or a reversal that its destination refuses.",
        discussion: """
            Who closed it and why is written into the journal for ever. An outcome never changes: only a transaction that is \
            still reversing takes --outcome, once you know from the destination how it ended. docs/certainty.md says what \
            to look at first.
            """)

    @Argument(help: "The transaction's ID.")
    var transaction: TransactionID

    @Option(help: "Who closes it, 1 to 64 characters on one line.")
    var name: String

    @Option(help: "What was found out, 1 to 400 characters on one line.")
    var reason: String

    @Option(help: "How a refused reversal ended: approved, declined or reversed.")
    var outcome: Ending?

    /// What a person may say of a reversal.
    enum Ending: String, ExpressibleByArgument, CaseIterable {
        case approved, declined, reversed

        var outcome: Outcome {
            switch self {
            case .approved: .approved()
            case .declined: .declined(Self.byPerson)
            case .reversed: .reversed
            }
        }

        /// The reason of a decline that a person has found out.
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
