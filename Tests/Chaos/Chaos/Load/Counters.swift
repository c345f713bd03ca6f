import DeviceLink
import NIOCore
import RelayDomain

/// All simulated terminals, on one event loop.
struct Counters: Sendable {
    /// How long all may take to have their first session.
    private static let openTimeout = Duration.seconds(60)

    let names: [String]
    private let eventLoop: any EventLoop
    private let counters: NIOLoopBound<[Counter]>

    /// Connects all of them.
    static func open(
        _ count: Int, gateway: GatewayAddress, _ manners: Counter.Manners, seed: UInt64, on eventLoop: any EventLoop
    ) async throws -> Counters {
        let names = names(count)
        let counters = try await eventLoop.submit {
            let counters = try names.enumerated().map { number, name in
                guard let id = TerminalID(name) else { preconditionFailure("letters and digits make an identifier") }
                let counter = Counter(id, manners, seed: seed &+ UInt64(number), on: eventLoop)
                try counter.open(gateway)
                return counter
            }
            return NIOLoopBound(counters, eventLoop: eventLoop)
        }.get()
        let all = Counters(names: names, eventLoop: eventLoop, counters: counters)
        let deadline = ContinuousClock.now + openTimeout
        while try await all.online() < count {
            guard ContinuousClock.now < deadline else {
                throw ChaosError.notReady("\(try await all.online()) of \(count) terminals", log: "terminal-gateway")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        return all
    }

    static func names(_ count: Int) -> [String] { (0..<count).map { "sim-\(1_000 + $0)" } }

    func online() async throws -> Int {
        try await eventLoop.submit { counters.value.count { $0.isOnline } }.get()
    }

    /// A code is scanned at any of them.
    func scan(_ code: String) {
        eventLoop.execute { counters.value.randomElement()?.scan(code) }
    }

    func close() async throws { try await eventLoop.submit { for counter in counters.value { counter.close() } }.get() }
}
