import RelayDomain
import Router

/// A service's links to all active routers, as `LinkClient` keeps them: reconnected when lost, one in use per journal,
/// and each request ends exactly once: answered, lost or timed out.
final class RouterLinks {
    /// Where a router meets its peers.
    enum End { case requests, devices, destinations }

    struct Welcome {
        let journal: UInt8
        let journals: UInt8
        let term: UInt64
        let time: Instant
    }

    struct Link {
        let router: SimRouter
        let wire: SimWire
        let welcome: Welcome
        /// The router's time minus the client's reading, as estimated.
        let ahead: Duration
    }

    /// How one request ended.
    enum RequestEnd {
        case answered(RouterOutput)
        case linkLost
        case noReply
    }

    private struct Request {
        let wire: UInt64
        let end: (RequestEnd) -> Void
    }

    private unowned let owner: SimProcess
    let end: End
    /// Who the routers take the service for.
    let caller: Caller
    private var links: [Link] = []
    /// The highest term that a router of each journal has welcomed it with.
    private var terms: [UInt8: UInt64] = [:]
    /// Routers that are being searched.
    private var seeking: Set<String> = []
    private var requests: [UInt64: Request] = [:]
    private var requestsMade: UInt64 = 0

    var opened: (Link) -> Void = { _ in }
    var lost: (Link) -> Void = { _ in }
    /// Called with messages that answer no open request.
    var heard: (RouterOutput, Link) -> Void = { _, _ in }

    init(of owner: SimProcess, at end: End, as role: PeerRole) {
        self.owner = owner
        self.end = end
        caller = Caller(role, .said(name: owner.name))
    }

    /// The owner has started.
    func begin() {
        for router in owner.world.routers where router.isServing { find(router) }
    }

    func forget() { (links, terms, requests, seeking) = ([], [:], [:], []) }

    /// A router is active: it is found after some time.
    func find(_ router: SimRouter) {
        guard owner.isUp, seeking.insert(router.name).inserted else { return }
        owner.after(owner.world.span(1...(owner.world.now == .start ? 5 : 1_000))) { [self] in seek(router) }
    }

    private func seek(_ router: SimRouter) {
        guard router.isServing else {
            seeking.remove(router.name)
            return
        }
        owner.world.network.connect(
            owner, to: router, .bus,
            accepted: { [self] wire in router.accept(wire, of: self) },
            failed: { [self] in owner.after(owner.world.span(100...500)) { [self] in seek(router) } })
    }

    func welcomed(_ router: SimRouter, _ wire: SimWire, _ welcome: Welcome) {
        wire.isGreeted = true
        seeking.remove(router.name)
        let (known, present) = (terms[welcome.journal] ?? 0, self.link(to: welcome.journal))
        // Of two routers that claim one journal the one with the higher term is used, also when it cannot be reached;
        // the other is not tried for a while.
        guard welcome.term > known || welcome.term == known && present == nil else {
            if welcome.term < known { owner.world.tally.count("router of an earlier term refused") }
            wire.close(by: owner)
            if present?.router !== router { owner.after(.seconds(5)) { [self] in find(router) } }
            return
        }
        terms[welcome.journal] = welcome.term
        if let present {
            present.wire.close(by: owner)
            lose(present)
        }
        let link = Link(
            router: router, wire: wire, welcome: welcome, ahead: (welcome.time - SimClock.epoch) - owner.reading)
        links.append(link)
        owner.tell("is linked to \(router.name), journal \(welcome.journal), term \(welcome.term)")
        wire.whenLost(owner) { [self] in lose(link) }
        opened(link)
    }

    private func lose(_ link: Link) {
        owner.tell("has lost its link to \(link.router.name)")
        links.removeAll { $0.wire === link.wire }
        let forsaken = requests.filter { $0.value.wire == link.wire.number }.keys.sorted()
        for number in forsaken { requests.removeValue(forKey: number)?.end(.linkLost) }
        lost(link)
        find(link.router)
    }

    // MARK: - Words

    /// The link to a journal's newest router.
    func link(to journal: UInt8) -> Link? {
        links.filter { $0.welcome.journal == journal }.max { $0.welcome.term < $1.welcome.term }
    }

    func link(on wire: SimWire) -> Link? { links.first { $0.wire === wire } }

    /// The estimated time of a link's router.
    func routerTime(_ link: Link) -> Instant { SimClock.epoch + owner.reading + link.ahead }

    func send(_ input: (Caller, PeerNumber) -> RouterInput, on link: Link, surely: Bool = false) {
        let input = input(caller, PeerNumber(link.wire.number))
        link.wire.send(from: owner, surely: surely) { link.router.receive(input) }
    }

    func request(
        _ input: (Caller, ReturnAddress) -> RouterInput, on link: Link, within limit: Duration,
        end: @escaping (RequestEnd) -> Void
    ) {
        requestsMade += 1
        let number = requestsMade
        requests[number] = Request(wire: link.wire.number, end: end)
        let input = input(caller, ReturnAddress(PeerNumber(link.wire.number), correlation: number))
        // What nobody waits for any more is not passed on.
        let limitReached = owner.world.now + limit
        link.wire.send(from: owner, once: true) {
            if link.router.world.now < limitReached { link.router.receive(input) }
        }
        owner.after(limit) { [self] in requests.removeValue(forKey: number)?.end(.noReply) }
    }

    func routerSent(_ output: RouterOutput, on wire: SimWire) {
        guard let link = link(on: wire) else { return }
        if let correlation = output.correlation, let request = requests.removeValue(forKey: correlation) {
            request.end(.answered(output))
        } else {
            heard(output, link)
        }
    }
}

extension RouterOutput {
    /// The request that it answers; nil: none.
    fileprivate var correlation: UInt64? {
        switch self {
        case .reply(_, let address), .order(_, let address): address.correlation == 0 ? nil : address.correlation
        case .authorize, .orderAdapter, .writeRegistry, .tellPast, .answered, .count, .notPermitted: nil
        }
    }
}
