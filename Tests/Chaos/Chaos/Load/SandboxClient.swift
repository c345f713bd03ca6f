import AsyncHTTPClient
import Crypto
import Foundation
import JSONText
import NIOCore
import RelayDomain
import ServiceRuntime

/// Requests to the sandbox beside payments: codes and memberships for phones, its ledger for the examination.
///
/// It does not use the lines that break, but the sandbox itself is killed now and then, so requests are repeated.
struct SandboxClient: Sendable {
    /// How long the sandbox may be away.
    private static let patience = Duration.seconds(30)
    private static let codesMax = 10_000
    private static let pageMax = 1_000

    let client: HTTPClient
    let crew: Crew

    /// Issues one-time codes that last for the whole run.
    func codes(_ count: Int) async throws -> [String] {
        struct Body: Decodable { let codes: [String] }
        var codes: [String] = []
        while codes.count < count {
            let number = min(Self.codesMax, count - codes.count)
            codes += try await send(
                "POST", "/codes", #"{"count":\#(number),"ttlSeconds":86400}"#, as: Body.self
            ).codes
        }
        return codes
    }

    /// Opens an account of the program that all use.
    func open(_ member: String, points: Int64) async throws {
        struct Body: Decodable {}
        _ = try await send(
            "POST", "/members", #"{"member":"\#(member)","program":"\#(Self.program)","points":\#(points)}"#,
            as: Body.self)
    }

    static let program = "sandbox-points"

    func points(of member: String) async throws -> Int64 {
        struct Body: Decodable {
            struct Account: Decodable { let points: Int64 }
            let accounts: [Account]
        }
        return try await send("GET", "/members/\(member)", nil, as: Body.self).accounts.first?.points ?? 0
    }

    /// The whole ledger.
    func ledger() async throws -> [LedgerWitnessEntry] {
        struct Page: Decodable {
            let entries: [LedgerWitnessEntry]
            var next: Int64?
        }
        var entries: [LedgerWitnessEntry] = []
        var after: Int64? = 0
        while let from = after {
            let page = try await send("GET", "/ledger?after=\(from)&limit=\(Self.pageMax)", nil, as: Page.self)
            entries += page.entries
            after = page.next
        }
        return entries
    }

    /// The customer's acceptance, if the sandbox asks for it. Sent once, because a customer's answer may get lost, too.
    func customerAccepts(_ transaction: String) async {
        guard let address = await crew.addresses(.sandbox, speaking: "http").first else { return }
        var request = HTTPClientRequest(url: "http://\(address)/authorizations/\(transaction)/confirm")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: #"{"accept":true}"#))
        _ = try? await client.execute(request, timeout: .seconds(3))
    }

    private func send<Body: Decodable>(
        _ method: String, _ path: String, _ json: String?, as body: Body.Type
    ) async throws -> Body {
        let deadline = ContinuousClock.now + Self.patience
        var last = "is not there"
        while ContinuousClock.now < deadline {
            if let address = await crew.addresses(.sandbox, speaking: "http").first {
                var request = HTTPClientRequest(url: "http://\(address)\(path)")
                request.method = .init(rawValue: method)
                if let json {
                    request.headers.add(name: "Content-Type", value: "application/json")
                    request.body = .bytes(ByteBuffer(string: json))
                }
                do {
                    let response = try await client.execute(request, timeout: .seconds(10))
                    let bytes = try await response.body.collect(upTo: 4 * 1_048_576)
                    if response.status.code < 300 {
                        return try StrictJSON.decode(Body.self, from: bytes.readableBytesView)
                    }
                    last = "answers \(response.status.code) to \(path.prefix(20))"
                } catch {
                    last = "\(error)"
                }
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw ChaosError.sandbox(last)
    }

    /// The name of a code in the ledger: eight digits of its keyed digest.
    /// - Parameter key: the sandbox's own, `sandbox/digest.key` in the home.
    static func who(_ code: String, _ key: SymmetricKey) -> String {
        let digest = HMAC<SHA256>.authenticationCode(for: Array("code:\(code)".utf8), using: key)
        return "code " + digest.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
