import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import ServiceRuntime

@testable import Sandbox

/// A real destination on a free port, its ledger in a folder that the test owns.
struct TestDestination: Sendable {
    let url: String

    /// Runs a destination around `body`, and ends it in order.
    static func run<Value: Sendable>(
        in folder: TemporaryFolder, _ body: @Sendable @escaping (TestDestination) async throws -> Value
    ) async throws -> Value {
        let (bound, onBound) = AsyncStream.makeStream(of: HostPort.self)
        let server = try DestinationServer(
            DestinationConfiguration(listen: .loopback(port: 0)), folder: folder.path + "/sandbox",
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: .silent,
            onBound: { onBound.yield($0) })
        return try await running(server.services) {
            guard let address = await bound.first(where: { _ in true }) else { throw CancellationError() }
            return try await body(TestDestination(url: "http://\(address)"))
        }
    }

    struct Reply: Sendable {
        let status: UInt
        let text: String
        let json: JSONValue

        subscript(field: String) -> String? { json[field]?.text }
    }

    func post(_ path: String, _ body: String, within limit: TimeAmount = .seconds(20)) async throws -> Reply {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: body))
        return try await reply(request, limit)
    }

    func get(_ path: String) async throws -> Reply { try await reply(HTTPClientRequest(url: url + path), .seconds(20)) }

    private func reply(_ request: HTTPClientRequest, _ limit: TimeAmount) async throws -> Reply {
        let response = try await HTTPClient.shared.execute(request, timeout: limit)
        let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
        return Reply(status: response.status.code, text: text, json: JSONValue(text))
    }

    /// A fresh payment code.
    func code() async throws -> String {
        try await post("/codes", "{}").json["codes"]?[0]?.text ?? ""
    }

    func pay(
        _ transaction: String, _ code: String, _ minorUnits: Int64 = 1_250, within limit: TimeAmount = .seconds(20)
    )
        async throws -> Reply
    {
        try await post(
            "/authorizations",
            """
            {"transaction":"\(transaction)","reference":"000000000042","operation":"payment","code":"\(code)",
             "amount":{"minorUnits":\(minorUnits),"currency":"EUR"},"colour":"unknown fields are ignored"}
            """, within: limit)
    }

    func reverse(_ transaction: String) async throws -> Reply {
        try await post("/reversals", #"{"transaction":"\#(transaction)","reference":"000000000042","repeat":false}"#)
    }
}

/// Runs services around `body`, and stops them in order.
func running<Value: Sendable>(
    _ services: [any Service], _ body: @Sendable @escaping () async throws -> Value
) async throws -> Value {
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: .silent))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return try result.get()
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// A folder that goes when its owner does.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = "/tmp/baton-sandbox-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Just enough of a JSON reader for expectations.
struct JSONValue: Sendable, Decodable {
    private enum Kind: Sendable {
        case object([String: JSONValue]), list([JSONValue]), text(String), none
    }

    private let kind: Kind

    init(_ text: String) { self = (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? JSONValue() }

    private init() { kind = .none }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let object = try? value.decode([String: JSONValue].self) {
            kind = .object(object)
        } else if let list = try? value.decode([JSONValue].self) {
            kind = .list(list)
        } else if let text = try? value.decode(String.self) {
            kind = .text(text)
        } else if let flag = try? value.decode(Bool.self) {
            kind = .text("\(flag)")
        } else if let number = try? value.decode(Int64.self) {
            kind = .text("\(number)")
        } else {
            kind = .none
        }
    }

    /// Texts, numbers and flags as they are written.
    var text: String? {
        if case .text(let text) = kind { text } else { nil }
    }

    var count: Int {
        if case .list(let list) = kind { list.count } else { 0 }
    }

    subscript(field: String) -> JSONValue? {
        if case .object(let object) = kind { object[field] } else { nil }
    }

    subscript(index: Int) -> JSONValue? {
        if case .list(let list) = kind, list.indices.contains(index) { list[index] } else { nil }
    }
}
