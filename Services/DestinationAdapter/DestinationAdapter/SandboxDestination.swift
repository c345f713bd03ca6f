import AsyncHTTPClient
import DestinationKit
import Foundation
import Logging
import NIOCore
import NIOPosix
import RelayDomain
import ServiceRuntime

/// Speaks the HTTP of `baton-sandbox destination`: docs/sandbox.md, "The adapter's side".
struct SandboxDestination: Destination {
    let id: DestinationID
    /// Where the sandbox answers, without a slash at the end.
    let url: String
    let concurrent: Int
    let client: HTTPClient
    /// How long the sandbox may take; the worker's own bound lies above.
    var answerMax = TimeAmount.seconds(55)
    /// How long it may take to tell of a transaction, or to take one back.
    var followUpMax = TimeAmount.seconds(8)

    private static let logger = Logger(label: "sandbox")
    /// The most bytes of an answer.
    private static let answerBytesMax = 16_384

    func describe() -> DestinationManifest {
        guard
            let manifest = DestinationManifest(
                destination: id, operations: Set(Operation.allCases), amountRequired: true, codesReusable: false,
                codesOnce: true,
                // It can keep a request on its way for 5 s before an inquiry sees it.
                visibilityDelay: .seconds(10), concurrent: concurrent)
        else { preconditionFailure("the settings let only 1 to 10,000 requests at a time pass") }
        return manifest
    }

    func authorize(_ authorization: Authorization) async throws -> DestinationAnswer {
        let request = try post("/authorizations", SandboxRequest(authorization))
        do {
            let (status, body) = try await send(request, within: answerMax)
            return SandboxAnswer.decision(status: status, body)
        } catch {
            Self.logger.info(
                "the sandbox did not answer",
                metadata: ["transaction": "\(authorization.transaction)", "reason": "\(Self.reason(error))"])
            return Self.hasNotConnected(error) ? .notSent : .unknown
        }
    }

    func inquire(_ inquiry: Inquiry) async throws -> DestinationAnswer {
        let request = HTTPClientRequest(url: url + "/authorizations/" + inquiry.transaction.transaction.text)
        let (status, body) = try await send(request, within: followUpMax)
        return SandboxAnswer.finding(status: status, body)
    }

    func reverse(_ reversal: Reversal) async throws -> ReversalAnswer {
        let request = try post("/reversals", SandboxReversal(reversal))
        let (status, body) = try await send(request, within: followUpMax)
        return SandboxAnswer.reversal(status: status, body)
    }

    func isWell() async -> Bool {
        let request = HTTPClientRequest(url: url + "/ledger/summary")
        return (try? await send(request, within: followUpMax))?.status == 200
    }

    private func post(_ path: String, _ body: some Encodable) throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(try JSONEncoder().encode(body))
        return request
    }

    private func send(_ request: HTTPClientRequest, within limit: TimeAmount) async throws -> (status: Int, Data) {
        let response = try await client.execute(request, timeout: limit)
        let body = try await response.body.collect(upTo: Self.answerBytesMax)
        return (Int(response.status.code), Data(body.readableBytesView))
    }

    private static func reason(_ error: any Error) -> String {
        (error as? HTTPClientError)?.shortDescription ?? systemReason(error)
    }

    /// Whether an error proves that not a byte of the request left: there was no connection to write it to.
    static func hasNotConnected(_ error: any Error) -> Bool {
        switch error {
        case is NIOConnectionError: true
        case let error as IOError: error.errnoCode == ECONNREFUSED
        case let error as HTTPClientError: error == .connectTimeout || error == .getConnectionFromPoolTimeout
        default: false
        }
    }
}
