import Hummingbird
import RelayDomain

/// The endpoints for phones and for preparing a trial: codes and memberships.
extension DestinationAPI {
    @Sendable func issueCodes(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let body = try await JSONBody.read(CodesBody.self, from: request)
        let lifetime = try number(body.ttlSeconds?.value, in: 1...86_400, default: 300, "ttlSeconds")
        let terms = CodeTerms(
            application: try body.application.map { text throws(SandboxProblem) in try identifier(text, "application")
            },
            limit: try body.amountMax?.domain("amountMax"), expiresAt: now() + .seconds(lifetime))
        let codes = (0..<(try number(body.count?.value, in: 1...10_000, default: 1, "count"))).map { _ in
            // All digits in one draw: each draw is a system call.
            let digits = String(UInt64.random(in: 0..<1_000_000_000_000_000_000))
            return "99" + String(repeating: "0", count: 18 - digits.utf8.count) + digits
        }
        _ = try await writer.carryOut(.issueCodes(codes.map(digests.code), terms: terms))
        let answer = CodesAnswerBody(codes: codes, expiresAt: terms.expiresAt.milliseconds)
        return try JSONBody.response(answer, status: .created)
    }

    @Sendable func openAccount(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let body = try await JSONBody.read(MemberBody.self, from: request)
        let member: MemberID = try identifier(body.member, "member")
        guard (0...Amount.most).contains(body.points.value) else {
            throw SandboxProblem.invalid("points", "From 0 to \(Amount.most) are meant.")
        }
        let key = AccountKey(member: digests.member(member.text), program: try identifier(body.program, "program"))
        let account = Account(tail: String(member.text.suffix(2)), points: body.points.value)
        guard case .account(let open, let isNew) = try await writer.carryOut(.openAccount(key, account)) else {
            preconditionFailure("opening an account is answered with the account")
        }
        let answer = AccountsBody(accounts: [AccountBody(program: key.program.text, points: open.points)])
        return try JSONBody.response(answer, status: isNew ? .created : .ok)
    }

    @Sendable func accounts(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let member: MemberID = try parameter("member", context)
        let found = try await store.accounts(of: digests.member(member.text))
        guard !found.isEmpty else {
            throw SandboxProblem(code: .unknownMember, detail: "Open an account with POST /members.")
        }
        return try JSONBody.response(
            AccountsBody(accounts: found.map { AccountBody(program: $0.program, points: $0.points) }))
    }
}
