import HTTPEdge
import NIOCore
import NIOHTTP1
import NIOPosix
import RelayDomain
import ServiceRuntime

/// All phones' connections on their event loop: accepts them, closes those on which nothing happens, ends them in
/// order.
final class PhoneConnections {
    /// How often time limits are checked.
    private static let tick = TimeAmount.seconds(1)

    let metrics = IngressMetrics()
    /// The header field Date.
    private(set) var date = HTTPDate.text(MachineTime.now)
    /// Whether the process was told to end.
    private(set) var isEnding = false

    /// What is read of a phone in one turn of the loop. A usual request is half as much.
    private static let readBytesMax = 1_024

    let limits: PhoneLimits
    private let api: PhoneAPI
    private let eventLoop: any EventLoop
    private var book: ConnectionBook
    private var open: [ConnectionBook.Number: PhoneConnection] = [:]
    /// The listening channel, from its first connection on.
    private var listener: (any Channel)?
    private var isAccepting = true
    private var isOver = false
    private var whenEmpty: EventLoopPromise<Void>?

    /// Why a connection is closed without an answer.
    private struct NoRoom: Error {}

    /// - Parameter limits: if all connected phones have requests in progress, no more are accepted until one is
    ///   answered.
    init(_ api: PhoneAPI, _ limits: PhoneLimits, on eventLoop: any EventLoop) {
        (self.api, self.limits, self.eventLoop) = (api, limits, eventLoop)
        book = limits.book
        tickLater()
    }

    /// Binds the address.
    /// - Returns: the listening channel; closing it stops accepting and leaves open what is open.
    static func listen(
        on address: HostPort, _ connections: NIOLoopBound<PhoneConnections>, _ eventLoop: any EventLoop
    ) async throws -> any Channel {
        try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 1_024)
            // One a turn: if there is no room, the others wait in the kernel.
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // The requests of one read are parsed at once, and wait in memory for their turn.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: 64, initial: Self.readBytesMax, maximum: Self.readBytesMax)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try connections.value.accept(channel) }
            }
            .bind(host: address.host, port: address.port).get()
    }

    private func accept(_ channel: any Channel) throws {
        let network = PeerNetwork(channel.remoteAddress)
        let number = try letIn(from: network)
        listener = channel.parent
        let connection = PhoneConnection(api, number, among: self, from: network)
        open[number] = connection
        channel.closeFuture.assumeIsolated().whenComplete { _ in self.forget(number) }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(ReadAhead())
        // Every header field that is written consists of fixed words, numbers and identifiers: no validation is needed.
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true, withErrorHandling: false, withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: RequestHeadLimits.decoder)
        try pipeline.addHandler(connection)
        acceptWhileThereIsRoom()
    }

    /// Admits a connection, if necessary in place of the one that has been idle for longest.
    private func letIn(from network: PeerNetwork) throws -> ConnectionBook.Number {
        switch book.admit(from: network) {
        case .admitted(let number, let evicted):
            if let evicted {
                metrics.turnedAway("displaced")
                open[evicted]?.drop()
            }
            return number
        case .tooManyOfAddress:
            metrics.turnedAway("address")
            throw NoRoom()
        case .full:
            metrics.turnedAway("full")
            throw NoRoom()
        }
    }

    /// The phone has sent a known request.
    func becameKnown(_ number: ConnectionBook.Number) {
        book.becameKnown(number)
        acceptWhileThereIsRoom()
    }

    /// A request of the phone is complete.
    func isBusy(_ number: ConnectionBook.Number) {
        book.isBusy(number)
        acceptWhileThereIsRoom()
    }

    /// It is answered.
    func rests(_ number: ConnectionBook.Number) {
        book.rests(number)
        acceptWhileThereIsRoom()
    }

    private func forget(_ number: ConnectionBook.Number) {
        open[number] = nil
        book.remove(number)
        acceptWhileThereIsRoom()
        if open.isEmpty { whenEmpty?.succeed() }
    }

    private func acceptWhileThereIsRoom() {
        guard book.hasRoom != isAccepting else { return }
        isAccepting = book.hasRoom
        listener?.setOption(.autoRead, value: isAccepting).whenFailure { _ in }  // It is closed.
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
        date = HTTPDate.text(MachineTime.now)
        metrics.gauge(connections: book.count, strangers: book.strangers)
        let now = NIODeadline.now()
        for connection in Array(open.values) {
            if let limit = connection.closesAt, limit <= now { connection.drop() }
        }
    }

    /// Nothing new begins; requests in progress are answered.
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
