import Hummingbird
import RelayDomain

/// The endpoints for tests after a run.
extension DestinationAPI {
    @Sendable func entries(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let query = request.uri.queryParameters
        let transaction: LedgerTransactionID? = try query["transaction"].map { text throws(SandboxProblem) in
            try identifier(String(text), "transaction")
        }
        let after = try number(query["after"].map { Int64($0) ?? -1 }, in: 0...Int64.max, default: 0, "after")
        let limit = try number(query["limit"].map { Int64($0) ?? -1 }, in: 1...1_000, default: 100, "limit")
        let page = try await store.entries(of: transaction, after: after, limit: Int(limit))
        return try JSONBody.response(LedgerBody(page, isFull: page.count == Int(limit)))
    }

    @Sendable func summary(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let (totals, standings) = try await store.summary()
        return try JSONBody.response(SummaryBody(totals, standings))
    }
}
