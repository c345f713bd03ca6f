import DeviceProtocol
import RelayDomain

/// What a gateway knows of one device's connection.
struct GatewayConnection: Sendable {
    /// Where the connection stands with the device.
    var session: GatewaySessionStateMachine
    /// Where it stands with the router.
    var claim = Claim.notWanted
    /// The journal that the device belongs to, once it is known.
    var journal: UInt8?
    /// What the device said last of itself: a router that takes the journal over is told so.
    var readiness = DeviceReadiness.ready
    /// Calls that the router has not answered.
    var openCalls = 0

    enum Claim: Hashable, Sendable {
        /// The device has not asked for a session.
        case notWanted
        /// It has, and the router is not asked yet.
        case wanted(since: Instant)
        /// The router is being asked.
        case asked(since: Instant)
        /// The router granted the session on a link. If that is not the journal's link any more, it has to be asked
        /// again; the device does not notice.
        case held(DeviceSession, on: RouterLink)
        /// The router is being asked again.
        case heldAndAsked(DeviceSession, on: RouterLink)
    }

    /// The session that a router has granted, now or on a link before.
    var granted: DeviceSession? {
        switch claim {
        case .held(let session, on: _), .heldAndAsked(let session, on: _): session
        case .notWanted, .wanted, .asked: nil
        }
    }
}
