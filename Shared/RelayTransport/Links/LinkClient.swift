import RelayDomain
import RelayMessages

/// The outward end of one endpoint: links to every router there is, used by the ingress, gateways, adapters and the
/// command line.
///
/// **How a message passes.** For each router address there is a DEALER socket of its own (``RouterAddresses`` keeps
/// looking for more). It says hello until the router's welcome names its journal and term; if two routers name the same
/// journal, the higher term has it. From then on ``send(_:_:toJournal:)`` encodes a message and hands it to that link's
/// socket in the same turn, and what comes in is decoded and given to ``received``, or to the request it replies to.
/// A link that is lost takes its socket with it: nothing that was queued for it reaches the next one.
///
/// Lives on its reactor: make it, call it and close it from an actor that lives there. It calls its owner only from the
/// reactor's own turn, never from inside a call of the owner's, except ``close()``, which ends what is pending.
public final class LinkClient<Outbound: EnvelopeBody, Inbound: EnvelopeBody> {
    /// A router has welcomed us, and its journal is reached through this link from now on.
    public var opened: (Link, RouterWelcome) -> Void {
        get { links.opened }
        set { links.opened = newValue }
    }
    /// A router sent a message that replies to no request.
    public var received: (Link, Inbound, MessageHeader) -> Void = { _, _, _ in } {
        didSet {
            links.received = { [received] link, body, header throws(WireError) in
                received(link, try Inbound(wire: body), header)
            }
        }
    }
    /// A link that was opened is no more.
    public var lost: (Link, LinkLoss) -> Void {
        get { links.lost }
        set { links.lost = newValue }
    }
    /// A message that could not be read, here or there, other than a request's or its reply: that one fails.
    public var unread: (Link, Unread) -> Void {
        get { links.unread }
        set { links.unread = newValue }
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

    /// The link to a journal, and what its router said in its welcome.
    public func link(toJournal journal: UInt8) -> (link: Link, welcome: RouterWelcome)? {
        links.line(toJournal: journal).flatMap { line in line.welcome.map { (line.link, $0) } }
    }

    /// The time of a journal's router now, as far as this machine can tell; nil if there is no link to it.
    public func routerNow(journal: UInt8) -> Instant? { links.line(toJournal: journal)?.clock.time(at: .now) }

    /// How many requests wait for their reply.
    public var pendingRequests: Int { links.requests.count }

    /// Hands a message for a journal's router to its link.
    /// - Returns: only after ``SendResult/sent`` may it arrive; after anything else it has not left.
    public func send(_ message: Outbound, _ header: MessageHeader = .none, toJournal journal: UInt8) -> SendResult {
        links.send(message.wire, header, on: links.line(toJournal: journal))
    }

    /// Hands a message to one link, such as one that has just opened or asked something.
    /// - Returns: only after ``SendResult/sent`` may it arrive; after anything else it has not left.
    public func send(_ message: Outbound, _ header: MessageHeader = .none, on link: Link) -> SendResult {
        links.send(message.wire, header, on: links.lines[link])
    }

    /// Asks a journal's router.
    /// - Parameters:
    ///   - limit: how long to wait; the router is told the point of its own time at which it ends.
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
