import RelayDomain

/// A connection between two processes. What one end sends arrives in order while the wire is open, except on the bus
/// during faults; messages on their way when it breaks are lost. Each end notices a break after some time.
final class SimWire {
    enum Kind {
        /// Between services: messages may be lost at a high-water mark, repeated and overtaken.
        case bus
        /// Between a device and its gateway: a stream of bytes.
        case stream
    }

    let number: UInt64
    let kind: Kind
    private unowned let world: SimWorld
    private let ends: [SimProcess]
    private let lives: [UInt64]
    private var brokenAt: Moment?
    private var believesOpen = [true, true]
    private var lastArrival = [Moment.start, .start]
    private var lost: [(() -> Void)?] = [nil, nil]
    /// Whether the client has had the server's first message.
    var isGreeted = false

    init(_ number: UInt64, _ kind: Kind, from client: SimProcess, to server: SimProcess, in world: SimWorld) {
        self.number = number
        self.kind = kind
        self.world = world
        ends = [client, server]
        lives = [client.life, server.life]
        client.wires.append(self)
        server.wires.append(self)
    }

    /// Whether an end takes it for open.
    func isOpen(for end: SimProcess) -> Bool { believesOpen[index(end)] && lives[index(end)] == end.life }

    /// Calls an end, once, when it notices that the wire is broken.
    func whenLost(_ end: SimProcess, _ hear: @escaping () -> Void) { lost[index(end)] = hear }

    /// - Parameters:
    ///   - surely: a first message, without which the wire would not be open.
    ///   - once: a request: its refusal is final, and a connection of the bus delivers nothing twice.
    func send(
        from sender: SimProcess, surely: Bool = false, once: Bool = false, _ arrive: @escaping () -> Void
    ) {
        let side = 1 - index(sender)
        guard brokenAt == nil else { return }
        let fate = surely ? SimNetwork.Fate(delay: world.network.delay()) : world.network.fate(on: kind)
        guard !fate.isLost else { return }
        var arrival = world.now + fate.delay
        if !fate.overtakes {
            arrival = max(arrival, lastArrival[side])
            lastArrival[side] = arrival
        }
        deliver(at: arrival, to: side, arrive)
        if !once, let again = fate.repeatedAfter { deliver(at: arrival + again, to: side, arrive) }
    }

    /// A message that arrived before the break is read, even if only later.
    private func deliver(at arrival: Moment, to side: Int, _ arrive: @escaping () -> Void) {
        guard ends[side].life == lives[side] else { return }
        ends[side].at(arrival) { [self] in
            guard believesOpen[side], brokenAt.map({ arrival < $0 }) ?? true else { return }
            arrive()
        }
    }

    /// Breaks; each end notices it after some time.
    func cut() {
        for side in 0...1 { notice(side, after: world.chance(0.7) ? world.span(0...50) : world.span(500...4_000)) }
    }

    /// One end closes it; the other notices it soon.
    func close(by end: SimProcess) {
        believesOpen[index(end)] = false
        lost[index(end)] = nil
        end.wires.removeAll { $0 === self }
        notice(1 - index(end), after: world.network.delay())
    }

    /// The other end notices at once, or, if the whole machine died, when beats are missing.
    func broken(byDeathOf end: SimProcess) {
        let isSilent = world.weather.isStormy && world.chance(0.15)
        notice(1 - index(end), after: isSilent ? world.span(3_000...4_000) : world.network.delay())
    }

    private func notice(_ side: Int, after span: Duration) {
        brokenAt = brokenAt ?? world.now
        guard ends[side].life == lives[side], believesOpen[side] else { return }
        ends[side].after(span) { [self] in
            guard believesOpen[side] else { return }
            believesOpen[side] = false
            ends[side].wires.removeAll { $0 === self }
            let hear = lost[side]
            lost[side] = nil
            hear?()
        }
    }

    /// Releases everything, at the end of the world.
    func dismantle() { lost = [nil, nil] }

    private func index(_ end: SimProcess) -> Int { end === ends[0] ? 0 : 1 }
}
