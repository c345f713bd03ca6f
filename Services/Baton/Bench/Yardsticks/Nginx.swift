import Foundation
import NIOCore
import NIOPosix

/// The rate of nginx on this machine, in the same run: `return 202` to a phone's POST, 64 connections, by `wrk`.
struct Nginx: Yardstick {
    private static let connections = 64
    private static let startTimeout = Duration.seconds(5)

    let name = "nginx"
    private let nginx: String
    private let wrk: String
    private let seconds: Int

    /// The programs that it needs and that are not installed.
    static var missing: [String] { ["nginx", "wrk"].filter { Tool.find($0) == nil } }

    /// - Returns: nil if one of the two programs is not installed.
    init?(seconds: Int) {
        guard let nginx = Tool.find("nginx"), let wrk = Tool.find("wrk") else { return nil }
        self.nginx = nginx
        self.wrk = wrk
        self.seconds = seconds
    }

    func measure(in folder: String) async throws -> Double {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let port = try await Self.freePort()
        let configuration = "\(folder)/nginx.conf"
        let script = "\(folder)/post.lua"
        try Self.configuration(port: port, folder: folder).write(
            toFile: configuration, atomically: false, encoding: .utf8)
        try Self.script.write(toFile: script, atomically: false, encoding: .utf8)
        let server = try Tool(
            "nginx", nginx, ["-p", folder, "-e", "\(folder)/error.log", "-c", configuration],
            environment: Tool.plainEnvironment, logIn: folder)
        do {
            try await waitUntilItListens(server, port)
            let client = try Tool(
                "wrk", wrk,
                [
                    "-t1", "-c\(Self.connections)", "-d\(seconds)s", "-s", script,
                    "http://127.0.0.1:\(port)/v1/transactions",
                ],
                environment: Tool.plainEnvironment, logIn: folder)
            let output = try await client.run()
            await server.end()
            guard let rate = Self.rate(inOutput: output) else { throw BenchError.ended("wrk", log: client.log) }
            return rate
        } catch {
            await server.end()
            throw error
        }
    }

    private func waitUntilItListens(_ server: Tool, _ port: Int) async throws {
        let deadline = ContinuousClock.now + Self.startTimeout
        while ContinuousClock.now < deadline, server.isRunning {
            let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            if let channel = try? await bootstrap.connect(host: "127.0.0.1", port: port).get() {
                try await channel.close()
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw BenchError.notReady("nginx", log: server.log)
    }

    /// A port that was free a moment ago.
    private static func freePort() async throws -> Int {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0).get()
        defer { channel.close(promise: nil) }
        return channel.localAddress?.port ?? 0
    }

    /// Of `Requests/sec:  63999.12`.
    static func rate(inOutput output: String) -> Double? {
        output.split(separator: "\n").first { $0.hasPrefix("Requests/sec:") }
            .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
    }

    /// One process that stays in the foreground, writes nothing, and keeps connections.
    private static func configuration(port: Int, folder: String) -> String {
        """
        daemon off;
        master_process off;
        pid \(folder)/nginx.pid;
        error_log \(folder)/error.log;
        events { worker_connections 512; }
        http {
            access_log off;
            keepalive_requests 1000000000;
            client_body_temp_path \(folder)/body;
            proxy_temp_path \(folder)/proxy;
            fastcgi_temp_path \(folder)/fastcgi;
            uwsgi_temp_path \(folder)/uwsgi;
            scgi_temp_path \(folder)/scgi;
            server {
                listen 127.0.0.1:\(port) backlog=512;
                default_type application/json;
                location / { return 202 '{"id":"0190a000-0000-7000-8000-000000000000.0","state":"accepted"}'; }
            }
        }

        """
    }

    /// The same request as a phone of this load sends.
    private static let script = """
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/json"
        wrk.headers["Prefer"] = "wait=30"
        wrk.headers["Idempotency-Key"] = "bench-0-1"
        wrk.body = '{"terminal":"t100000","application":"bench","operation":"payment","code":"99000000000000000001"}'

        """
}
