import RelayDomain

/// A phone's request to the relay, checked and sealed.
package enum PhoneQuery: Hashable, Sendable {
    case submit(SubmitTransaction)
    case status(TransactionID)
    case cancel(TransactionID)
    case terminal(TerminalID)

    /// The journal whose router answers it; nil if an ID names a journal that does not exist.
    func journal(outOf journals: Int) -> UInt8? {
        switch self {
        case .submit(let submit): submit.terminal.journal(outOf: journals)
        case .status(let id), .cancel(let id): Int(id.journal) < journals ? id.journal : nil
        case .terminal(let terminal): terminal.journal(outOf: journals)
        }
    }

    /// The request to the router.
    /// - Parameters:
    ///   - now: the router's time.
    ///   - wait: for how long from now the router may wait for the outcome.
    package func request(now: Instant, wait: Duration) -> RouterRequest {
        switch self {
        case .submit(let submit):
            .submit(submit.stamped(HopStamp(.ingress, .forwarded, at: now)), waitUntil: now + wait)
        case .status(let id): .query(id, waitUntil: now + wait)
        case .cancel(let id): .cancel(id, waitUntil: now + wait)
        case .terminal(let terminal): .resolve(terminal)
        }
    }
}

/// The answer for the phone.
package enum PhoneAnswer: Equatable, Sendable {
    case status(TransactionStatus)
    case terminal(TerminalInfo)
    case problem(Problem)
}

extension SubmitTransaction {
    /// The same with one more stamp.
    func stamped(_ stamp: HopStamp) -> SubmitTransaction {
        SubmitTransaction(
            terminal: terminal, application: application, operation: operation, information: information,
            amount: amount, key: key, body: body, hopStamps: hopStamps + [stamp])
    }
}
