import NIOCore
import NIOHTTP1
import NIOPosix
import RelayDomain
import ServiceRuntime

/// All phones' connections on their event loop: accepts them, closes those on which nothing happens, ends them in good order.
final class PhoneConnections {
    /// What time alone ends is looked for at this pace.
    private static let tick = TimeAmount.seconds(1)

    let metrics = IngressMetrics()
    /// The header field Date.
    private(set) var date = HTTPDate.text(WallClock.now)
    /// Whether the process was told to end.
    private(set) var isEnding = false

    private let api: PhoneAPI
    private let most: Int
    private let eventLoop: any EventLoop
    private var open: [ObjectIdentifier: PhoneConnection] = [:]
    private var isOver = false
    private var whenEmpty: EventLoopPromise<Void>?

    /// - Parameter most: how many may be open at a time; more are not accepted until some close.
    init(_ api: PhoneAPI, most: Int, on eventLoop: any EventLoop) {
        self.api = api
        self.most = most
        self.eventLoop = eventLoop
        tickLater()
    }

    /// Binds the address.
    /// - Returns: the listening channel; closing it stops accepting and leaves open what is open.
    static func listen(
        on address: HostPort, _ connections: NIOLoopBound<PhoneConnections>, _ eventLoop: any EventLoop
    ) async throws -> any Channel {
        try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // The requests of one read are taken apart at once, and wait in memory for their turn.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2_048, maximum: 16_384)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try connections.value.accept(channel) }
            }
            .bind(host: address.host, port: address.port).get()
    }

    private func accept(_ channel: any Channel) throws {
        let connection = PhoneConnection(api, among: self)
        let pipeline = channel.pipeline.syncOperations
        // Every header field that is written is made of our own words, numbers and identifiers: nothing to validate.
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true, withErrorHandling: true, withOutboundHeaderValidation: false)
        try pipeline.addHandler(connection)
        open[ObjectIdentifier(connection)] = connection
        if open.count >= most { Self.accepts(false, channel.parent) }
        channel.closeFuture.assumeIsolated().whenComplete { _ in self.forget(connection, channel.parent) }
    }

    private func forget(_ connection: PhoneConnection, _ listener: (any Channel)?) {
        open[ObjectIdentifier(connection)] = nil
        if open.count == most - 1 { Self.accepts(true, listener) }
        if open.isEmpty { whenEmpty?.succeed() }
    }

    private static func accepts(_ accepts: Bool, _ listener: (any Channel)?) {
        listener?.setOption(.autoRead, value: accepts).whenFailure { _ in }  // It is closed.
    }

    /// The one timer of all connections.
    private func tickLater() {
        eventLoop.assumeIsolated().scheduleTask(in: Self.tick) { [weak self] in
            guard let self, !isOver else { return }
            timePassed()
            tickLater()
        }
    }

    private func timePassed() {
        date = HTTPDate.text(WallClock.now)
        let now = NIODeadline.now()
        for connection in Array(open.values) {
            if let limit = connection.closesAt, limit <= now { connection.drop() }
        }
    }

    /// Nothing new begins; what is under way is answered.
    /// - Returns: succeeds when no connection is left.
    func end() -> EventLoopFuture<Void> {
        isEnding = true
        let promise = eventLoop.makePromise(of: Void.self)
        whenEmpty = promise
        for connection in Array(open.values) { connection.takeLeave() }
        if open.isEmpty { promise.succeed() }
        return promise.futureResult
    }

    /// Closes what is left.
    func dropAll() {
        isOver = true
        for connection in Array(open.values) { connection.drop() }
    }
}
