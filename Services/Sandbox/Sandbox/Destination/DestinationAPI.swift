import Hummingbird
import RelayDomain

/// The destination's HTTP API: reads a request, has the ledger carry it out, writes the answer. docs/sandbox.md
/// describes it.
struct DestinationAPI: Sendable {
    let writer: LedgerWriter
    let store: LedgerStore
    let digests: InstrumentDigests
    let now: @Sendable () -> Instant
    let room = WaitingRoom()

    var routes: Router<SandboxContext> {
        let router = Router(context: SandboxContext.self)
        router.add(middleware: ProblemMiddleware())
        router.post("codes", use: issueCodes)
        router.post("members", use: openAccount)
        router.get("members/:member", use: accounts)
        router.post("authorizations", use: authorize)
        router.get("authorizations/:transaction", use: inquire)
        router.post("authorizations/:transaction/confirm", use: confirm)
        router.post("reversals", use: reverse)
        router.get("ledger", use: entries)
        router.get("ledger/summary", use: summary)
        return router
    }

    @Sendable private func authorize(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let order = try await JSONBody.read(AuthorizationBody.self, from: request).order(digests)
        guard let fault = order.fault, fault.arrival != .atOnce || fault.delivery != .atOnce else {
            return try answer(await writer.carryOut(.authorize(order)), order.transaction)
        }
        return try await room.seat {
            var order = order
            // The limit applies when the request arrives, not to later delays in the sandbox.
            if fault.arrival != .atOnce, let limit = order.notAfter, now() < limit { order.notAfter = nil }
            try await room.wait(fault.arrival, on: context.channel)
            let decision = try await writer.carryOut(.authorize(order))
            guard case .decision(_, repeated: false) = decision else { return try answer(decision, order.transaction) }
            try await room.wait(fault.delivery, on: context.channel)
            return try answer(decision, order.transaction, twice: fault.delivery == .twice)
        }
    }

    @Sendable private func inquire(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let transaction: LedgerTransactionID = try parameter("transaction", context)
        return try answer(await writer.carryOut(.inquire(transaction)), transaction)
    }

    @Sendable private func confirm(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let transaction: LedgerTransactionID = try parameter("transaction", context)
        let accepts = try await JSONBody.read(ConfirmationBody.self, from: request).accept ?? true
        return try answer(await writer.carryOut(.confirm(transaction, accepts: accepts)), transaction)
    }

    @Sendable private func reverse(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let body = try await JSONBody.read(ReversalBody.self, from: request)
        let transaction: LedgerTransactionID = try identifier(body.transaction, "transaction")
        let reference = try referenceNumber(body.reference)
        return try await room.seat {
            let reversal = try await writer.carryOut(.reverse(transaction, reference))
            if case .reversal(_, let delivery) = reversal { try await room.wait(delivery, on: context.channel) }
            return try answer(reversal, transaction)
        }
    }

    private func answer(
        _ answer: LedgerAnswer, _ transaction: LedgerTransactionID, twice: Bool = false
    ) throws -> Response {
        switch answer {
        case .decision(let finding, let repeated):
            return try JSONBody.response(FindingBody(finding, of: transaction, repeated: repeated), twice: twice)
        case .finding(let finding):
            return try JSONBody.response(FindingBody(finding, of: transaction))
        case .reversal(let reversal, _):
            return try JSONBody.response(ReversalAnswerBody(reversal, of: transaction))
        case .contradiction:
            throw SandboxProblem(
                code: .contradiction, detail: "This transaction ID was used for another request: use a new ID.")
        case .account(let account, let opened):
            return try JSONBody.response(["points": account.points], status: opened ? .created : .ok)
        case .codesIssued:
            return Response(status: .created)
        }
    }

    func parameter<Kind>(_ name: String, _ context: SandboxContext) throws(SandboxProblem) -> Identifier<Kind> {
        try identifier(context.parameters.get(name) ?? "", name)
    }

    func number(_ given: Int64?, in range: ClosedRange<Int64>, default fallback: Int64, _ field: String)
        throws(SandboxProblem)
        -> Int64
    {
        guard range.contains(given ?? fallback) else {
            throw .invalid(field, "From \(range.lowerBound) to \(range.upperBound) are meant.")
        }
        return given ?? fallback
    }
}
