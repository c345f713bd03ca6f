import CZeroMQ
import RelayDomain

extension Socket {
    /// Applies the bounds and, for `tcp://`, the keys. To be called before `bind` or `connect`.
    ///
    /// Three options are left unset on purpose. No routing ID is chosen: libzmq gives every connection its own, so a
    /// restarted peer is a new peer, and messages for the old one cannot reach it. ZMQ_IMMEDIATE would drop the last
    /// messages of a connection that ends (docs/adr/0003-the-bus.md); the ``LinkStateMachine`` ensures that nothing is
    /// sent too early. ZMTP's heartbeats abort the process in libzmq 4.3.4 when a peer leaves while input is stopped at
    /// the high-water mark; the links' own beats detect dead peers, and TCP's keep-alive dead machines.
    /// - Parameter endpoint: the endpoint of a router's socket; nil for a socket that connects.
    /// - Throws: ``TransportError/keysMissing(address:)`` for `tcp://` without keys and without `insecure`.
    func configure(
        _ configuration: BusConfiguration, for address: String, binding endpoint: BusEndpoint? = nil
    ) throws(TransportError) {
        let limits = configuration.limits
        try set(ZMQ_SNDHWM, limits.highWaterMark)
        // Messages from the many connecting processes wait there, not here.
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
    /// Checks before anything starts whether the addresses can be used with these keys.
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
