/// A bound socket of one endpoint, configured, with its address and its ``ConnectionGuard``.
struct BoundSocket {
    let socket: Socket
    /// The bound address, with the actual port if it was 0.
    let bound: String
    /// The address for the processes that connect.
    let address: BusAddress
    let connections: ConnectionGuard
    let counters: BusCounters

    /// - Parameter helloTimeout: how long a connection may last without a hello; nil if the endpoint has none.
    /// - Throws: ``TransportError``; then nothing is left open.
    init(
        _ kind: Socket.Kind, _ endpoint: BusEndpoint, name: String, _ configuration: BusConfiguration,
        helloTimeout: Duration?, on reactor: Reactor
    ) throws(TransportError) {
        guard let address = configuration.addresses.first else { throw .badAddress("") }
        let socket = try reactor.makeSocket(kind)
        do {
            try socket.configure(configuration, for: address.description, binding: endpoint)
            try socket.watch(on: reactor)  // Before any peer can connect, so that all are counted.
            bound = try socket.bind(address.binding(endpoint, name: name))
        } catch {
            socket.close()
            throw error
        }
        self.address = address.found(endpoint, bound: bound)
        self.socket = socket
        counters = BusCounters(endpoint)
        connections = ConnectionGuard(
            ConnectionLimiter(most: configuration.limits.connectionsMax, helloTimeout: helloTimeout), of: socket,
            bound: bound,
            counters: counters, on: reactor)
    }
}
