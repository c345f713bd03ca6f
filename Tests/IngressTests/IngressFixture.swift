import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOPosix
import RelayDomain
import RelayTesting
import RelayTransport
import Sealing
import ServiceLifecycle
import ServiceRuntime
import Testing

@testable import Ingress

/// An ingress with real sockets on both sides: HTTP towards the test, the bus towards a ``FakeRouter``.
struct IngressFixture: Sendable {
    let url: String
    let health: Health
    let stop: @Sendable () async -> Void
    static let sealingKey = SealingKey(bytes: Array(repeating: 7, count: 32))!
    static let digestKey = DigestKey(bytes: Array(repeating: 9, count: 32))!

    struct Reply: Sendable {
        let status: Int
        let headers: [String: String]
        let text: String
        /// The body's members; empty if it is no object.
        var json: [String: any Sendable] {
            (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: any Sendable] ?? [:]
        }
        var code: String? { json["code"] as? String }
        var id: String? { json["id"] as? String }
    }

    func post(
        _ body: String = Self.payment(), key: String? = "k-1", prefer: String? = nil, method: String = "POST"
    ) async throws -> Reply {
        var headers: [(String, String)] = [("Content-Type", "application/json")]
        if let key { headers.append(("Idempotency-Key", key)) }
        if let prefer { headers.append(("Prefer", prefer)) }
        return try await send(method, "/v1/transactions", headers, body: body)
    }

    func get(_ path: String, _ headers: [(String, String)] = [], method: String = "GET") async throws -> Reply {
        try await send(method, path, headers, body: nil)
    }

    /// A connection of its own, over which the test says what it likes.
    func connect() async throws -> any Channel {
        let address = try #require(HostPort(String(url.dropFirst("http://".count))))
        return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: address.host, port: address.port).get()
    }

    /// The same, to be read as a stream of bytes.
    /// - Parameter source: the address it comes from; all of 127.0.0.0/8 are this machine's.
    func open(from source: String = "127.0.0.1") async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        let address = try #require(HostPort(String(url.dropFirst("http://".count))))
        return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(to: try SocketAddress(ipAddress: source, port: 0))
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// Sends a text as it is, and reads until the ingress closes the connection.
    func exchange(_ text: String, from source: String = "127.0.0.1") async throws -> String {
        try await open(from: source).executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var received = ""
            for try await part in inbound { received += String(buffer: part) }
            return received
        }
    }

    /// The text of a submission.
    static func post(
        _ key: String, _ body: String = Self.payment(), length: Int? = nil, more: String = ""
    ) -> String {
        "POST /v1/transactions HTTP/1.1\r\nHost: pay\r\nIdempotency-Key: \(key)\r\n"
            + "Content-Length: \(length ?? body.utf8.count)\r\n\(more)\r\n\(body)"
    }

    func request(_ method: String, _ path: String, _ headers: [(String, String)], body: String?) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url + path)
        request.method = .RAW(value: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        return request
    }

    private func send(_ method: String, _ path: String, _ headers: [(String, String)], body: String?) async throws
        -> Reply
    {
        let response = try await HTTPClient.shared.execute(
            request(method, path, headers, body: body), timeout: .seconds(30))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
        let status = Int(response.status.code)
        #expect(status == 500 || IngressMetrics.statuses.contains(status), "\(status) counts as `other`")
        return Reply(
            status: status,
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { $1 }, text: text)
    }

    static func payment(terminal: String = "t-1", code: String = "4929-canary", more: String = "") -> String {
        #"{"terminal":"\#(terminal)","application":"app","operation":"payment","code":"\#(code)"\#(more)}"#
    }
}

/// Runs an ingress in front of a bus.
/// - Parameter waitsForRouter: whether the body runs only when the ingress is ready.
func withIngress(
    on bus: TemporaryBus, requestsMax: Int = 64, streamsMax: Int = 4, streamsPerAddressMax: Int = 4,
    limits: PhoneLimits = PhoneLimits(connectionsMax: 128),
    drainTimeout: Duration = .seconds(10), waitsForRouter: Bool = true, publicURL: String = "https://pay.example",
    _ body: (IngressFixture) async throws -> Void
) async throws {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let health = Health()
    let routers = RouterClient(
        BusConfiguration([bus.address]), name: "ingress", queriesMax: requestsMax + streamsMax,
        readiness: health.part("routers"), loop: MultiThreadedEventLoopGroup.singleton.any())
    let (bound, onBound) = AsyncStream.makeStream(of: HostPort.self)
    let api = PhoneAPI(
        routers: routers, sealer: Sealer(sealingKey: IngressFixture.sealingKey, digestKey: IngressFixture.digestKey),
        requests: Admission(most: requestsMax), streams: Admission(most: streamsMax),
        streamsOfAddress: AddressAdmission(most: streamsPerAddressMax),
        publicURL: PublicURL(publicURL))
    let server = PhoneServer(
        address: .loopback(port: 0), limits: limits, drainTimeout: drainTimeout, api: api, logger: logger
    ) { onBound.yield($0) }
    let group = ServiceGroup(services: [routers, server], logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let address = try #require(await bound.first { _ in true })
        let fixture = IngressFixture(url: "http://\(address)", health: health) {
            await group.triggerGracefulShutdown()
        }
        if waitsForRouter { try await eventually { health.isReady } }
        do {
            try await body(fixture)
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}

/// Runs an ingress in front of one fake router.
func withIngress(
    requestsMax: Int = 64, streamsMax: Int = 4, streamsPerAddressMax: Int = 4,
    limits: PhoneLimits = PhoneLimits(connectionsMax: 128),
    react: @escaping @Sendable (RouterRequest) -> FakeRouter.Reaction,
    _ body: (IngressFixture, FakeRouter) async throws -> Void
) async throws {
    let router = FakeRouter(bus: try TemporaryBus(), react: react)
    try await router.open()
    do {
        try await withIngress(
            on: router.bus, requestsMax: requestsMax, streamsMax: streamsMax,
            streamsPerAddressMax: streamsPerAddressMax, limits: limits
        ) { ingress in
            try await body(ingress, router)
        }
    } catch {
        await router.end()
        throw error
    }
    await router.end()
}

/// Looks every few milliseconds, for 10 s at most.
func eventually(_ condition: @Sendable () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("it did not come true within 10 s")
}

extension TransactionStatus {
    /// A status of journal 0 (or another).
    static func sample(
        _ outcome: Outcome? = nil, state: StateName? = nil, version: UInt64 = 3, journal: UInt8 = 0,
        reconciliation: [ReconciliationReason] = []
    ) -> TransactionStatus {
        TransactionStatus(
            id: TransactionID(high: 0x019A_0B5C_7E10_7000, low: 0x8000_0000_0000_0001, journal: journal)!,
            state: state ?? (outcome == nil ? .commanded : .ended), outcome: outcome, sent: outcome?.sent ?? .no,
            hopStamps: [
                HopStamp(.ingress, .received, at: Instant(milliseconds: 1_796_000_000_000)),
                HopStamp(.router, .accepted, at: Instant(milliseconds: 1_796_000_000_007)),
            ], reconciliation: reconciliation, deviceReason: ReasonCode("drawerOpen"),
            text: DisplayText(cleaning: "Nicht genug Geld"),
            amount: Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!)), version: version)
    }
}
