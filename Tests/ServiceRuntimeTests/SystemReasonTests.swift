import AsyncHTTPClient
import Foundation
import ServiceRuntime
import Testing

/// Errors of the libraries below, in words for an operator.
@Suite(.timeLimit(.minutes(2))) struct SystemReasonTests {
    private struct Own: Error, CustomStringConvertible { let description = "the bank's own words" }

    /// Found by name there are several addresses to try, and one error about all of them.
    @Test(arguments: ["127.0.0.1", "localhost"])
    func aPortWhereNobodyListensRefuses(host: String) async throws {
        let error = await #expect(throws: (any Error).self) {
            _ = try await HTTPClient.shared.execute(HTTPClientRequest(url: "http://\(host):1/"), timeout: .seconds(20))
        }
        #expect(systemReason(try #require(error)) == "Connection refused")
        #expect(systemCause(try #require(error)) == "Connection refused")
    }

    @Test func aFileThatIsNotThere() throws {
        let error = #expect(throws: (any Error).self) { try Data(contentsOf: URL(filePath: "/nowhere")) }
        #expect(systemReason(try #require(error)) == "No such file or directory")
    }

    /// What a destination's own error says may be a secret.
    @Test func whatIsNotTheSystemsHasNoCauseThere() {
        #expect(systemCause(Own()) == nil)
        #expect(systemReason(Own()) == "the bank's own words")
    }
}
