import RelayDomain

/// The gateway of each device's newest session, and whether the device reports that it is ready. A device without a
/// session is offline.
struct DeviceSessions {
    struct Held {
        let count: ConnectionCount
        let gateway: PeerNumber
    }

    /// The decision about a claim.
    enum Decision {
        /// The session is granted; an older session of the device, at any gateway, is replaced.
        case granted(ConnectionCount, replaced: Held?)
        /// A newer session exists.
        case outdated
    }

    private let term: UInt64
    private var lastNumber: UInt64 = 0
    private var held: [Device: Held] = [:]
    /// The reports of devices that have a session and are not ready.
    private var notReady: [Device: DeviceReadiness] = [:]

    init(term: UInt64) { self.term = term }

    /// How many devices are online.
    var online: Int { held.count }

    /// How many of them report that they are not ready.
    var onlineNotReady: Int { notReady.count }

    func session(of device: Device) -> (DeviceSession, PeerNumber)? {
        held[device].map { (DeviceSession(device: device, count: $0.count), $0.gateway) }
    }

    /// A device's last report in its newest session.
    func readiness(of device: Device) -> DeviceReadiness { notReady[device] ?? .ready }

    /// A device reports whether it is ready.
    mutating func readinessChanged(_ readiness: DeviceReadiness, of device: Device) {
        notReady[device] = readiness.isReady || held[device] == nil ? nil : readiness
    }

    /// Whether this is the device's newest session.
    func isCurrent(_ session: DeviceSession, at gateway: PeerNumber) -> Bool {
        held[session.device].map { $0.count == session.count && $0.gateway == gateway } ?? false
    }

    /// Claims a device for a gateway: with a new count, or with the one that it had from an earlier router.
    mutating func claim(
        _ device: Device, _ count: ConnectionCount?, _ readiness: DeviceReadiness, by gateway: PeerNumber
    ) -> Decision {
        let former = held[device]
        if let count, let former, count < former.count { return .outdated }
        lastNumber += count == nil ? 1 : 0
        let granted = count ?? ConnectionCount(term: term, number: lastNumber)
        held[device] = Held(count: granted, gateway: gateway)
        readinessChanged(readiness, of: device)
        let replaced = former.flatMap { $0.count == granted && $0.gateway == gateway ? nil : $0 }
        return .granted(granted, replaced: replaced)
    }

    mutating func end(_ session: DeviceSession, at gateway: PeerNumber) {
        guard isCurrent(session, at: gateway) else { return }
        held[session.device] = nil
        notReady[session.device] = nil
    }

    mutating func end(allAt gateway: PeerNumber) { end { _, held in held.gateway == gateway } }

    /// Ends the sessions of the selected devices.
    /// - Returns: what they were, in the order of their counts.
    @discardableResult
    mutating func end(where isMeant: (Device, Held) -> Bool) -> [(session: DeviceSession, gateway: PeerNumber)] {
        let ended = held.filter { isMeant($0.key, $0.value) }
        for device in ended.keys {
            held[device] = nil
            notReady[device] = nil
        }
        return ended.map { (DeviceSession(device: $0, count: $1.count), $1.gateway) }
            .sorted { $0.session.count < $1.session.count }
    }
}
