/// A message from a gateway to a router.
public enum GatewayMessage: Hashable, Sendable {
    /// The gateway asks for a session of the device: a new one, or (with its count) one from before another router took
    /// over the journal. The proof says why the router should believe it.
    case claim(Device, Proof, ConnectionCount?, readiness: DeviceReadiness = .ready)
    case sessionEnded(DeviceSession)
    case call(DeviceSession, DeviceCall, gatewayAt: Instant)
}
