import RelayDomain
import RelayMessages

/// The connecting end of one endpoint: links to all routers, used by the ingress, gateways, adapters and the command
/// line.
///
/// **How a message passes.** For each router address there is a DEALER socket of its own (``RouterAddresses`` keeps
/// looking for more). It says hello until the router's welcome names its journal and term; if two routers name the same
/// journal, the higher term has it. From then on ``send(_:_:toJournal:)`` encodes a message and gives it to that link's
/// socket in the same turn; an incoming message is decoded and given to ``received``, or to the request that it
/// answers. When a link is lost its socket is closed: no message that was queued for it can reach the next one.
///
/// Used only on its reactor: make it, call it and close it from an actor that lives there. It calls its owner only from
/// the reactor's own turn, never during a call by the owner, except ``close()``, which ends pending requests.
public final class LinkClient<Outbound: EnvelopeBody, Inbound: EnvelopeBody> {
    /// A router has welcomed us, and its journal is reached through this link from now on.
    public var opened: (Link, RouterWelcome) -> Void {
        get { links.opened }
        set { links.opened = newValue }
    }
    /// A router sent a message that answers no request.
    public var received: (Link, Inbound, MessageHeader) -> Void = { _, _, _ in } {
        didSet {
            links.received = { [received] link, body, header throws(WireError) in
                received(link, try Inbound(wire: body), header)
            }
        }
    }
    /// An open link is lost.
    public var lost: (Link, LinkLoss) -> Void {
        get { links.lost }
        set { links.lost = newValue }
    }
    /// A message that could not be read, here or at the router. Requests and replies are not reported here: the request
    /// fails.
    public var unread: (Link, Unread) -> Void {
        get { links.unread }
        set { links.unread = newValue }
    }
    /// A router was refused, because its journal has had a writer of a higher term, the last argument: it was held up
    /// and has not noticed, or the journal was made anew. It is asked again after five seconds.
    public var outdated: (Link, RouterWelcome, UInt64) -> Void {
        get { links.outdated }
        set { links.outdated = newValue }
    }
    /// libzmq reports something of a connection.
    public var connection: (Link, SocketEvent) -> Void {
        get { links.connection }
        set { links.connection = newValue }
    }

    private let links: RouterConnections

    /// Begins to look for routers and to connect to them.
    /// - Throws: ``TransportError`` if an address or the keys cannot be used at all.
    public init(
        _ endpoint: BusEndpoint, _ configuration: BusConfiguration, hello: Hello, on reactor: Reactor
    ) throws(TransportError) {
        links = try RouterConnections(endpoint, configuration, hello: hello, on: reactor)
    }

    /// The journals that can be reached now, in order.
    public var journals: [UInt8] { links.claims.journals }

    /// The link to a journal, and its router's welcome.
    public func link(toJournal journal: UInt8) -> (link: Link, welcome: RouterWelcome)? {
        links.line(toJournal: journal).flatMap { line in line.welcome.map { (line.link, $0) } }
    }

    /// The estimate of a journal's router time now; nil if there is no link to it.
    public func routerNow(journal: UInt8) -> Instant? { links.line(toJournal: journal)?.clock.time(at: .now) }

    /// How many requests wait for their reply.
    public var pendingRequests: Int { links.requests.count }

    /// Hands a message for a journal's router to its link.
    /// - Returns: only after ``SendResult/sent`` can it arrive; after any other result it was not sent.
    public func send(_ message: Outbound, _ header: MessageHeader = .none, toJournal journal: UInt8) -> SendResult {
        links.send(message.wire, header, on: links.line(toJournal: journal))
    }

    /// Hands a message to one link, such as one that has just opened or asked something.
    /// - Returns: only after ``SendResult/sent`` can it arrive; after any other result it was not sent.
    public func send(_ message: Outbound, _ header: MessageHeader = .none, on link: Link) -> SendResult {
        links.send(message.wire, header, on: links.lines[link])
    }

    /// Sends a request to a journal's router.
    /// - Parameters:
    ///   - limit: how long to wait; the router gets the end of the wait in its own time.
    ///   - complete: called exactly once, in a later turn of the reactor, if and only if the result is
    ///     ``SendResult/sent``.
    public func request(
        _ message: Outbound, toJournal journal: UInt8, traceparent: String = "", within limit: Duration,
        complete: @escaping (Result<Inbound, RequestFailure>) -> Void
    ) -> SendResult {
        let links = links
        return links.request(
            message.wire, on: links.line(toJournal: journal), traceparent: traceparent, within: limit
        ) { end in
            complete(end.flatMap { links.read($0) })
        }
    }

    /// Says goodbye to all routers, closes the sockets and lets go of the owner's closures; pending requests end with
    /// ``LinkLoss/closed``.
    public func close() {
        links.close()
        received = { _, _, _ in }
    }
}
