import RelayDomain

/// Something that can be killed between any two of its steps, started again with an empty memory, and suspended.
///
/// All later steps of a process, and all messages to it, are planned through ``after(_:_:)``: so death and delay follow
/// one rule in ``SimWorld``, for all processes.
class SimProcess {
    unowned let world: SimWorld
    let name: String
    /// Grows with each start and each death.
    private(set) var life: UInt64 = 0
    private(set) var isUp = false
    private(set) var heldUp: (since: Moment, until: Moment)?
    private(set) var clock: SimClock
    var wires: [SimWire] = []

    init(_ name: String, in world: SimWorld) {
        self.name = name
        self.world = world
        clock = SimClock(offset: .zero, partsPerMillion: 0)
    }

    /// How far its clock may be ahead of the true time, in milliseconds. Large for clocks that only measure spans.
    var skew: ClosedRange<Int64> { 0...2_000_000 }

    // MARK: - Life

    final func start() {
        guard !isUp else { return }
        life += 1
        isUp = true
        clock = SimClock(
            offset: world.span(skew), partsPerMillion: Int64.random(in: -100...100, using: &world.random))
        tell("starts")
        begin()
    }

    /// Ends at once, without a message.
    final func kill(_ why: @autoclosure () -> String = "is killed") {
        guard isUp else { return }
        tell(why())
        life += 1
        isUp = false
        heldUp = nil
        for wire in wires { wire.broken(byDeathOf: self) }
        wires = []
        forget()
        world.plan(after: world.span(50...4_000)) { [self] in start() }
    }

    /// Does nothing for a while; inputs wait meanwhile.
    final func holdUp(for span: Duration) {
        guard isUp, heldUp == nil else { return }
        let until = world.now + span
        heldUp = (world.now, until)
        let life = life
        tell("is held up for \(span)")
        // Its beats are missing: linked processes drop the link.
        let patience = world.span(3_000...4_000)
        world.plan(after: patience) { [self] in
            guard self.life == life, world.now < until else { return }
            for wire in wires where wire.kind == .bus { wire.cut() }
        }
        world.plan(after: span) { [self] in
            guard self.life == life else { return }
            heldUp = nil
            tell("goes on")
        }
    }

    /// The process has started.
    func begin() {}

    /// The process is dead: its memory is lost.
    func forget() {}

    // MARK: - Time

    final func after(_ span: Duration, _ happen: @escaping () -> Void) {
        world.plan(at: world.now + span, by: self, happen)
    }

    final func at(_ moment: Moment, _ happen: @escaping () -> Void) {
        world.plan(at: max(moment, world.now), by: self, happen)
    }

    /// The reading of its own clock.
    final var reading: Duration { clock.reading(at: world.now) }

    final func tell(_ what: @autoclosure () -> String) { world.tell(name, what()) }
}

/// A process's timer. If it fires early, it is set again instead of being replaced each time.
final class SimAlarm {
    private unowned let owner: SimProcess
    private let ring: () -> Void
    private var set: (at: Moment, life: UInt64)?

    init(_ owner: SimProcess, _ ring: @escaping () -> Void) {
        self.owner = owner
        self.ring = ring
    }

    func set(_ moment: Moment?) {
        guard let moment else { return }
        if let set, set.life == owner.life, set.at <= moment { return }
        let life = owner.life
        set = (moment, life)
        owner.at(moment) { [self] in
            guard let set, set.at == moment, set.life == life else { return }
            self.set = nil
            ring()
        }
    }
}
