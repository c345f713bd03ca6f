import CZeroMQ
import RelayDomain

extension Socket {
    /// Applies the bounds and, for `tcp://`, the keys. To be called before `bind` or `connect`.
    ///
    /// Three options are left alone on purpose. No routing ID is chosen: libzmq gives every connection one of its own,
    /// so a restarted peer is a new peer, and what was meant for the old one cannot reach it. And ZMQ_IMMEDIATE would
    /// drop the last words of a connection that ends (docs/adr/0003-the-bus.md); that nothing is sent too early is the
    /// ``LinkStateMachine``'s care. ZMTP's heartbeats abort the process in libzmq 4.3.4 when a peer leaves while input
    /// is stopped at the high-water mark; the links' own beat finds dead peers, and TCP's keep-alive dead machines.
    /// - Parameter endpoint: what a router's socket is bound to; nil for one that connects.
    /// - Throws: ``TransportError/keysMissing(address:)`` for `tcp://` that was not called insecure.
    func configure(
        _ configuration: BusConfiguration, for address: String, binding endpoint: BusEndpoint? = nil
    ) throws(TransportError) {
        let limits = configuration.limits
        try set(ZMQ_SNDHWM, limits.highWaterMark)
        // What far ends say waits with them rather than here, where there are many of them.
        try set(ZMQ_RCVHWM, endpoint == nil ? limits.highWaterMark : min(limits.highWaterMark, 1024))
        try set(ZMQ_LINGER, Int32(clamping: limits.linger.milliseconds))
        try set(ZMQ_MAXMSGSIZE, long: Int64(endpoint?.socketBytesMax ?? limits.messageBytesMax))
        try set(ZMQ_HANDSHAKE_IVL, 5000)
        try set(ZMQ_RECONNECT_IVL, 50)
        try set(ZMQ_RECONNECT_IVL_MAX, 1000)
        if kind == .router { try set(ZMQ_ROUTER_MANDATORY, 1) }
        guard address.hasPrefix("tcp://") else { return }
        try set(ZMQ_TCP_KEEPALIVE, 1)
        try set(ZMQ_TCP_KEEPALIVE_IDLE, 5)
        try set(ZMQ_TCP_KEEPALIVE_INTVL, 2)
        try set(ZMQ_TCP_KEEPALIVE_CNT, 3)
        if address.contains("[") { try set(ZMQ_IPV6, 1) }
        try secure(configuration.security, address: address)
    }

    private func secure(_ security: BusSecurity?, address: String) throws(TransportError) {
        switch security {
        case nil: throw .keysMissing(address: address)
        case .insecure: return
        case .curve(let own, let server):
            guard zmq_has("curve") == 1 else { throw .curveUnavailable }
            try set(ZMQ_CURVE_SECRETKEY, own.secretZ85)
            switch kind {
            case .router, .publisher:
                try set(ZMQ_CURVE_SERVER, 1)
            case .dealer, .subscriber:
                guard let server else { throw .keysMissing(address: address) }
                try set(ZMQ_CURVE_PUBLICKEY, own.publicKey.z85)
                try set(ZMQ_CURVE_SERVERKEY, server.z85)
            case .monitor: break
            }
        }
    }
}

extension BusConfiguration {
    /// Finds out before anything starts whether the addresses can be connected to with these keys.
    func checkForConnecting(on reactor: Reactor) throws(TransportError) {
        guard !addresses.isEmpty else { throw .badAddress("") }
        for address in addresses {
            if case .tcp(let host, let port) = address, host == "*" || port == 0 {
                throw .badAddress(address.description)
            }
            let probe = try reactor.makeSocket(.dealer)
            defer { probe.close() }
            try probe.configure(self, for: address.description)
        }
    }
}
