import RelayDomain
import RelayMessages
import RelayTransport

extension RelayUnderTest {
    /// The bus of this relay, as this process reaches it.
    func bus() throws -> BusConfiguration {
        BusConfiguration([.ipc(directory: try home.runDirectory())])
    }

    /// The names of `count` terminals, all of the same length.
    static func terminals(_ count: Int) -> [String] { (0..<count).map { "t\(100_000 + $0)" } }

    /// One application, one destination, and terminals that no POS is paired with.
    func shop(_ terminals: [String]) -> Shop? {
        guard let destination = DestinationID(Self.application), let id = ApplicationID(Self.application),
            let kind = ReasonCode(kind == .sandbox ? "sandbox" : "echo"), let issuer = IssuerID(Self.application)
        else { return nil }
        return Shop(
            destinations: [Shop.Destination(id: destination, kind: kind)],
            applications: [
                Shop.Application(id: id, issuer: issuer, functions: [.payment], destination: destination)
            ],
            terminals: terminals.compactMap { TerminalID($0).map { Shop.Terminal(id: $0) } })
    }

    /// Registers the terminals with journal 0's router, and waits until the others have read it.
    /// - Throws: ``BenchError/shopRefused(_:)``, `TransportError`.
    func register(_ terminals: [String]) async throws {
        guard let shop = shop(terminals) else { throw BenchError.shopRefused("its names are no identifiers") }
        let router = RequestClient<RouterRequest, RouterReply>(
            .requests, try bus(), hello: Hello(role: .operator, name: "bench"))
        try await router.start()
        do {
            _ = try await router.link(toJournal: 0, within: .seconds(10))
            var present: UInt64 = 0
            let told = try await router.request(toJournal: 0, within: .seconds(20)) { _ in .getShop() }
            if case .registry(let version, _, _) = told { present = version }
            guard let change = ShopChange(basedOn: present, name: "bench") else { preconditionFailure("it is a name") }
            let reply = try await router.request(toJournal: 0, within: .seconds(20)) { _ in .apply(shop, change) }
            guard case .registry(let version, _, _) = reply else {
                await router.stop()
                throw BenchError.shopRefused("\(reply)")
            }
            for journal in 1..<max(1, UInt8(journals)) {
                _ = try await router.link(toJournal: journal, within: .seconds(10))
                var known: UInt64 = 0
                while known < version {
                    let reply = try await router.request(toJournal: journal, within: .seconds(20)) { _ in .getShop() }
                    if case .registry(let found, _, _) = reply { known = found }
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            await router.stop()
        } catch let failure as RequestFailure {
            await router.stop()
            throw BenchError.shopRefused("\(failure); \(terminals.count) terminals in one message")
        }
    }
}
