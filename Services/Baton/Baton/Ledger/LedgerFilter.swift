import Foundation
import RelayDomain

/// Which transactions an export is about.
struct LedgerFilter {
    /// What is still to be done about a transaction.
    enum Concern: String, CaseIterable {
        /// A person has to look at it.
        case marked
        /// It has no outcome yet.
        case open
    }

    var day: LedgerDay?
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

/// A calendar day of this machine's time zone (`TZ`). A transaction belongs to the day on which it was accepted.
struct LedgerDay: Hashable {
    let start: Instant
    let end: Instant

    /// - Returns: nil unless the text is a day, `YYYY-MM-DD`.
    init?(_ text: String, in zone: TimeZone = .current) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.joined().utf8.allSatisfy({ (48...57).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let components = DateComponents(year: year, month: month, day: day)
        guard components.isValidDate(in: calendar), let begin = calendar.date(from: components),
            let next = calendar.date(byAdding: .day, value: 1, to: begin)
        else { return nil }
        start = Instant(milliseconds: Int64(begin.timeIntervalSince1970 * 1_000))
        end = Instant(milliseconds: Int64(next.timeIntervalSince1970 * 1_000))
    }
}
