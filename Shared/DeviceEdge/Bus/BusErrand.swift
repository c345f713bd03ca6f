import RelayDomain

/// What the event loop wants from the thread that owns the routers' sockets.
enum BusErrand: Sendable {
    case ask(RequestID, GatewayMessage, on: RouterLink, within: Duration)
    case tell(GatewayMessage, on: RouterLink)
}
