import Testing

@testable import Ingress

/// Requests that two servers in a row could read differently (RFC 9112): each is refused, and what stands behind it on
/// the same connection is not taken for a request.
@Suite(.timeLimit(.minutes(2))) struct RequestFramingTests {
    private static let behind = "GET /openapi.json HTTP/1.1\r\nHost: pay\r\nConnection: close\r\n\r\n"
    private static let start = "POST /v1/transactions HTTP/1.1\r\n"

    @Test(arguments: [
        // Host: RFC 9112, section 3.2.
        ("no host", "GET /openapi.json HTTP/1.1\r\n\r\n"),
        ("two hosts", "GET /openapi.json HTTP/1.1\r\nHost: pay\r\nHost: shop\r\n\r\n"),
        ("the same host twice", "GET /openapi.json HTTP/1.1\r\nHost: pay\r\nhost: pay\r\n\r\n"),
        ("two hosts in HTTP/1.0", "GET /openapi.json HTTP/1.0\r\nHost: pay\r\nHost: shop\r\n\r\n"),
        ("a host with a user", "GET /openapi.json HTTP/1.1\r\nHost: a@pay\r\n\r\n"),
        ("a host with a space", "GET /openapi.json HTTP/1.1\r\nHost: pay shop\r\n\r\n"),
        ("a host with a path", "GET /openapi.json HTTP/1.1\r\nHost: pay/shop\r\n\r\n"),
        // The length of the body: section 6.
        ("two lengths", start + "Host: pay\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}"),
        ("the same length twice", start + "Host: pay\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
        ("a list of lengths", start + "Host: pay\r\nContent-Length: 2, 2\r\n\r\n{}"),
        ("a length with a sign", start + "Host: pay\r\nContent-Length: +2\r\n\r\n{}"),
        ("a length below zero", start + "Host: pay\r\nContent-Length: -1\r\n\r\n"),
        ("a length in hexadecimal", start + "Host: pay\r\nContent-Length: 0x2\r\n\r\n{}"),
        ("a length that overflows", start + "Host: pay\r\nContent-Length: 18446744073709551618\r\n\r\n{}"),
        (
            "length and chunks",
            start + "Host: pay\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
        ),
        (
            "chunks and length",
            start + "Host: pay\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
        ),
        ("another coding", start + "Host: pay\r\nTransfer-Encoding: gzip\r\n\r\n{}"),
        ("a coding behind chunked", start + "Host: pay\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
        ("no coding", start + "Host: pay\r\nTransfer-Encoding: identity\r\n\r\n{}"),
        ("chunked twice", start + "Host: pay\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
        ("an unknown coding", start + "Host: pay\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        (
            "chunks in HTTP/1.0",
            "POST /v1/transactions HTTP/1.0\r\nHost: pay\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        ("a chunk of no size", start + "Host: pay\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n{}\r\n0\r\n\r\n"),
        ("a chunk size below zero", start + "Host: pay\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n"),
        ("a chunk that is longer", start + "Host: pay\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"),
        (
            "a chunk size that overflows",
            start + "Host: pay\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n"
        ),
        // Fields: section 5.
        ("space before the colon", "GET /openapi.json HTTP/1.1\r\nHost : pay\r\n\r\n"),
        ("space before a colon", "GET /openapi.json HTTP/1.1\r\nHost: pay\r\nX : y\r\n\r\n"),
        ("a folded line", "GET /openapi.json HTTP/1.1\r\nHost: pay\r\nX: a\r\n b\r\n\r\n"),
        ("space before the first field", "GET /openapi.json HTTP/1.1\r\n Host: pay\r\n\r\n"),
        ("a field without a name", "GET /openapi.json HTTP/1.1\r\nHost: pay\r\n: y\r\n\r\n"),
        ("a field without a colon", "GET /openapi.json HTTP/1.1\r\nHost: pay\r\nX\r\n\r\n"),
        ("a zero byte in a value", "GET /openapi.json HTTP/1.1\r\nHost: pay\r\nX: a\u{0}b\r\n\r\n"),
        ("a bare CR in a value", "GET /openapi.json HTTP/1.1\r\nHost: pay\r\nX: a\rb\r\n\r\n"),
        ("a bare CR as the end of a line", "GET /openapi.json HTTP/1.1\rHost: pay\r\n\r\n"),
        // The request line: section 3.
        ("another version", "GET /openapi.json HTTP/2.0\r\nHost: pay\r\n\r\n"),
        ("a version that is none", "GET /openapi.json HTTP/1.10\r\nHost: pay\r\n\r\n"),
        ("a method that is none", "G@T /openapi.json HTTP/1.1\r\nHost: pay\r\n\r\n"),
        ("space before the method", " GET /openapi.json HTTP/1.1\r\nHost: pay\r\n\r\n"),
        ("a target with a space", "GET /open api.json HTTP/1.1\r\nHost: pay\r\n\r\n"),
    ]) func whatCanBeReadInTwoWaysIsRefused(what: String, text: String) async throws {
        try await withIngress(react: { _ in .reply(.status(.sample(.approved()))) }) { ingress, router in
            let answer = try await ingress.exchange(text + Self.behind)
            let statuses = answer.matches(of: /HTTP\/1\.[01] ([0-9]+)/).map { String($0.1) }
            #expect(statuses == ["400"], "\(what)")
            #expect(answer.contains(#""code":"malformed""#), "\(what)")
            #expect(answer.lowercased().contains("connection: close"), "\(what)")
            #expect(await router.requests.isEmpty, "\(what)")
        }
    }

    @Test(arguments: [
        "POST /v1/transactions HTTP/1.1\r\nHost: pay\r\nIdempotency-Key: k-1 \t\r\n",
        "POST /v1/transactions HTTP/1.1\r\nHost: pay\r\nIdempotency-Key:\t k-1\r\n",
        "POST /v1/transactions HTTP/1.1\r\nHost: pay\r\nIdempotency-Key:k-1\r\n",
        "POST /v1/transactions/ HTTP/1.1\r\nHost: pay\r\nIdempotency-Key: \"k-1\" \r\n",
        "POST /v1/%74ransactions?x=1 HTTP/1.1\r\nHost: pay\r\nIdempotency-Key: k-1\r\n",
        "POST HTTP://pay/v1/transactions HTTP/1.1\r\nHost: pay \r\nIdempotency-Key: k-1\r\n",
        "POST /v1/transactions HTTP/1.1\r\nHost: pay\r\nIdempotency-Key: k-1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n",
    ]) func whatMeansTheSameIsTheSame(head: String) async throws {
        try await withIngress(react: { _ in .reply(.status(.sample(.approved()))) }) { ingress, router in
            let body = IngressFixture.payment()
            let text = try await ingress.exchange(
                head + "Connection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            #expect(text.hasPrefix("HTTP/1.1 201 "))
            guard case .submit(let submit, waitUntil: _) = await router.requests.first else {
                throw Failure.noSubmission
            }
            #expect(submit.key.line.contains(" k-1 "))
        }
    }

    @Test func anInvitationIsReadWithSpaceAroundIt() async throws {
        try await withIngress(react: { _ in .reply(.status(.sample(.approved()))) }) { ingress, _ in
            let text = IngressFixture.post("k-1", more: "Expect: 100-continue \t\r\nConnection: close\r\n")
            let answer = try await ingress.exchange(text)
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 "))
        }
    }

    @Test(arguments: ["k-2", "k-1"]) func twoKeysAreNone(second: String) async throws {
        try await withIngress(react: { _ in .reply(.status(.sample(.approved()))) }) { ingress, router in
            let text = try await ingress.exchange(
                IngressFixture.post("k-1", more: "idempotency-key: \(second)\r\nConnection: close\r\n"))
            #expect(text.hasPrefix("HTTP/1.1 400 "))
            #expect(text.contains("Idempotency-Key occurs twice"))
            #expect(await router.requests.isEmpty)
        }
    }

    /// Behind a request for another protocol nothing is taken apart any more: the connection has to end with its
    /// answer, or what comes would pile up.
    @Test(arguments: [
        "Upgrade: websocket\r\nConnection: Upgrade\r\n", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n",
    ])
    func whoAsksForAnotherProtocolIsAnsweredOnceAndClosed(more: String) async throws {
        try await withIngress(react: { _ in .silence }) { ingress, _ in
            let text = try await ingress.exchange(
                "GET /openapi.json HTTP/1.1\r\nHost: pay\r\n\(more)\r\n" + Self.behind)
            #expect(text.matches(of: /HTTP\/1\.1 200/).count == 1)
            #expect(text.contains("Connection: close"))
        }
    }

    private enum Failure: Error { case noSubmission }
}
