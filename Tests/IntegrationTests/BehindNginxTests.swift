import Foundation
import NIOCore
import NIOPosix
import Testing

/// deploy/nginx/baton.conf in front of a real relay, run by a real nginx, asked by curl as a phone and a device would.
@Suite(.serialized, .timeLimit(.minutes(3))) struct BehindNginxTests {
    @Test func phonesAndDevicesComeThroughTLS() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        let nginx = try await Nginx(before: relay)
        try await eventually("nginx answers") {
            try await nginx.curl(["-o", "/dev/null", "-w", "%{http_code}", "/openapi.json"]) == "200"
        }

        // A phone submits, and follows what becomes of it: the first event comes long before the stream ends.
        let body =
            #"{"terminal":"counter-1","application":"pay","operation":"payment","code":"\#(try await relay.issueCode())"}"#
        let answer = try await nginx.curl([
            "-i", "-H", "Idempotency-Key: k-1", "-H", "Content-Type: application/json", "--data", body,
            "/v1/transactions",
        ])
        #expect(answer.hasPrefix("HTTP/1.1 202 "))
        let location = try #require(answer.firstMatch(of: /(?i)location: (\S+)/)?.1)
        let stream = try nginx.startCurl(["-i", "-N", "\(location)/events"], as: "stream")
        try await eventually("the first event is passed on") { try nginx.log(of: "stream").contains("data:") }
        #expect(try !nginx.log(of: "stream").contains("approved"))
        try await relay.key(cents: 500)
        #expect(try await stream.end() == 0)
        #expect(try nginx.log(of: "stream").contains("approved"))

        // A device's WebSocket stands.
        let device = try nginx.startCurl(
            [
                "-i", "-N", "-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13",
                "-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "-H", "Sec-WebSocket-Protocol: baton.v1",
                "/v1/devices",
            ], as: "device")
        try await eventually("the WebSocket stands") {
            try nginx.log(of: "device").hasPrefix("HTTP/1.1 101 ")
        }
        device.signal(SIGKILL)
        withExtendedLifetime(nginx) {}
    }
}

/// An nginx with the project's snippet, of which only addresses and paths are others. Ends with this object.
private final class Nginx {
    private let folder: String
    private let port: Int
    private var process: Spawned?

    init(before relay: TestRelay) async throws {
        folder = relay.home.path + "/nginx"
        port = try await Self.freePort()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let openssl = try Spawned(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=pay.example", "-addext", "subjectAltName=DNS:pay.example", "-keyout", folder + "/key",
                "-out", folder + "/certificate",
            ], [:], log: folder + "/openssl.log")
        guard try await openssl.end() == 0 else { throw TestFailure(try log(of: "openssl")) }
        let ingress = try await relay.announcement(of: "ingress").addresses["http"] ?? ""
        let terminals = try await relay.announcement(of: "terminals").addresses["ws"] ?? ""
        let snippet = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../deploy/nginx/baton.conf").standardized
        let changes = [
            ("127.0.0.1:7780", ingress), ("127.0.0.1:7781", terminals), ("listen 443", "listen 127.0.0.1:\(port)"),
            ("/etc/nginx/tls/pay.example.pem", folder + "/certificate"),
            ("/etc/nginx/tls/pay.example.key", folder + "/key"),
        ]
        var text = try String(contentsOf: snippet, encoding: .utf8)
        for (there, here) in changes {
            guard text.contains(there) else { throw TestFailure("the snippet lacks \(there)") }
            text.replace(there, with: here)
        }
        try text.write(toFile: folder + "/baton.conf", atomically: true, encoding: .utf8)
        try Self.around(folder).write(toFile: folder + "/nginx.conf", atomically: true, encoding: .utf8)
        process = try Spawned(
            "/usr/sbin/nginx", ["-p", folder, "-e", folder + "/error.log", "-c", folder + "/nginx.conf"], [:],
            log: folder + "/nginx.log")
    }

    deinit { process?.signal(SIGTERM) }

    /// What Debian's own nginx.conf would bring. It stays in the foreground, in one process, with the rights of the
    /// test.
    private static func around(_ folder: String) -> String {
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(folder)/\($0);" }.joined(separator: " ")
        return """
            daemon off;
            master_process off;
            pid \(folder)/pid;
            events { worker_connections 128; }
            http {
                access_log off;
                \(folders)
                include \(folder)/baton.conf;
            }

            """
    }

    /// One that nobody listens at now.
    /// nginx cannot say which port it found, so one is looked for that nobody is given by the system: below its own
    /// range.
    private static func freePort() async throws -> Int {
        while true {
            let port = Int.random(in: 20_000..<30_000)
            let listener = try? await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: "127.0.0.1", port: port).get()
            guard let listener else { continue }
            try await listener.close()
            return port
        }
    }

    /// What a program wrote, which need not all be text.
    func log(of name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(folder)/\(name).log")), as: UTF8.self)
    }

    /// Starts curl; the last argument is a path.
    func startCurl(_ arguments: [String], as name: String) throws -> Spawned {
        let url = "https://pay.example:\(port)\(arguments.last ?? "/")"
        return try Spawned(
            "/usr/bin/curl",
            [
                "-s", "--http1.1", "--cacert", folder + "/certificate", "--resolve", "pay.example:\(port):127.0.0.1",
                "--noproxy", "*",
            ] + arguments.dropLast() + [url], [:], log: "\(folder)/\(name).log")
    }

    /// Runs curl to its end.
    /// - Returns: what it wrote.
    func curl(_ arguments: [String]) async throws -> String {
        let name = "curl-\(UUID().uuidString.prefix(8))"
        _ = try await startCurl(arguments, as: name).end()
        return try log(of: name)
    }
}
