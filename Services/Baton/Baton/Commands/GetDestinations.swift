import ArgumentParser
import RelayDomain

struct GetDestinations: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "destinations",
        abstract: "Lists the registered destinations: who can ask each now, and how much is open there.")

    @OptionGroup var format: OutputOption

    /// One destination as it is printed.
    struct Row: ListRow {
        let destination: String
        let kind: String?
        /// How many adapter processes serve it.
        let adapters: Int
        let state: String
        let open: Int

        var columns: [String] {
            [destination, kind ?? "not registered", "adapters: \(adapters)", state, "open: \(open)"]
        }

        init(_ destination: DestinationID, kind: ReasonCode?, _ overviews: RouterConsole.Overviews) {
            let serving = overviews.adapters.filter { $0.destination == destination && !$0.isDraining }
            self.destination = destination.text
            self.kind = kind?.text
            adapters = Set(serving.map(\.name)).count
            open = overviews.open(at: destination)
            if serving.isEmpty {
                state = "no adapter"
            } else if serving.allSatisfy({ !$0.doubts.isEmpty }) {
                state = "in doubt: " + serving.reduce(into: Set()) { $0.formUnion($1.doubts) }.text
            } else {
                state = overviews.isServed(destination) ? "ready" : "ready, but not at each journal"
            }
        }
    }

    func listing() async throws -> Listing<Row> {
        let (shop, overviews) = try await withRouter(try BatonConfiguration()) { router in
            (try await router.shop().shop, try await router.overviews())
        }
        let registered = shop.destinations.map { Row($0.id, kind: $0.kind, overviews) }
        // Open transactions of a destination that is no longer registered have to be closed by a person.
        let known = Set(shop.destinations.map(\.id))
        let others = Set(overviews.heard.flatMap(\.open.keys)).subtracting(known).sorted()
        return Listing(
            rows: registered + others.map { Row($0, kind: nil, overviews) }, missing: overviews.silenceInWords)
    }
}

struct GetAdapters: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapters",
        abstract: "Lists the adapters that are linked to each journal's router, and the load of each.")

    @OptionGroup var format: OutputOption

    /// One adapter at one router as it is printed.
    struct Row: ListRow {
        let adapter: String
        let destination: String
        let journal: UInt8
        let state: String
        let asked: Int
        let concurrent: Int

        var columns: [String] {
            [adapter, destination, "journal \(journal)", state, "\(asked) of \(concurrent) authorizations"]
        }

        init(_ adapter: AdapterFacts, journal: UInt8) {
            self.adapter = adapter.name
            self.journal = journal
            destination = adapter.destination.text
            (asked, concurrent) = (adapter.asked, adapter.concurrent)
            state =
                adapter.isDraining ? "draining" : adapter.doubts.isEmpty ? "ready" : "in doubt: " + adapter.doubts.text
        }
    }

    func listing() async throws -> Listing<Row> {
        let overviews = try await withRouter(try BatonConfiguration()) { try await $0.overviews() }
        let rows = overviews.heard.flatMap { overview in
            overview.adapters.map { Row($0, journal: overview.journal) }
        }
        return Listing(rows: rows, missing: overviews.silenceInWords)
    }
}

extension RouterConsole.Overviews {
    /// What is missing because no router answered.
    var silenceInWords: [String] {
        silent.map { "journal \($0): no router answers, so its open transactions are missing here" }
    }
}

extension Set<AdapterDoubt> {
    fileprivate var text: String { map(\.rawValue).sorted().joined(separator: ", ") }
}
