import RelayDomain

/// Which faults occur, how often, and for how long: drawn from the seed, from few to many. Then they stop.
public final class Weather {
    /// How long faults last.
    public enum Length: Sendable {
        case full
        /// For tests in a debug build.
        case brief

        var storm: ClosedRange<Int64> {
            switch self {
            case .full: 30_000...90_000
            case .brief: 6_000...14_000
            }
        }
    }

    private unowned let world: SimWorld
    private(set) var isStormy = true
    let storm: Duration
    /// How often messages come late, never, twice, or before others.
    let slow: Double
    let loss: Double
    let repetition: Double
    let overtaking: Double
    /// The average time from one fault to the next.
    private let accidents: Duration
    /// The longest pause of a phone's owner, in milliseconds.
    let pause: Int64
    let faultyPrices: Double

    init(_ length: Length, in world: SimWorld) {
        self.world = world
        let badness = world.chance(0.1) ? 0 : Double.random(in: 0.1...1, using: &world.random)
        storm = world.span(length.storm)
        slow = 0.01 * badness
        loss = 0.01 * badness
        repetition = 0.02 * badness
        overtaking = 0.02 * badness
        accidents = badness == 0 ? .seconds(10_000) : .milliseconds(Int64(2_500 / badness))
        pause = world.pick([300, 800, 2_000])
        faultyPrices = world.chance(0.3) ? 0 : 0.35
    }

    func begin() {
        world.plan(after: storm) { [self] in clear() }
        world.plan(after: world.span(500...20_000)) { [self] in correctWallClock() }  // It may begin wrong.
        nextAccident()
    }

    private func nextAccident() {
        let span = Duration.microseconds(Int64.random(in: 0...2 * accidents.microseconds, using: &world.random))
        world.plan(after: span) { [self] in
            guard isStormy else { return }
            strike()
            nextAccident()
        }
    }

    private func strike() {
        let disk = world.pick(world.disks)
        switch Int.random(in: 0..<100, using: &world.random) {
        case 0..<18: world.pick(world.routers).kill()
        case 18..<20: losePower(disk)
        case 20..<37: world.pick(world.services).kill()
        case 37..<48: world.pick(world.devices).kill()
        case 48..<56: world.pick(world.routers).holdUp(for: world.span(50...9_000))
        case 56..<61: world.pick(world.services).holdUp(for: world.span(50...9_000))
        case 61..<64: world.pick(world.adapters).hang(for: world.span(5_000...40_000))
        case 64..<69: world.pick(world.devices).holdUp(for: world.span(50...20_000))
        case 69..<74: cutWire()
        case 74..<78: part()
        case 78..<81: fillIndex(of: disk)
        case 81..<84: disk.mood = .fails
        case 84..<87: disk.mood = .doesNotReport
        case 87..<89: disk.mood = .isFull(until: world.now + world.span(500...4_000))
        case 89..<91: disk.mood = .stalls
        case 91..<93: disk.mood = .killsItsWriter
        case 93..<94: losePower(disk)
        case 94..<95: setWallClock()
        case 95..<97: for adapter in world.adapters { adapter.kill() }
        default: world.destination.kill()
        }
    }

    /// The clock of the routers' machines is set wrong, and later set right again.
    private func setWallClock() {
        let step = world.pick(WallClock.steps)
        world.tell("weather", "the wall clock is wrong by \(step)")
        world.tally.count("wall clock set wrong")
        world.wallClock.set(wrongBy: step, at: world.now)
        if world.chance(0.5) { for router in world.routers { router.kill() } }  // Restarted with the wrong time.
        world.plan(after: world.span(500...20_000)) { [self] in correctWallClock() }
    }

    private func correctWallClock() {
        guard world.wallClock.wrongBy != .zero else { return }
        world.tell("weather", "the wall clock is right again")
        world.wallClock.set(wrongBy: .zero, at: world.now)
    }

    private func cutWire() {
        let process = world.pick(world.services + world.devices)
        guard !process.wires.isEmpty else { return }
        world.tell("weather", "a wire of \(process.name) breaks")
        world.pick(process.wires).cut()
    }

    /// Two processes cannot reach each other for a while.
    private func part() {
        let one = world.pick(world.services + world.devices)
        let others: [SimProcess] = world.routers + world.gateways + [world.destination]
        let other = world.pick(others)
        let pair = SimNetwork.Pair(one, other)
        guard one !== other, world.network.parted.insert(pair).inserted else { return }
        world.tell("weather", "\(one.name) and \(other.name) are parted")
        for wire in one.wires where other.wires.contains(where: { $0 === wire }) { wire.cut() }
        world.plan(after: world.span(500...8_000)) { [self] in _ = world.network.parted.remove(pair) }
    }

    /// The power of a journal's machine fails, now or amid the next commit.
    private func losePower(_ disk: SimDisk) {
        if world.chance(0.3) { disk.losePower() } else { disk.mood = .losesPower }
    }

    /// The index's disk is full for a while; the log's is not.
    private func fillIndex(of disk: SimDisk) {
        disk.isIndexFull = true
        world.plan(after: world.span(2_000...15_000)) { disk.isIndexFull = false }
    }

    private func clear() {
        isStormy = false
        world.tell("weather", "the storm is over")
        correctWallClock()
        for disk in world.disks { (disk.mood, disk.isIndexFull) = (.well, false) }
    }
}
