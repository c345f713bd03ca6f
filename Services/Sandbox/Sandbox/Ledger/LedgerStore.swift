import GRDB
import RelayDomain

/// Stores the ledger in one SQLite file (WAL, `synchronous=FULL`), which one process writes.
struct LedgerStore: Sendable {
    let database: DatabasePool

    /// Opens the file, making it if it is absent.
    /// - Throws: ``SandboxError/ledgerUnusable(_:)``.
    init(path: String) throws {
        var configuration = Configuration()
        configuration.maximumReaderCount = 2
        do {
            database = try DatabasePool(path: path, configuration: configuration)
            // Set last: GRDB turns WAL on as it opens, and `synchronous` to NORMAL with it.
            try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try LedgerSchema.migrate(database)
        } catch {
            throw SandboxError.ledgerUnusable("\(path): \(error)")
        }
    }

    /// Whether no code, member or transaction was ever written.
    func isEmpty() throws -> Bool {
        try database.read { rows in
            try ["code", "account", "ledger_transaction"].allSatisfy { table in
                try Bool.fetchOne(rows, sql: "SELECT NOT EXISTS (SELECT 1 FROM \(table))") ?? true
            }
        }
    }

    /// Carries out the requests that arrived together in one durable commit.
    /// - Returns: one answer per request, in their order. They may be sent once this has returned.
    func carryOut(_ requests: [LedgerRequest], now: Instant) async throws -> [LedgerAnswer] {
        try await database.write { rows in
            var ledger = SandboxLedger()
            try ledger.lay(pagesFor: requests, from: rows)
            var random = SystemRandomNumberGenerator()
            let answers = requests.map { ledger.carryOut($0, now: now, random: &random) }
            try ledger.write(to: rows)
            return answers
        }
    }
}

extension SandboxLedger {
    /// Loads the requests' transactions, codes, accounts and units from the store.
    fileprivate mutating func lay(pagesFor requests: [LedgerRequest], from rows: Database) throws {
        for request in requests {
            switch request {
            case .issueCodes(let digests, _):
                for digest in digests { try lay(codeOf: digest, from: rows) }
            case .openAccount(let key, _):
                try lay(accountOf: key, from: rows)
            case .authorize(let order):
                try lay(order.transaction, from: rows)
                try lay(partsOf: order, from: rows)
            case .inquire(let transaction), .reverse(let transaction, _), .confirm(let transaction, _):
                try lay(transaction, from: rows)
            }
        }
    }

    private mutating func lay(_ transaction: LedgerTransactionID, from rows: Database) throws {
        guard transactions[transaction] == nil, let known = try LedgerRows.transaction(transaction, in: rows)
        else { return }
        transactions.lay(known, at: transaction)
        if let order = known.order { try lay(partsOf: order, from: rows) }
    }

    private mutating func lay(partsOf order: AuthorizationOrder, from rows: Database) throws {
        switch order.instrument {
        case .code(let digest): try lay(codeOf: digest, from: rows)
        case .member(let key): try lay(accountOf: key, from: rows)
        }
        let unit = order.amount.unit
        if totals[unit] == nil, let total = try LedgerRows.total(unit, in: rows) { totals.lay(total, at: unit) }
    }

    private mutating func lay(codeOf digest: KeyedDigest, from rows: Database) throws {
        if codes[digest] == nil, let code = try LedgerRows.code(digest, in: rows) { codes.lay(code, at: digest) }
    }

    private mutating func lay(accountOf key: AccountKey, from rows: Database) throws {
        if accounts[key] == nil, let account = try LedgerRows.account(key, in: rows) {
            accounts.lay(account, at: key)
        }
    }

    fileprivate func write(to rows: Database) throws {
        try codes.forEachChange { try LedgerRows.write($1, at: $0, to: rows) }
        try accounts.forEachChange { try LedgerRows.write($1, at: $0, to: rows) }
        try transactions.forEachChange { try LedgerRows.write($1, at: $0, to: rows) }
        try totals.forEachChange { try LedgerRows.write($1, at: $0, to: rows) }
        for entry in entries { try LedgerRows.append(entry, to: rows) }
    }
}
