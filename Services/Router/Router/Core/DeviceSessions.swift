import RelayDomain

/// Which gateway holds each device's newest session. A device without one is offline.
struct DeviceSessions {
    struct Held {
        let count: ConnectionCount
        let gateway: PeerNumber
    }

    /// What became of a claim.
    enum Decision {
        /// The session stands; if another gateway or an older connection held the device, that one is over.
        case granted(ConnectionCount, replaced: Held?)
        /// A newer session exists.
        case outdated
    }

    private let term: UInt64
    private var lastNumber: UInt64 = 0
    private var held: [Device: Held] = [:]

    init(term: UInt64) { self.term = term }

    /// How many devices are online.
    var online: Int { held.count }

    func session(of device: Device) -> (DeviceSession, PeerNumber)? {
        held[device].map { (DeviceSession(device: device, count: $0.count), $0.gateway) }
    }

    /// Whether this is the device's newest session.
    func isCurrent(_ session: DeviceSession, at gateway: PeerNumber) -> Bool {
        held[session.device].map { $0.count == session.count && $0.gateway == gateway } ?? false
    }

    /// Claims a device for a gateway: with a new count, or with the one that it had from an earlier router.
    mutating func claim(_ device: Device, _ count: ConnectionCount?, by gateway: PeerNumber) -> Decision {
        let former = held[device]
        if let count, let former, count < former.count { return .outdated }
        lastNumber += count == nil ? 1 : 0
        let granted = count ?? ConnectionCount(term: term, number: lastNumber)
        held[device] = Held(count: granted, gateway: gateway)
        let replaced = former.flatMap { $0.count == granted && $0.gateway == gateway ? nil : $0 }
        return .granted(granted, replaced: replaced)
    }

    mutating func end(_ session: DeviceSession, at gateway: PeerNumber) {
        if isCurrent(session, at: gateway) { held[session.device] = nil }
    }

    mutating func end(allAt gateway: PeerNumber) {
        held = held.filter { $0.value.gateway != gateway }
    }
}
