/// What a gateway tells a router.
public enum GatewayMessage: Hashable, Sendable {
    /// The device has a session with me: a new one, or (with its count) one that I had before the journal changed
    /// hands. The proof says why the router should believe it.
    case claim(Device, Proof, ConnectionCount?, readiness: DeviceReadiness = .ready)
    case sessionEnded(DeviceSession)
    case call(DeviceSession, DeviceCall, gatewayAt: Instant)
}
