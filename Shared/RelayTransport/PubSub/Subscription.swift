import CZeroMQ
import RelayDomain
import RelayMessages

/// The subscriber's end of `events`: receives the hints of all routers about its topics.
///
/// Hints may be lost, and at the beginning and after a break some certainly are. Read what matters again.
///
/// Used only on its reactor, like ``LinkClient``.
public final class Subscription<Event: EnvelopeBody> {
    /// An event of a topic, from any router.
    public var received: (_ topic: String, Event, MessageHeader) -> Void = { _, _, _ in }
    /// libzmq reports something of a connection; after `ready` subscriptions take effect there within moments.
    public var connection: (SocketEvent) -> Void = { _ in }

    private let reactor: Reactor
    private let socket: Socket
    private let limits: BusLimits
    private let counters = BusCounters(.events)
    private var addresses: RouterAddresses?
    private var connected: Set<String> = []

    /// Begins to look for routers and to connect to them.
    /// - Throws: ``TransportError`` if an address or the keys cannot be used at all.
    public init(_ configuration: BusConfiguration, on reactor: Reactor) throws(TransportError) {
        try configuration.checkForConnecting(on: reactor)
        self.reactor = reactor
        limits = configuration.limits
        socket = try reactor.makeSocket(.subscriber)
        // One socket receives from all routers, so it is configured for the most demanding kind of address among them.
        let demanding = configuration.addresses.first { !$0.isLocal } ?? configuration.addresses[0]
        do {
            try socket.configure(configuration, for: demanding.description)
        } catch {
            socket.close()
            throw error
        }
        socket.onMessage = { [weak self] in self?.receive($0) }
        socket.onEvent = { [weak self] event, _ in self?.report(event) }
        try? socket.watch(on: reactor)
        addresses = RouterAddresses(.events, at: configuration.addresses, on: reactor) { [weak self] found in
            self?.connect(to: found)
        }
    }

    /// Subscribes to a topic; the empty topic is all of them. A topic that was subscribed twice must be unsubscribed
    /// twice.
    public func subscribe(to topic: String) throws(TransportError) {
        reactor.checkIsolated()
        try socket.set(ZMQ_SUBSCRIBE, topic)
    }

    /// Unsubscribes from a topic.
    public func unsubscribe(from topic: String) throws(TransportError) {
        reactor.checkIsolated()
        try socket.set(ZMQ_UNSUBSCRIBE, topic)
    }

    /// Closes the socket.
    public func close() {
        reactor.checkIsolated()
        addresses?.stop()
        addresses = nil
        socket.close()
    }

    private func connect(to found: [String]) {
        for address in connected.subtracting(found) {
            socket.disconnect(address)
            connected.remove(address)
        }
        for address in found where !connected.contains(address) {
            guard connected.count < limits.peersMax else { return counters.count(refused: "peersMax") }
            do {
                if address.contains("[") { try socket.set(ZMQ_IPV6, 1) }
                try socket.connect(address)
                connected.insert(address)
            } catch {
                counters.count(refused: "cannotConnect")
            }
        }
    }

    private func report(_ event: SocketEvent) {
        counters.count(event)
        if event == .disconnected { addresses?.lookSoon() }
        connection(event)
    }

    private func receive(_ topic: consuming Frame) {
        var topic = topic
        guard var body = socket.receive() else { return counters.count(refused: "noBody") }
        let name = topic.withBytes { String(decoding: $0, as: UTF8.self) }
        switch Received(&body, within: .fromRouter(limits)) {
        case .message(let body, let header):
            do {
                received(name, try Event(wire: body), header)
            } catch {
                counters.count(refused: Unreadable.body(error).label)
            }
        case .unreadable(let why, _): counters.count(refused: why.label)
        case .hello, .welcome, .beat, .goodbye, .unsupportedVersion, .unreadThere: counters.count(refused: "body")
        }
    }
}
