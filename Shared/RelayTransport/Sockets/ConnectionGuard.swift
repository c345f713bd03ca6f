import Glibc

/// Applies a bound socket's ``ConnectionLimiter``: gets connects and disconnects from libzmq, and ends the connections
/// that exceed a limit.
///
/// libzmq 4.3.4 has no call that ends one connection. Its file can be shut down: libzmq's thread then finds it ended,
/// as if the peer had left. `docs/adr/0012-strangers-on-the-bus.md` says against what this protects.
final class ConnectionGuard {
    /// How often strangers are checked.
    private static let round = Duration.seconds(1)

    /// Called with every event of the socket's connections.
    var report: (SocketEvent) -> Void = { _ in }
    /// Called with each connection that has ended, and with each new one: what was known of its file's number was
    /// about an earlier connection.
    var left: (_ file: Int32) -> Void = { _ in }

    private let socket: Socket
    private let bound: String
    private let counters: BusCounters
    private let reactor: Reactor
    private var connections: ConnectionLimiter
    private var timer: ReactorTimer?

    /// - Parameter bound: the bound address, as libzmq reports it.
    init(_ connections: ConnectionLimiter, of socket: Socket, bound: String, counters: BusCounters, on reactor: Reactor)
    {
        self.connections = connections
        self.socket = socket
        self.bound = bound
        self.counters = counters
        self.reactor = reactor
        timer = reactor.timer { [weak self] in self?.lookAround($0) }
        socket.onEvent = { [unowned self] in noticed($0, $1) }
    }

    /// The peer on this connection has said hello.
    func introduced(_ file: Int32) {
        socket.readEvents()  // Its connect event is read now; read later, it would count as another connection's.
        connections.introduced(file)
    }

    /// The link on this connection is over.
    func estranged(_ file: Int32) {
        connections.estranged(file, now: reactor.tickTime)
        schedule()
    }

    /// Ends a connection.
    func showOut(_ file: Int32, because reason: String) {
        counters.count(refused: reason)
        // The connection may have ended meanwhile, and its number may be another file's.
        if isOurs(file) { shutdown(file, Int32(SHUT_RDWR)) }
    }

    func close() {
        timer?.cancel()
        timer = nil
        (report, left) = ({ _ in }, { _ in })
    }

    private func noticed(_ event: SocketEvent, _ file: Int32) {
        counters.count(event)
        switch event {
        case .accepted:
            left(file)
            if let leaver = connections.entered(file, now: reactor.tickTime) {
                showOut(leaver, because: "connectionsMax")
            }
            schedule()
        case .disconnected:
            connections.left(file)
            left(file)
        case .ready, .handshakeFailed, .keyRefused, .retried, .acceptFailed, .bindFailed: break
        }
        report(event)
    }

    private func lookAround(_ now: ContinuousClock.Instant) {
        for file in connections.overdue(now) { showOut(file, because: "silent") }
        schedule()
    }

    private func schedule() {
        if connections.hasStrangers, connections.helloTimeout != nil, timer?.due == nil {
            timer?.due = reactor.tickTime + Self.round
        }
    }

    /// Whether the file is a connection to this socket.
    private func isOurs(_ file: Int32) -> Bool {
        var name = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &name) { name in
            guard let start = name.baseAddress,
                getsockname(file, start.assumingMemoryBound(to: sockaddr.self), &length) == 0
            else { return false }
            let family = Int32(name.loadUnaligned(as: sa_family_t.self))
            guard family == AF_UNIX else {
                // Port and family are at the same offsets for IPv4 and IPv6.
                let port = UInt16(bigEndian: name.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
                return (family == AF_INET || family == AF_INET6) && bound.hasSuffix(":\(port)")
            }
            let path = name[MemoryLayout<sa_family_t>.size..<min(Int(length), name.count)].prefix { $0 != 0 }
            return bound.utf8.elementsEqual("ipc://".utf8 + Array(path))
        }
    }
}
