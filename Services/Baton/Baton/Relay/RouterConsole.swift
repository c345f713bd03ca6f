import RelayDomain
import RelayMessages
import RelayTransport

/// This command's connection to the routers: the operator's requests on the bus endpoint `requests`.
struct RouterConsole: Sendable {
    /// How long to look for a router.
    private static let connectTimeout = Duration.seconds(5)
    /// How long a router may take to answer.
    private static let replyTimeout = Duration.seconds(10)
    /// A router accepts one long request a second.
    private static let administrationPause = Duration.milliseconds(1_100)

    private let client: RequestClient<RouterRequest, RouterReply>
    private let addresses: String
    /// Whether BATON_ROUTER was set.
    private let isTold: Bool

    /// - Throws: `RuntimeError` or `TransportError` if the bus's address cannot be used.
    init(_ configuration: BatonConfiguration) throws {
        let bus = try configuration.bus()
        client = RequestClient(.requests, bus, hello: Hello(role: .operator, name: configuration.name))
        isTold = configuration.isRouterNamed
        addresses = bus.addresses.map(\.description).joined(separator: ", ")
    }

    /// Begins to look for routers. To be called once, before anything is asked.
    /// - Throws: `TransportError`.
    func open() async throws { try await client.start() }

    /// Ends the links. To be called once, after everything else.
    func close() async { await client.stop() }

    /// What is registered.
    struct Registered {
        /// How often it has changed.
        let version: UInt64
        let shop: Shop
        /// Warnings for the operator, in sentences.
        let warnings: [String]
    }

    /// - Parameter version: an earlier version; by default the one in force.
    func shop(version: UInt64? = nil) async throws(OperatorError) -> Registered {
        try Registered(try await request(.getShop(version: version)))
    }

    /// Replaces the registered shop, if it is still the version that the change was compared with.
    func apply(_ shop: Shop, _ change: ShopChange) async throws(OperatorError) -> Registered {
        try Registered(try await request(.apply(shop, change)))
    }

    /// Who changed the registry, the newest version first.
    func history() async throws(OperatorError) -> [ShopVersion] {
        guard case .history(let versions) = try await request(.shopHistory) else { throw .noReply }
        return versions
    }

    /// How many journals the relay has.
    func journals() async throws(OperatorError) -> Int { Int(try await welcome(ofJournal: 0).journals) }

    /// The load of one journal's router.
    func overview(ofJournal journal: UInt8) async throws(OperatorError) -> Overview {
        guard case .overview(let overview) = try await request(.overview, journal: journal) else { throw .noReply }
        return overview
    }

    /// Whether a terminal's device is connected, from the router of its journal.
    func resolve(_ terminal: TerminalID) async throws(OperatorError) -> TerminalInfo {
        let journal = terminal.journal(outOf: max(1, try await journals()))
        guard case .terminal(let info) = try await request(.resolve(terminal), journal: journal) else { throw .noReply }
        return info
    }

    /// A transaction's present status.
    func transaction(_ id: TransactionID) async throws(OperatorError) -> TransactionStatus {
        let question = RouterRequest.query(id, waitUntil: Instant(milliseconds: 0))
        guard case .status(let status) = try await request(question, journal: id.journal) else { throw .noReply }
        return status
    }

    /// Closes a transaction that waits for a person.
    /// - Returns: the transaction's status afterwards.
    func reconcile(
        _ id: TransactionID, _ word: Reconciliation
    ) async throws(OperatorError) -> TransactionStatus {
        guard case .status(let status) = try await request(.reconcile(id, word), journal: id.journal) else {
            throw .noReply
        }
        return status
    }

    /// - Parameter tries: how often it is tried if the router has just accepted another long request.
    private func request(
        _ request: RouterRequest, journal: UInt8 = 0, tries: Int = 5
    ) async throws(OperatorError) -> RouterReply {
        _ = try await welcome(ofJournal: journal)
        let reply: RouterReply
        do throws(RequestFailure) {
            reply = try await client.request(toJournal: journal, within: Self.replyTimeout) { _ in request }
        } catch {
            switch error {
            case .notSent(.tooLong): throw .refused(Refused(.tooLarge, detail: "the shop is too long for one message"))
            case .notSent: throw .noRouter(at: addresses, named: isTold)
            case .unread(RequestFailure.tooSoon) where tries > 1:
                try? await Task.sleep(for: Self.administrationPause)
                return try await self.request(request, journal: journal, tries: tries - 1)
            case .unread(let reason): throw .refused(Refused(.malformed, detail: reason))
            case .noReply, .linkLost: throw .noReply
            }
        }
        if case .refused(let refused) = reply { throw .refused(refused) }
        return reply
    }

    private func welcome(ofJournal journal: UInt8) async throws(OperatorError) -> RouterWelcome {
        do throws(RequestFailure) {
            return try await client.link(toJournal: journal, within: Self.connectTimeout)
        } catch {
            throw .noRouter(at: addresses, named: isTold)
        }
    }
}

extension RouterConsole.Registered {
    fileprivate init(_ reply: RouterReply) throws(OperatorError) {
        guard case .registry(let version, let shop, let warnings) = reply else { throw .noReply }
        self.init(version: version, shop: shop, warnings: warnings)
    }
}

/// Opens a connection to the routers while `body` runs.
func withRouter<Result: Sendable>(
    _ configuration: BatonConfiguration, _ body: (RouterConsole) async throws -> Result
) async throws -> Result {
    let console = try RouterConsole(configuration)
    try await console.open()
    do {
        let result = try await body(console)
        await console.close()
        return result
    } catch {
        await console.close()
        throw error
    }
}
