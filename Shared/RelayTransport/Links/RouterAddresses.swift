/// Looks for routers repeatedly, so that adding routers needs no configuration.
///
/// Each look uses a thread of its own, because a name server may be slow. The next look follows after a fifth of a
/// second, then after twice as long each time, up to two seconds; ``lookSoon()`` starts again with the shortest pause.
final class RouterAddresses {
    static let pauseMin = Duration.milliseconds(200)
    static let pauseMax = Duration.seconds(2)

    private let endpoint: BusEndpoint
    private let addresses: [BusAddress]
    private let reactor: Reactor
    private let found: ([String]) -> Void
    private var timer: ReactorTimer?
    private var pause = pauseMin
    private var isLooking = false

    /// Begins to look.
    /// - Parameter found: called on the reactor after each look with all that sockets can connect to.
    init(_ endpoint: BusEndpoint, at addresses: [BusAddress], on reactor: Reactor, found: @escaping ([String]) -> Void)
    {
        self.endpoint = endpoint
        self.addresses = addresses
        self.reactor = reactor
        self.found = found
        timer = reactor.timer { _ in self.look() }
        timer?.due = reactor.tickTime
    }

    /// Looks again soon: a link was lost.
    func lookSoon() {
        pause = Self.pauseMin
        if !isLooking { timer?.due = .now + pause }
    }

    func stop() {
        timer?.cancel()
        timer = nil
    }

    private func look() {
        guard !isLooking else { return }
        isLooking = true
        let mine = OnReactor(self, reactor)
        let (endpoint, addresses, reactor) = (endpoint, addresses, reactor)
        startThread(named: "addresses") {
            let result = AddressLookup.find(endpoint, at: addresses)
            reactor.execute { mine.value.looked(result) }
        }
    }

    private func looked(_ result: [String]) {
        isLooking = false
        guard let timer else { return }
        found(result)
        timer.due = .now + pause
        pause = min(pause * 2, Self.pauseMax)
    }
}
