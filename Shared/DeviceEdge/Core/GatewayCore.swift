import DeviceProtocol
import RelayDomain

/// Everything a gateway decides: which device has a session here, what is sent to which router, and which device gets
/// the answer.
///
/// **How a call passes.** A text frame comes in as ``GatewayInput/received(_:_:)``; the connection's
/// ``GatewaySessionStateMachine`` reads it; a call becomes a request on the link to the router of the device's journal;
/// the router's answer becomes the device's `[3]` or `[4]`. The gateway itself acknowledges and stores nothing: a call
/// whose link is lost is answered `relayLost`, and the device repeats it.
///
/// **Sessions.** The router decides which of a device's sessions is the newest. At this gateway a newer session closes
/// the older one; a router's `sessionReplaced` closes a session that is older than one at another gateway. When a link
/// is lost and another opens, all sessions of that journal are claimed again with their connection counts, and no
/// device notices.
///
/// `now` is the gateway's own time, which never jumps. Devices and routers get router time: `now` plus the difference
/// of the journal's router.
public struct GatewayCore: Sendable {
    let limits: GatewayLimits
    let sealer: (any ScanSealer)?
    private let kind: DeviceKind
    /// Where phones reach the relay: the beginning of the tags' contents, without a slash at its end.
    let publicURL: String

    var connections: [ConnectionID: GatewayConnection] = [:]
    /// The connection that holds each device's session.
    var holders: [Device: ConnectionID] = [:]
    var routes: [UInt8: JournalRoute] = [:]
    /// How many journals there are; nil before the first welcome.
    var journals: Int?
    /// The tables that a router sent last; nil before the first.
    var tables: GatewayTables?
    var requests: [RequestID: Request] = [:]
    var requestsMade: UInt64 = 0
    /// Calls that wait for their answer, at most ``GatewayLimits/callsMax``.
    var callsOpen = 0
    private(set) var isStopping = false
    private(set) var now = Instant(milliseconds: 0)
    /// The time of the previous step; nil before the first.
    private var lookedAt: Instant?
    private var outputs: [GatewayOutput] = []

    /// What a request to a router was about.
    enum Request: Hashable, Sendable {
        case claim(ConnectionID, on: RouterLink)
        case call(ConnectionID, CallID)
    }

    /// - Parameters:
    ///   - kind: the devices that this gateway is for.
    ///   - sealer: nil at a POS gateway, which has no key.
    ///   - publicURL: where phones reach the relay.
    public init(
        for kind: DeviceKind, sealer: (any ScanSealer)? = nil, publicURL: String = "http://127.0.0.1:7780",
        limits: GatewayLimits = GatewayLimits()
    ) {
        self.kind = kind
        self.sealer = sealer
        self.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
        self.limits = limits
    }

    /// How many devices are connected, and how many of them have a session.
    public var counts: (connections: Int, sessions: Int) { (connections.count, holders.count) }

    /// Whether a router has granted the connection's device a session.
    func hasSession(_ id: ConnectionID) -> Bool { connections[id]?.granted != nil }

    /// The journals without a link, in order; nil before the first welcome.
    public var journalsMissing: [UInt8]? {
        journals.map { count in (0..<UInt8(clamping: count)).filter { routes[$0]?.link == nil } }
    }

    /// One turn over what arrived together. `random` makes nonces: outside of tests it is the system's generator.
    public mutating func step(
        _ inputs: [GatewayInput], now: Instant, random: inout some RandomNumberGenerator
    ) -> [GatewayOutput] {
        self.now = now
        for input in inputs { apply(input, random: &random) }
        var made: [GatewayOutput] = []
        swap(&made, &outputs)
        return made
    }

