import CZeroMQ
import RelayDomain

extension Socket {
    /// Applies the bounds and, for `tcp://`, the keys. To be called before `bind` or `connect`.
    ///
    /// A user-supplied routing ID is never set: libzmq gives every connection one of its own, so a restarted peer is a
    /// new peer, and what was meant for the old one cannot reach it.
    /// - Throws: ``TransportError/keysMissing(address:)`` for `tcp://` that nobody called insecure.
    func configure(_ configuration: BusConfiguration, for address: BusAddress) throws(TransportError) {
        let limits = configuration.limits
        try set(ZMQ_SNDHWM, limits.highWaterMark)
        try set(ZMQ_RCVHWM, limits.highWaterMark)
        try set(ZMQ_LINGER, Int32(clamping: limits.linger.milliseconds))
        try set(ZMQ_MAXMSGSIZE, long: Int64(limits.messageBytesMax) * 2)
        try set(ZMQ_HEARTBEAT_IVL, 1000)
        try set(ZMQ_HEARTBEAT_TIMEOUT, 3000)
        try set(ZMQ_HEARTBEAT_TTL, 3000)
        try set(ZMQ_HANDSHAKE_IVL, 5000)
        try set(ZMQ_RECONNECT_IVL, 50)
        try set(ZMQ_RECONNECT_IVL_MAX, 1000)
        switch kind {
        case .router: try set(ZMQ_ROUTER_MANDATORY, 1)
        case .dealer: try set(ZMQ_IMMEDIATE, 1)
        case .publisher, .subscriber, .monitor: break
        }
        guard case .tcp(let host, _) = address else { return }
        if host.contains(":") { try set(ZMQ_IPV6, 1) }
        try secure(configuration.security, address: address)
    }

    private func secure(_ security: BusSecurity?, address: BusAddress) throws(TransportError) {
        switch security {
        case nil: throw .keysMissing(address: address.description)
        case .insecure: return
        case .curve(let own, let server):
            guard zmq_has("curve") == 1 else { throw .curveUnavailable }
            try set(ZMQ_CURVE_SECRETKEY, own.secretZ85)
            switch kind {
            case .router, .publisher:
                try set(ZMQ_CURVE_SERVER, 1)
            case .dealer, .subscriber:
                guard let server else { throw .keysMissing(address: address.description) }
                try set(ZMQ_CURVE_PUBLICKEY, own.publicKey.z85)
                try set(ZMQ_CURVE_SERVERKEY, server.z85)
            case .monitor: break
            }
        }
    }
}
