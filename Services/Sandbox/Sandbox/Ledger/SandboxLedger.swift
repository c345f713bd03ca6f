import RelayDomain

/// The records of the ledger that one batch of requests needs, and every decision about them. Pure.
///
/// The store loads the batch's transactions, codes, accounts and units, has the requests carried out one after the
/// other, and makes the changes durable before any answer is sent.
package struct SandboxLedger: Sendable {
    var transactions = BatchTable<LedgerTransactionID, LedgerTransaction>()
    var codes = BatchTable<KeyedDigest, PaymentCode>()
    var accounts = BatchTable<AccountKey, Account>()
    var totals = BatchTable<Amount.Unit, Total>()
    /// The entries that the batch adds to the witness.
    package private(set) var entries: [LedgerEntry] = []

    package init() {}

    /// Carries out one request.
    package mutating func carryOut(
        _ request: LedgerRequest, now: Instant, random: inout some RandomNumberGenerator
    ) -> LedgerAnswer {
        switch request {
        case .issueCodes(let digests, let terms):
            for digest in digests { codes[digest] = PaymentCode(terms: terms) }
            return .codesIssued
        case .openAccount(let key, let account):
            if let open = accounts[key] { return .account(open, opened: false) }
            accounts[key] = account
            return .account(account, opened: true)
        case .authorize(let order):
            return authorize(order, now: now, random: &random)
        case .inquire(let transaction):
            return .finding(inquire(transaction, now: now, random: &random))
        case .reverse(let transaction, let reference):
            return reverse(transaction, reference, now: now)
        case .confirm(let transaction, let accepts):
            customerAnswered(transaction, accepts: accepts, now: now, random: &random)
            return .finding(transactions[transaction]?.finding ?? .notFound)
        }
    }

    mutating func post(
        _ kind: LedgerEntry.Kind, _ transaction: LedgerTransactionID, _ reference: RetrievalReferenceNumber,
        _ order: AuthorizationOrder?, now: Instant
    ) {
        entries.append(
            LedgerEntry(
                kind: kind, at: now, transaction: transaction, reference: reference, operation: order?.operation,
                who: order.map(who), amount: kind == .kill ? nil : order?.amount))
    }

    private func who(_ order: AuthorizationOrder) -> String {
        switch order.instrument {
        case .code(let digest):
            let digits = digest.bytes.prefix(4).map { byte in
                let text = String(byte, radix: 16)
                return byte < 16 ? "0" + text : text
            }
            return "code " + digits.joined()
        case .member(let key): return "member ••" + (accounts[key]?.tail ?? "")
        }
    }
}
