import RelayDomain
import RelayMessages

/// The router's end of `events`: hints about transactions to their subscribers.
///
/// A message is two frames, the topic and the envelope. A slow or absent subscriber misses some: for the certain state
/// it asks the router, which has it in the journal.
///
/// Used only on its reactor, like ``LinkServer``.
public final class Publisher<Event: EnvelopeBody> {
    /// The bound address, with the actual port if it was 0.
    public let boundAddress: String
    /// The address for subscribers; not valid for other endpoints if the port was 0.
    public let address: BusAddress

    private let reactor: Reactor
    private let socket: Socket
    private let counters: BusCounters
    private let limits: BusLimits
    private let connections: ConnectionGuard
    private var listeners = Listeners()
    /// Connections that were shut down and have not ended yet.
    private var leaving: Set<Int32> = []

    /// Binds the endpoint `events` at the first of the configuration's addresses.
    /// - Throws: ``TransportError``.
    public init(name: String, _ configuration: BusConfiguration, on reactor: Reactor) throws(TransportError) {
        let binding = try BoundSocket(.publisher, .events, name: name, configuration, helloTimeout: nil, on: reactor)
        self.reactor = reactor
        counters = binding.counters
        connections = binding.connections
        socket = binding.socket
        boundAddress = binding.bound
        address = binding.address
        limits = configuration.limits
        socket.onMessage = { [unowned self] in listen($0) }
        connections.left = { [unowned self] in left($0) }
    }

    private func listen(_ frame: consuming Frame) {
        var frame = frame
        let file = frame.file
        socket.readEvents()  // Connects and disconnects from before the message: its file's number may be reused.
        guard !leaving.contains(file) else { return }  // A message from before the shutdown.
        guard frame.withBytes({ listeners.subscriptionChanged($0, from: file) }) else {
            return showOut(file, because: "topicTooLong")
        }
        if listeners.charge(of: file) > limits.subscriptionsMax {
            showOut(file, because: "subscriptionsMax")
        } else if listeners.charged > limits.subscriptionsInAllMax, let heaviest = listeners.heaviest {
            showOut(heaviest, because: "subscriptionsMax")
        }
    }

    private func showOut(_ file: Int32, because reason: String) {
        listeners.left(file)
        guard file >= 0 else { return }
        leaving.insert(file)
        connections.showOut(file, because: reason)
    }

    private func left(_ file: Int32) {
        leaving.remove(file)
        listeners.left(file)
    }

    /// Gives an event to the socket, which copies it for each subscriber of the topic and drops it for those whose
    /// queue is full. An event without subscribers is not even made.
    /// - Returns: `sent` or `tooLong`: publishing never fails because of a subscriber.
    @discardableResult
    public func publish(
        _ event: @autoclosure () -> Event, _ header: MessageHeader = .none, topic: @autoclosure () -> String
    )
        -> SendResult
    {
        reactor.checkIsolated()
        guard !listeners.isEmpty else { return .sent }
        let topic = topic()
        guard listeners.hasSubscriber(topic) else { return .sent }
        let event = event()
        let bytes = header.envelope(event.wire)
        guard bytes.count <= limits.messageBytesMax else {
            counters.count(unsent: .tooLong)
            return .tooLong
        }
        guard socket.send(Frame(topic.utf8), more: true) == 0 else { return .unreachable }
        _ = socket.send(Frame(bytes))
        return .sent
    }

    /// Closes the socket.
    public func close() {
        reactor.checkIsolated()
        connections.close()
        socket.close()
    }
}
