import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore

/// Gets one-time codes from the sandbox destination, many at a time (docs/sandbox.md, "The phone's side").
struct SandboxCodes: Sendable {
    /// How many the sandbox issues at a time at most.
    private static let batchMax = 10_000
    private static let answerBytesMax = 1_048_576

    let sandbox: SocketAddress

    /// - Throws: ``BenchError/noCodes(reason:)``.
    func issue(_ count: Int) async throws -> CodeSource {
        var codes: [String] = []
        codes.reserveCapacity(count)
        while codes.count < count { codes += try await batch(min(Self.batchMax, count - codes.count)) }
        return .stock(codes)
    }

    private func batch(_ count: Int) async throws -> [String] {
        struct Codes: Decodable { let codes: [String] }
        var request = HTTPClientRequest(url: "http://\(sandbox.ipAddress ?? ""):\(sandbox.port ?? 0)/codes")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: #"{"count":\#(count),"ttlSeconds":86400}"#))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: Self.answerBytesMax)
        guard response.status == .created, let codes = try? StrictJSON.decode(Codes.self, from: body.readableBytesView),
            codes.codes.count == count
        else { throw BenchError.noCodes(reason: "status \(response.status.code)") }
        return codes.codes
    }
}
