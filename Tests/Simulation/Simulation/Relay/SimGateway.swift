import DeviceEdge
import DeviceProtocol
import RelayDomain

/// A gateway of one kind of devices, between their wires and the routers.
final class SimGateway: SimProcess {
    let kind: DeviceKind
    private var core: GatewayCore
    private var connections: [ConnectionID: Connection] = [:]
    private var connectionsMade: UInt64 = 0
    private var routerLinks: [UInt64: (own: RouterLink, link: RouterLinks.Link)] = [:]
    private var linksMade: UInt64 = 0
    /// Its counters, over all restarts.
    private(set) var notes: [GatewayNote: Int] = [:]
    private(set) lazy var links = RouterLinks(
        of: self, at: .devices, as: kind == .terminal ? .terminalGateway : .posGateway)

    private struct Connection {
        let wire: SimWire
        let device: any GatewayClient
    }

    init(_ name: String, for kind: DeviceKind, in world: SimWorld) {
        self.kind = kind
        core = GatewayCore(for: kind, sealer: kind == .terminal ? SimSealer() : nil)
        super.init(name, in: world)
    }

    override func begin() {
        links.opened = { [unowned self] link in
            linksMade += 1
            let own = RouterLink(number: linksMade, journal: link.welcome.journal)
            routerLinks[own.number] = (own, link)
            step(.linkOpened(own, journals: link.welcome.journals, ahead: ahead(link)))
        }
        links.lost = { [unowned self] link in
            guard let own = own(link) else { return }
            routerLinks[own.number] = nil
            step(.linkLost(own))
        }
        links.heard = { [unowned self] output, link in
            if case .order(let order, _) = output, let own = own(link) { step(.ordered(order, on: own)) }
        }
        links.begin()
        passTime()
    }

    override func forget() {
        core = GatewayCore(for: kind, sealer: kind == .terminal ? SimSealer() : nil)
        (connections, routerLinks) = ([:], [:])
        links.forget()
    }

    private func passTime() {
        after(.seconds(1)) { [self] in
            step(.timePassed)
            passTime()
        }
    }

    /// Its own monotonic time.
    private var time: Instant { Instant(milliseconds: 0) + reading }

    private func ahead(_ link: RouterLinks.Link) -> Duration { links.routerTime(link) - time }

    private func own(_ link: RouterLinks.Link) -> RouterLink? {
        routerLinks.values.first { $0.link.wire === link.wire }?.own
    }

    // MARK: - Devices

    /// A device has connected.
    func accept(_ wire: SimWire, of device: any GatewayClient) {
        connectionsMade += 1
        let id = ConnectionID(connectionsMade)
        connections[id] = Connection(wire: wire, device: device)
        wire.whenLost(self) { [self] in
            connections[id] = nil
            step(.closed(id))
        }
        step(.opened(id))
        wire.send(from: self, surely: true) { [self] in device.connected(wire, to: self) }
    }

    func receive(_ bytes: [UInt8], on wire: SimWire) {
        guard let id = connections.first(where: { $0.value.wire === wire })?.key else { return }
        step(.received(id, bytes))
    }

    func pong(on wire: SimWire) {
        guard let id = connections.first(where: { $0.value.wire === wire })?.key else { return }
        step(.heard(id))
    }

    // MARK: - Steps

    private func step(_ input: GatewayInput) {
        for output in core.step([input], now: time, random: &world.random) {
            switch output {
            case .write(let id, let bytes):
                guard let connection = connections[id] else { continue }
                connection.wire.send(from: self) { connection.device.receive(bytes, on: connection.wire) }
            case .ping(let id):
                guard let connection = connections[id] else { continue }
                connection.wire.send(from: self) { [self] in
                    connection.device.pinged(on: connection.wire)
                    connection.wire.send(from: connection.device) { [self] in pong(on: connection.wire) }
                }
            case .close(let id, let reason):
                guard let connection = connections.removeValue(forKey: id) else { continue }
                // What was written first is read first.
                connection.wire.send(from: self) { connection.device.closed(reason, on: connection.wire) }
                after(.milliseconds(5)) { [self] in
                    if connection.wire.isOpen(for: self) { connection.wire.close(by: self) }
                }
                connection.wire.whenLost(self) {}
            case .request(let id, let message, let own, let limit): request(id, message, own, limit)
            case .tell(let message, let own):
                guard let link = routerLinks[own.number]?.link else { continue }
                links.send({ .gateway(message, from: $0, .init($1, correlation: 0)) }, on: link)
            case .note(let note): notes[note, default: 0] += 1
            case .log: break
            }
        }
    }

    private func request(_ id: RequestID, _ message: GatewayMessage, _ own: RouterLink, _ limit: Duration) {
        guard let link = routerLinks[own.number]?.link, links.link(to: own.journal)?.wire === link.wire else {
            return after(.zero) { [self] in step(.answered(id, .linkLost)) }
        }
        links.request({ .gateway(message, from: $0, $1) }, on: link, within: limit) { [self] end in
            switch end {
            case .answered(.order(let order, _)): step(.answered(id, .replied(order)))
            case .answered: step(.answered(id, .unreadable))
            case .linkLost: step(.answered(id, .linkLost))
            case .noReply: step(.answered(id, .noReply))
            }
        }
    }
}

/// The device's end of a connection to a gateway.
protocol GatewayClient: SimProcess {
    func connected(_ wire: SimWire, to gateway: SimGateway)
    func receive(_ bytes: [UInt8], on wire: SimWire)
    func pinged(on wire: SimWire)
    func closed(_ reason: CloseReason, on wire: SimWire)
}