    private mutating func apply(_ input: GatewayInput, random: inout some RandomNumberGenerator) {
        switch input {
        case .opened(let id): open(id)
        case .received(let id, let bytes):
            if let results = connections[id]?.session.receive(bytes, now: now, random: &random) {
                carryOut(results, of: id)
            }
        case .heard(let id): connections[id]?.session.heard()
        case .closed(let id): forget(id)
        case .linkOpened(let link, let journals, let ahead): linkOpened(link, journals: Int(journals), ahead: ahead)
        case .linkLost(let link): linkLost(link)
        case .routerTime(let link, let ahead): routerTime(link, ahead: ahead)
        case .answered(let request, let end): answered(request, end)
        case .ordered(let order, let link): carryOut(order, on: link)
        case .timePassed: timePassed()
        case .stopping: stop()
        }
    }

    // MARK: - Connections

    private mutating func open(_ id: ConnectionID) {
        connections[id] = GatewayConnection(session: GatewaySessionStateMachine(for: kind, now: now))
        if isStopping { close(id, .goingAway) }
    }

    /// Does what a connection's state machine decided.
    mutating func carryOut(_ results: [GatewaySessionStateMachine.Output], of id: ConnectionID) {
        for result in results {
            switch result {
            case .send(let bytes): put(.write(id, bytes))
            case .ping: put(.ping(id))
            case .claim(let device): claim(for: device, by: id)
            case .call(let call, let content): forward(content, as: call, from: id)
            case .scan(let call, let scan): forward(scan, as: call, from: id)
            case .remark(let remark, let device): put(.log(remark, of: device))
            case .close(let reason):
                put(.close(id, reason))
                forget(id)
            }
        }
    }

    mutating func close(_ id: ConnectionID, _ reason: CloseReason) {
        carryOut(connections[id]?.session.close(reason) ?? [], of: id)
    }

    /// Removes a closed connection. Its router is told, if this was still the device's newest session.
    private mutating func forget(_ id: ConnectionID) {
        guard let connection = connections.removeValue(forKey: id), let granted = connection.granted,
            holders[granted.device] == id
        else { return }
        holders[granted.device] = nil
        guard case .held(_, let link) = connection.claim, routes[link.journal]?.link == link else { return }
        put(.tell(.sessionEnded(granted), on: link))
    }

    private mutating func timePassed() {
        if let lookedAt, now - lookedAt > limits.stall { giveTime() }
        lookedAt = now
        var due: [ConnectionID] = []
        var waitedEnough: [ConnectionID] = []
        for (id, connection) in connections {
            if let deadline = connection.session.deadline, deadline <= now { due.append(id) }
            if case .wanted(let since) = connection.claim, now - since >= limits.claimWait { waitedEnough.append(id) }
        }
        for id in due.sorted() { carryOut(connections[id]?.session.timePassed(now) ?? [], of: id) }
        for id in waitedEnough.sorted() { refuseClaim(of: id, Refused(.relayLost), .sessionWithoutRouter) }
    }

    /// This process was suspended, and frames that came meanwhile may be unread, so no device counts as silent.
    private mutating func giveTime() {
        let now = now
        for id in connections.keys { connections[id]?.session.giveTime(now) }
    }

    private mutating func stop() {
        isStopping = true
        for id in connections.keys.sorted() where connections[id]?.openCalls == 0 { close(id, .goingAway) }
    }

    // MARK: - Time and numbers

    mutating func put(_ output: GatewayOutput) { outputs.append(output) }

    /// The time of a journal's router, as far as it is known.
    func routerTime(of journal: UInt8?) -> Instant { now + (journal.flatMap { routes[$0]?.ahead } ?? .zero) }

    mutating func sendRequest(_ request: Request, _ message: GatewayMessage, on link: RouterLink) {
        requestsMade += 1
        let id = RequestID(requestsMade)
        requests[id] = request
        put(.request(id, message, on: link, within: limits.answer))
    }

    private mutating func answered(_ id: RequestID, _ end: RequestEnd) {
        switch requests.removeValue(forKey: id) {
        case .claim(let connection, let link): claimAnswered(connection, on: link, end)
        case .call(let connection, let call): callAnswered(connection, call, end)
        case nil: put(.note(.orderOutOfTurn))
        }
    }
}
