import Foundation
import RelayDomain

/// Which transactions an export contains.
struct LedgerFilter {
    /// What is still to be done about a transaction.
    enum Concern: String, CaseIterable {
        /// A person has to check it.
        case marked
        /// It has no outcome yet.
        case open
    }

    var days: LedgerDays?
    var destination: DestinationID?
    var terminal: TerminalID?
    var concern: Concern?

    func takes(_ transaction: Transaction) -> Bool {
        (destination ?? transaction.destination) == transaction.destination
            && (terminal ?? transaction.terminal) == transaction.terminal && isOfConcern(transaction)
    }

    private func isOfConcern(_ transaction: Transaction) -> Bool {
        switch concern {
        case .marked: !transaction.reconciliation.isEmpty
        case .open: transaction.outcome == nil
        case nil: true
        }
    }
}
