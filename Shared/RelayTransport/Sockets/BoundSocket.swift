/// A bound socket of one endpoint, configured, with its address.
struct BoundSocket {
    let socket: Socket
    /// What was bound, with the port that was found if it was 0.
    let bound: String
    /// What a far end is given to find it.
    let address: BusAddress
    private let reactor: Reactor

    /// - Throws: ``TransportError``; then nothing is left open.
    init(
        _ kind: Socket.Kind, _ endpoint: BusEndpoint, name: String, _ configuration: BusConfiguration,
        on reactor: Reactor
    ) throws(TransportError) {
        guard let address = configuration.addresses.first else { throw .badAddress("") }
        let socket = try reactor.makeSocket(kind)
        do {
            try socket.configure(configuration, for: address.description)
            bound = try socket.bind(address.binding(endpoint, name: name))
            self.address = address.found(endpoint, bound: bound)
            self.socket = socket
            self.reactor = reactor
        } catch {
            socket.close()
            throw error
        }
    }

    /// Calls `body` for each event of the socket's connections. Without the events the socket works all the same.
    func report(_ body: @escaping (SocketEvent) -> Void) {
        try? socket.watch(on: reactor, body)
    }
}
