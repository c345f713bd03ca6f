import DeviceProtocol
import RelayDomain
import Testing

@testable import DeviceEdge

/// Devices come and go, calls and answers cross, routers are lost and taken over, in any order that a seed makes.
@Suite(.timeLimit(.minutes(2))) struct GatewayWorldTests {
    @Test(arguments: 0..<100 as Range<UInt64>)
    func whateverHappensEachCallEndsOnceAndAllAgreeInTheEnd(seed: UInt64) {
        var world = GatewayWorld(seed: seed)
        for _ in 0..<400 { world.turn() }
        world.settle()
        #expect(world.faults == [], "seed \(seed)")
        // Every device that is connected has one session, and its router knows exactly this one.
        for journal in world.routers.keys {
            let here = world.core.holders.filter { world.core.connections[$0.value]?.journal == journal }
            let granted = here.compactMapValues { world.core.connections[$0]?.granted?.count }
            #expect(granted == world.routers[journal]?.sessions, "seed \(seed)")
        }
        #expect(world.core.requests.isEmpty && world.core.callsOpen == 0, "seed \(seed)")
        #expect(world.core.connections.count == world.core.holders.count, "seed \(seed)")
    }

    @Test func theWorldReachesTheRareStates() {
        var notes: [GatewayNote: Int] = [:]
        var closed: Set<CloseReason> = []
        for seed in 0..<30 as Range<UInt64> {
            var world = GatewayWorld(seed: seed)
            for _ in 0..<400 { world.turn() }
            world.settle()
            notes.merge(world.notes, uniquingKeysWith: +)
            closed.formUnion(world.closed.values)
        }
        let rare: [GatewayNote] = [
            .sessionReclaimed, .callRelayLost, .callOverloaded, .callAnswered, .orderStale, .commandDelivered,
            .sessionWithoutRouter,
        ]
        for note in rare { #expect(notes[note, default: 0] > 0, "\(note)") }
        #expect(closed.isSuperset(of: [.replaced, .refused, .silent]))
    }
}

/// A gateway's core between devices and the routers of two journals, all of them moody.
struct GatewayWorld {
    /// A router as far as sessions go.
    struct Router {
        var term: UInt64 = 0
        var numbers: UInt64 = 0
        var link: RouterLink?
        var sessions: [Device: ConnectionCount] = [:]
        /// On their way to the router, in order; a question has an ID.
        var inbound: [(RequestID?, GatewayMessage)] = []
        /// On their way back.
        var outbound: [GatewayInput] = []
    }

    var core: GatewayCore
    var routers: [UInt8: Router] = [0: Router(), 1: Router()]
    var notes: [GatewayNote: Int] = [:]
    var closed: [ConnectionID: CloseReason] = [:]
    var faults: [String] = []
    private var now = Sample.now
    private var random: SeededRandom
    private var linksMade: UInt64 = 0
    private var connectionsMade: UInt64 = 0
    private var nextCall: Int64 = 1
    private var asked: [RequestID: RouterLink] = [:]
    /// Answers to questions whose link was gone.
    private var unasked: [GatewayInput] = []
    private var openCalls: [ConnectionID: Set<CallID>] = [:]
    private static let devices = (1...6).map(Sample.terminal)
    private static let limits = {
        var limits = GatewayLimits()
        (limits.callsMax, limits.claimsMax) = (4, 2)
        return limits
    }()

    init(seed: UInt64) {
        random = SeededRandom(state: seed)
        core = GatewayCore(for: .terminal, limits: Self.limits)
    }

    mutating func turn() {
        let isPause = Int.random(in: 0..<100, using: &random) == 0
        now = now + (isPause ? .seconds(30) : .milliseconds(Int64.random(in: 0...300, using: &random)))
        let journal = UInt8.random(in: 0...1, using: &random)
        switch Int.random(in: 0..<24, using: &random) {
        case 0...2: connect(Self.devices.randomElement(using: &random)!)
        case 3: if let id = anyConnection() { leave(id) }
        case 4...9: if let id = anyConnection() { call(id) }
        case 10...14: routerReads(journal)
        case 15...19: deliver(journal)
        case 20: if routers[journal]?.link == nil { open(journal) }
        case 21: if Bool.random(using: &random) { lose(journal) }
        case 22: command(journal)
        default: feed([.timePassed])
        }
        if core.callsOpen > Self.limits.callsMax { faults.append("too many calls") }
        for (journal, route) in core.routes where route.asked > Self.limits.claimsMax {
            faults.append("too many claims of journal \(journal)")
        }
    }

    /// Lets everything come to its end, with all routers there.
    mutating func settle() {
        for journal in [0, 1] as [UInt8] where routers[journal]?.link == nil { open(journal) }
        for _ in 0..<5_000 where routers.values.contains(where: { !$0.inbound.isEmpty || !$0.outbound.isEmpty }) {
            for journal in [0, 1] as [UInt8] {
                routerReads(journal)
                deliver(journal)
            }
        }
        // Devices that never asked for a session are done.
        for id in core.connections.keys.sorted() where core.connections[id]?.granted == nil { leave(id) }
        for (id, calls) in openCalls where closed[id] == nil && !calls.isEmpty {
            faults.append("\(id): calls without end")
        }
    }

    // MARK: - Devices

    private mutating func anyConnection() -> ConnectionID? {
        core.connections.keys.sorted().randomElement(using: &random)
    }

    private mutating func connect(_ device: Device) {
        connectionsMade += 1
        let id = ConnectionID(connectionsMade)
        feed([.opened(id)])
        send(.hello(device), id)
        if Int.random(in: 0..<10, using: &random) > 0 { send(.prove, id) }
    }

    private mutating func call(_ id: ConnectionID) {
        guard core.connections[id]?.granted != nil else { return }
        send(.received(Sample.command, at: now), id)
    }

    private mutating func leave(_ id: ConnectionID) {
        closed[id] = .done
        feed([.closed(id)])
    }

    private mutating func send(_ request: DeviceRequest, _ id: ConnectionID) {
        let call = CallID(nextCall)!
        nextCall += 1
        if request.action == .received { openCalls[id, default: []].insert(call) }
        feed([.received(id, DeviceFrame.call(call, action: request.action.rawValue, request.body).bytes)])
    }

    // MARK: - Routers

    private mutating func open(_ journal: UInt8) {
        linksMade += 1
        routers[journal]?.term += Bool.random(using: &random) ? 1 : 0
        let link = RouterLink(number: linksMade, journal: journal)
        routers[journal]?.link = link
        routers[journal]?.outbound = [.linkOpened(link, journals: 2, ahead: .zero)]
    }

    /// What is on its way in both directions is lost; each question hears so.
    private mutating func lose(_ journal: UInt8) {
        guard let router = routers[journal], let link = router.link else { return }
        let known = router.outbound.contains { if case .linkOpened = $0 { true } else { false } }
        routers[journal]?.link = nil
        routers[journal]?.sessions = [:]
        routers[journal]?.inbound = []
        routers[journal]?.outbound = []
        // Questions that the router has read and answered are lost too.
        let unanswered = core.requests.keys.filter { asked[$0] == link }.sorted { $0.number < $1.number }
        let lost = unanswered.map { GatewayInput.answered($0, .linkLost) }
        feed((known ? [.linkOpened(link, journals: 2, ahead: .zero)] : []) + lost + [.linkLost(link)])
    }

    private mutating func routerReads(_ journal: UInt8) {
        guard var router = routers[journal], let link = router.link, !router.inbound.isEmpty else { return }
        let (request, message) = router.inbound.removeFirst()
        switch message {
        case .claim(let device, .unproven, let count, readiness: _):
            let former = router.sessions[device]
            if let count, let former, count < former {
                reply(.claimRefused(device, Refused(.notYours)), request, &router)
            } else {
                router.numbers += 1
                let granted = count ?? ConnectionCount(term: router.term, number: router.numbers)
                router.sessions[device] = granted
                if let former, former != granted {
                    let replaced = DeviceSession(device: device, count: former)
                    router.outbound.append(.ordered(.sessionReplaced(replaced), on: link))
                }
                reply(.claimed(DeviceSession(device: device, count: granted), Sample.counter), request, &router)
            }
        case .sessionEnded(let session):
            if router.sessions[session.device] == session.count { router.sessions[session.device] = nil }
        case .call(let session, _, _):
            let isCurrent = router.sessions[session.device] == session.count
            reply(.reply(isCurrent ? .proceed(Sample.command) : .refused(Refused(.notYours))), request, &router)
        }
        routers[journal] = router
    }

    private func reply(_ order: GatewayOrder, _ request: RequestID?, _ router: inout Router) {
        if let request { router.outbound.append(.answered(request, .replied(order))) }
    }

    private mutating func deliver(_ journal: UInt8) {
        guard let router = routers[journal], !router.outbound.isEmpty else { return }
        let count = Int.random(in: 1...router.outbound.count, using: &random)
        routers[journal]?.outbound.removeFirst(count)
        feed(Array(router.outbound.prefix(count)))
    }

    private mutating func command(_ journal: UInt8) {
        guard let router = routers[journal], let link = router.link,
            let device = router.sessions.keys.sorted(by: { "\($0)" < "\($1)" }).randomElement(using: &random),
            let count = router.sessions[device]
        else { return }
        let order = Sample.order(expiresAt: now + .seconds(30))
        routers[journal]?.outbound.append(
            .ordered(.command(DeviceSession(device: device, count: count), order), on: link))
    }

    // MARK: - The gateway

    private mutating func feed(_ inputs: [GatewayInput]) {
        step(inputs)
        while !unasked.isEmpty {
            let next = unasked
            unasked = []
            step(next)
        }
    }

    private mutating func step(_ inputs: [GatewayInput]) {
        for output in core.step(inputs, now: now, random: &random) {
            switch output {
            case .write(let id, let bytes):
                guard closed[id] == nil else { faults.append("a frame after the end"); continue }
                guard let frame = try? DeviceFrame(bytes) else { faults.append("no frame"); continue }
                answered(frame, id)
            case .close(let id, let reason):
                if closed.updateValue(reason, forKey: id) != nil { faults.append("closed twice") }
            case .request(let id, let message, let link, _): routerRequested(id, message, link)
            case .tell(let message, let link):
                if routers[link.journal]?.link == link { routers[link.journal]?.inbound.append((nil, message)) }
            case .note(let note): notes[note, default: 0] += 1
            case .ping, .log: break
            }
        }
    }

    private mutating func routerRequested(_ id: RequestID, _ message: GatewayMessage, _ link: RouterLink) {
        asked[id] = link
        if routers[link.journal]?.link == link {
            routers[link.journal]?.inbound.append((id, message))
        } else {
            unasked.append(.answered(id, .linkLost))
        }
    }

    private mutating func answered(_ frame: DeviceFrame, _ id: ConnectionID) {
        switch frame {
        case .result(let call, let body):
            if body["proceed"] != nil, openCalls[id]?.remove(call) == nil { faults.append("answered twice") }
        case .error(let call?, _): openCalls[id]?.remove(call)
        case .error(nil, _), .call: faults.append("a frame that no device expects")
        case .event: break
        }
    }
}
