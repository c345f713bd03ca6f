import RelayDomain
import RelayTerminal
import RelayTesting
import Router

/// A whole relay in one process: every core, and a model of disks, network and clocks. One seed determines all of it,
/// in virtual time: planned events happen, the soonest first.
public final class SimWorld {
    /// How long after the faults, or after the decision to ask the destination, everything has to be final.
    public static let bound = Duration.seconds(90)
    /// Cases that may take longer: a cashier who enters the amount late (45 s), a customer who is asked (120 s, and 60
    /// s unknown), and the next inquiry about a reversal that was contradicted several times.
    static let exceptionalBound = Duration.seconds(400)
    /// For how long everything has to have been final or marked before a world ends: longer than any answer takes.
    private static let quiet = Duration.seconds(30)

    /// How long a terminal may take to learn that a scan is final: it notices a dead connection after 60 s, waits up to
    /// 30 s before it reconnects, and asks then.
    private static let hearing = Duration.seconds(120)

    /// Every third world's routers have very small bounds that its peers exceed, because no peer sends a thousand
    /// messages about one transaction in a simulated minute.
    static let narrow = {
        var bounds = RouterCore.Bounds()
        bounds.wordsMax = 40
        bounds.waitMax = .seconds(3)
        bounds.reopenedMax = 0
        return bounds
    }()

    public let seed: UInt64
    /// Whether the routers' bounds are narrow, and adapters send far too many answers at times.
    let isNarrow: Bool
    public private(set) var story: Story
    public let tally = Tally()
    var random: SeededGenerator
    private(set) var now = Moment.start
    private var queue = EventQueue()

    private(set) var weather: Weather!
    private(set) var network: SimNetwork!
    private(set) var properties: Properties!
    let shop: SimShop
    var wallClock = WallClock()
    var relayTime = RelayTimes()
    private(set) var disks: [SimDisk] = []
    private(set) var routers: [SimRouter] = []
    private(set) var ingresses: [SimIngress] = []
    private(set) var gateways: [SimGateway] = []
    private(set) var adapters: [SimAdapter] = []
    private(set) var intruder: SimIntruder!
    private(set) var destination: SimDestination!
    private(set) var terminals: [SimTerminal] = []
    private(set) var tills: [SimTill] = []
    private var phones: [SimPhone] = []
    /// Since when everything is final or marked, without faults.
    private var finalSince: Moment?
    private var pricesMade: Int64 = 0

    /// - Parameter isTold: whether ``story`` is recorded.
    public init(seed: UInt64, _ length: Weather.Length = .full, isTold: Bool = false) {
        self.seed = seed
        isNarrow = seed.isMultiple(of: 3)
        random = SeededGenerator(seed: seed)
        story = Story(isTold: isTold)
        shop = SimShop(alone: 9, paired: 3)
        weather = Weather(length, in: self)
        network = SimNetwork(in: self)
        properties = Properties(tally: tally) { [unowned self] in tell("judge", $0) }
        let journals = chance(0.6) ? 1 : pick([2, 4])
        if chance(0.15) { wallClock.set(wrongBy: pick(WallClock.steps), at: now) }
        disks = (0..<journals).map { SimDisk(journal: UInt8($0), of: journals, in: self) }
        routers = (0...journals).map { SimRouter("router \($0)", in: self) }
        ingresses = (0..<2).map { SimIngress("ingress \($0)", in: self) }
        gateways =
            (0..<2).map { SimGateway("terminal gateway \($0)", for: .terminal, in: self) }
            + (0..<2).map { SimGateway("POS gateway \($0)", for: .pos, in: self) }
        adapters = (0..<2).map { SimAdapter("adapter \($0)", in: self) }
        intruder = SimIntruder("intruder", in: self)
        destination = SimDestination("destination", in: self)
        terminals = (shop.alone + shop.paired.map(\.terminal)).map { SimTerminal($0, in: self) }
        tills = shop.paired.map { SimTill($0.pos, in: self) }
        phones = (0..<8).map { SimPhone(SimShop.phoneName($0), in: self) }
    }

    var bounds: RouterCore.Bounds { isNarrow ? Self.narrow : RouterCore.Bounds() }

    /// The services other than routers.
    var services: [SimProcess] { ingresses + gateways + adapters }
    var devices: [SimProcess] { terminals + tills }

    /// All but the destination, which starts before them.
    private var processes: [SimProcess] {
        let relay: [SimProcess] = routers + services
        let people: [SimProcess] = devices + phones
        return relay + people + [intruder]
    }

    /// Whether it is durable that a transaction's device has its command.
    func hasReceived(_ id: TransactionID) -> Bool {
        disks.contains { $0.journal == id.journal && $0.truth.events(of: id).contains(.deviceReceived) }
    }

