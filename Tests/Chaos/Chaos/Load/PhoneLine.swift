import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore
import RelayDomain
import ServiceRuntime

/// The ingress's answer to a phone, in the terms of docs/openapi.yaml.
enum PhoneAnswer: Hashable, Sendable {
    /// - Parameter outcome: as ``Outcome/told``; nil: none yet.
    case transaction(id: String, state: String, outcome: String?)
    /// - Parameter mayRepeat: whether the same request may be made again, and after what time.
    case refused(code: String, mayRepeat: Bool, after: Duration?)
    /// The connection was lost, or nothing came in time.
    case lost
}

/// A phone's HTTP.
struct PhoneLine: Sendable {
    let client: HTTPClient
    let ingress: HostPort

    /// - Parameter wait: for how many seconds the relay may wait for an outcome.
    func submit(_ request: CustomerRequest, wait: Int) async -> PhoneAnswer {
        guard let body = try? request.json else { return .lost }
        return await send("POST", "/v1/transactions", wait: wait, body: body, key: request.key)
    }

    func status(_ transaction: String, wait: Int) async -> PhoneAnswer {
        await send("GET", "/v1/transactions/\(transaction)", wait: wait)
    }

    func cancel(_ transaction: String) async -> PhoneAnswer {
        await send("POST", "/v1/transactions/\(transaction)/cancel", wait: 0)
    }

    private func send(
        _ method: String, _ path: String, wait: Int, body: Data? = nil, key: String? = nil
    ) async -> PhoneAnswer {
        var request = HTTPClientRequest(url: "http://\(ingress)\(path)")
        request.method = .init(rawValue: method)
        request.headers.add(name: "Prefer", value: "wait=\(wait)")
        if let key { request.headers.add(name: "Idempotency-Key", value: key) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        do {
            let response = try await client.execute(request, timeout: .seconds(Int64(wait) + 5))
            let bytes = try await response.body.collect(upTo: 65_536)
            return Self.answer(status: Int(response.status.code), Data(bytes.readableBytesView))
        } catch {
            return .lost
        }
    }

    private struct Body: Decodable {
        struct Outcome: Decodable {
            let kind: String
            var reason: String?
        }
        struct Retry: Decodable {
            let how: String
            var after: Int64?
        }
        var id: String?
        var state: String?
        var outcome: Outcome?
        var code: String?
        var retry: Retry?
    }

    /// Reads an answer; an unreadable one counts as lost.
    static func answer(status: Int, _ json: Data) -> PhoneAnswer {
        guard let body = try? StrictJSON.decode(Body.self, from: json) else { return .lost }
        if let id = body.id, let state = body.state, status < 300 {
            let outcome = body.outcome.map { [$0.kind, $0.reason].compactMap(\.self).joined(separator: " ") }
            return .transaction(id: id, state: state, outcome: outcome)
        }
        guard let code = body.code else { return .lost }
        return .refused(
            code: code, mayRepeat: body.retry?.how == "sameKey", after: body.retry?.after.map { .seconds($0) })
    }
}
