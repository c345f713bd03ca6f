import DeviceProtocol
import RelayDomain

/// A gateway's state of one device's connection.
struct GatewayConnection: Sendable {
    /// The session's state towards the device.
    var session: GatewaySessionStateMachine
    /// The state of its claim at the router.
    var claim = Claim.notWanted
    /// The journal that the device belongs to, once it is known.
    var journal: UInt8?
    /// What the device reported last about its readiness, for a router that takes over the journal.
    var readiness = DeviceReadiness.ready
    /// Calls that the router has not answered.
    var openCalls = 0

    enum Claim: Hashable, Sendable {
        /// The device has not asked for a session.
        case notWanted
        /// It has, and the claim is not sent yet.
        case wanted(since: Instant)
        /// The claim is sent and not answered.
        case asked(since: Instant)
        /// The router granted the session on a link. If the journal has a newer link, the session has to be claimed
        /// again; the device does not notice.
        case held(DeviceSession, on: RouterLink)
        /// It is being claimed again.
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