    /// Every transaction that was ever accepted.
    var transactions: [Transaction] { disks.flatMap(\.transactions) }

    public var breaches: [Breach] { properties.breaches }
    public var accepted: Int { disks.reduce(0) { $0 + $1.truth.transactions.count } }

    // MARK: - Time

    func plan(at moment: Moment, by process: SimProcess? = nil, _ happen: @escaping () -> Void) {
        queue.plan(at: max(moment, now), by: process, happen)
    }

    func plan(after span: Duration, _ happen: @escaping () -> Void) { plan(at: now + span, happen) }

    /// Runs until everything is final or past its bound, or a property is broken.
    public func run() {
        destination.start()
        for member in SimShop.members { destination.open(member) }
        for process in processes { process.start() }
        weather.begin()
        let end = Moment.start + weather.storm
        plan(at: end) { [self] in lookAround() }
        pass(until: end + Self.bound)
        judgeBounds()
        if !unfinished.isEmpty || !knowsScans { pass(until: end + Self.exceptionalBound) }
        if breaches.isEmpty {
            for till in tills { till.pressEnter() }
            let sendings = tills.reduce(into: [:]) { all, till in all.merge(till.sendings) { first, _ in first } }
            properties.judge(transactions, sendings: sendings)
        }
        dismantle()
    }

    private func pass(until limit: Moment) {
        while breaches.isEmpty, !isQuiet, let event = queue.next(until: limit) {
            now = event.at
            if let process = event.process {
                guard process.life == event.life else { continue }
                if let heldUp = process.heldUp, now < heldUp.until {
                    queue.postpone(event, to: heldUp.until)
                    continue
                }
            }
            story.step(at: now, life: event.life)
            event.happen()
        }
        now = max(now, limit)
    }

    private var isQuiet: Bool {
        guard let finalSince, finalSince + Self.quiet <= now else { return false }
        return knowsScans || finalSince + Self.quiet + Self.hearing <= now
    }

    /// Whether each terminal has been told the outcomes of its scans.
    private var knowsScans: Bool { terminals.allSatisfy(\.core.openScans.isEmpty) }

    private func lookAround() {
        finalSince = disks.contains(where: \.hasOpenTransactions) ? nil : finalSince ?? now
        plan(after: .seconds(5)) { [self] in lookAround() }
    }

    private var unfinished: [Transaction] { transactions.filter(\.isOpen) }

    private func judgeBounds() {
        guard breaches.isEmpty else { return }
        for transaction in unfinished where transaction.reconciliation.isEmpty {
            let passage = transaction.passage
            let isCustomers = passage.entered.pendingCustomer != nil
            let isDoubted = passage.state == .reversing || passage.isReopened
            let decidedAt = passage.entered.authorizing ?? transaction.acceptedAt
            let isLate = decidedAt + Self.bound > relayTime.earliest(in: transaction.id.journal, at: now)
            if !isCustomers && !isDoubted && !isLate {
                properties.breach(.finalInTime, "\(transaction.id.short) is still \(passage.state.name)")
            }
        }
    }

    /// Breaks the reference cycles.
    private func dismantle() {
        queue.removeAll()
        for gateway in gateways {
            for (note, count) in gateway.notes { tally.count("gateway \(note.rawValue)", times: count) }
        }
        let all: [SimProcess] = processes + [destination]
        for process in all {
            for wire in process.wires { wire.dismantle() }
            process.wires = []
            process.forget()
        }
    }

    /// A router has taken over a journal: processes that need routers find it.
    func serving(_ router: SimRouter) {
        for ingress in ingresses { ingress.links.find(router) }
        for gateway in gateways { gateway.links.find(router) }
        for adapter in adapters { adapter.links.find(router) }
        intruder.find(router)
    }

    /// An amount that is unique in this world. Its last four digits select the sandbox's faults.
    func price(_ operation: Operation, ending: Int64) -> Amount {
        pricesMade += 1
        return Amount(minorUnits: pricesMade * 10_000 + ending, unit: SimShop.unit(of: operation))!
    }

    // MARK: - Chance

    func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }

    /// A random span within so many milliseconds.
    func span(_ milliseconds: ClosedRange<Int64>) -> Duration {
        .milliseconds(Int64.random(in: milliseconds, using: &random))
    }

    func pick<Element>(_ elements: [Element]) -> Element { elements[Int.random(in: elements.indices, using: &random)] }

    // MARK: - Words

    func tell(_ who: String, _ what: @autoclosure () -> String) {
        if story.isTold { story.tell(now, who, what()) }
    }

    /// A reading of a monotonic clock in the form that some cores need.
    func steady(_ reading: Duration) -> ContinuousClock.Instant { Self.origin + reading }
    func reading(_ instant: ContinuousClock.Instant) -> Duration { instant - Self.origin }

    private static let origin = ContinuousClock.now
}
