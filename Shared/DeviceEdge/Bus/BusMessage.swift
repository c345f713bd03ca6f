import RelayDomain

/// A request of the event loop to the thread that owns the routers' sockets.
enum BusMessage: Sendable {
    case request(RequestID, GatewayMessage, on: RouterLink, within: Duration)
    case send(GatewayMessage, on: RouterLink)
}
