import RelayDomain

/// How messages are delivered: with a delay, and during faults perhaps never, more than once, or out of order.
final class SimNetwork {
    private unowned let world: SimWorld
    private var wiresMade: UInt64 = 0
    /// The pairs of processes that cannot reach each other, by name.
    var parted: Set<Pair> = []

    struct Pair: Hashable {
        private let names: Set<String>
        init(_ one: SimProcess, _ other: SimProcess) { names = [one.name, other.name] }
    }

    /// What happens to one message.
    struct Fate {
        var delay: Duration
        var isLost = false
        var repeatedAfter: Duration?
        var overtakes = false
    }

    init(in world: SimWorld) { self.world = world }

    func isParted(_ one: SimProcess, _ other: SimProcess) -> Bool {
        !parted.isEmpty && parted.contains(Pair(one, other))
    }

    /// From one process to another: mostly well below a millisecond, now and then seconds.
    func delay() -> Duration {
        let weather: Weather = world.weather
        if weather.isStormy, world.chance(weather.slow) { return world.span(50...3_000) }
        return .microseconds(Int64.random(in: 60...1_500, using: &world.random))
    }

    func fate(on kind: SimWire.Kind) -> Fate {
        var fate = Fate(delay: delay())
        guard kind == .bus, world.weather.isStormy else { return fate }
        let weather: Weather = world.weather
        if world.chance(weather.loss) {
            fate.isLost = true
            world.tally.count("message lost")
        } else if world.chance(weather.repetition) {
            fate.repeatedAfter = world.span(0...2_000)
            world.tally.count("message repeated")
        } else if world.chance(weather.overtaking) {
            fate.overtakes = true
            world.tally.count("message overtaken")
        }
        return fate
    }

    /// Connects a client with a server.
    /// - Parameters:
    ///   - accepted: called at the server, which then sends the first message.
    ///   - failed: called at the client: there is no server, or its first message did not come in time.
    func connect(
        _ client: SimProcess, to server: SimProcess, _ kind: SimWire.Kind, accepted: @escaping (SimWire) -> Void,
        failed: @escaping () -> Void
    ) {
        let delay = delay()
        let life = client.life
        world.plan(after: delay) { [self] in
            guard client.life == life else { return }
            guard server.isUp, !isParted(client, server) else { return client.after(delay, failed) }
            wiresMade += 1
            let wire = SimWire(wiresMade, kind, from: client, to: server, in: world)
            server.after(.zero) { accepted(wire) }
            client.after(.seconds(5)) {
                guard !wire.isGreeted else { return }
                if wire.isOpen(for: client) { wire.close(by: client) }
                failed()
            }
        }
    }

    enum AskFailure: Error {
        /// No byte was sent: there was no server to connect to.
        case refused
        /// No answer in time, or the connection broke.
        case silent
    }

    /// One request and its answer, over a connection of their own.
    /// - Parameter mayRepeat: whether something on the way may repeat the request by itself. The client does not learn
    ///   the result of that repeat: "refused" is about the first request only, and proves that nothing was sent.
    func request<Answer>(
        _ server: SimProcess, from client: SimProcess, limit: Duration, mayRepeat: Bool = false,
        serve: @escaping (_ respond: @escaping (Answer) -> Void) -> Void,
        answered: @escaping (Result<Answer, AskFailure>) -> Void
    ) {
        var isAnswered = false
        func answer(_ result: Result<Answer, AskFailure>, after delay: Duration) {
            client.after(delay) {
                guard !isAnswered else { return }
                isAnswered = true
                answered(result)
            }
        }
        func arrive(_ delay: Duration, isRepeat: Bool = false, again: Duration? = nil) {
            world.plan(after: delay) { [self] in
                guard server.isUp, !isParted(client, server) else {
                    return isRepeat ? () : answer(.failure(.refused), after: delay)
                }
                if let again { arrive(again, isRepeat: true) }
                server.after(.zero) {
                    serve { [self] word in
                        let fate = self.fate(on: .bus)
                        if !fate.isLost { answer(.success(word), after: fate.delay) }
                    }
                }
            }
        }
        answer(.failure(.silent), after: limit)
        let fate = self.fate(on: .bus)
        guard !fate.isLost else { return }
        arrive(fate.delay, again: mayRepeat ? fate.repeatedAfter.map { $0 * 5 } : nil)
    }
}
