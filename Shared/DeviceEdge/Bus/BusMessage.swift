import RelayDomain

/// What the event loop wants from the thread that owns the routers' sockets.
enum BusMessage: Sendable {
    case request(RequestID, GatewayMessage, on: RouterLink, within: Duration)
    case send(GatewayMessage, on: RouterLink)
}
