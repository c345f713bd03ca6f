import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore
import RelayDomain
import Sealing

/// What a customer's application gets from its provider: codes and memberships, from the sandbox (docs/sandbox.md).
struct Wallet: Sendable {
    /// Where the sandbox destination answers.
    let sandbox: String

    /// A new one-time payment code.
    func code() async throws -> Secret {
        struct Codes: Decodable { let codes: [String] }
        let codes = try StrictJSON.decode(Codes.self, from: try await post("/codes", ["ttlSeconds": 300]))
        guard let code = codes.codes.first.flatMap({ Secret($0) }) else {
            throw OperatorError.http(url: sandbox, reason: "it issued no code")
        }
        return code
    }

    /// A membership with some points in it.
    func join(_ member: Secret, program: ProgramID, points: Int) async throws {
        struct Account: Encodable {
            let member: String
            let program: String
            let points: Int
        }
        _ = try await post("/members", Account(member: member.exposed, program: program.text, points: points))
    }

    private func post(_ path: String, _ body: some Encodable) async throws -> Data {
        var request = HTTPClientRequest(url: sandbox + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        guard (200..<300).contains(response.status.code) else {
            throw OperatorError.http(url: sandbox + path, reason: "status \(response.status.code)")
        }
        return Data(try await response.body.collect(upTo: 65_536).readableBytesView)
    }
}
