import RelayDomain

extension RouterConsole {
    /// The load of the routers of all journals.
    struct Overviews {
        /// By journal.
        var heard: [Overview] = []
        /// The journals whose routers do not answer.
        var silent: [UInt8] = []

        /// The adapters that are linked to a router. An adapter is linked to each journal's.
        var adapters: [AdapterFacts] { heard.flatMap(\.adapters) }

        /// How many transactions are open at a destination.
        func open(at destination: DestinationID) -> Int { heard.reduce(0) { $0 + ($1.open[destination] ?? 0) } }

        /// The oldest open transactions, oldest first.
        var oldest: [OpenTransaction] {
            heard.flatMap(\.oldest).sorted { ($0.acceptedOn, $0.id) < ($1.acceptedOn, $1.id) }
        }

        /// Whether each router that answered has an adapter of the destination that accepts requests.
        func isServed(_ destination: DestinationID) -> Bool {
            heard.allSatisfy { $0.adapters.contains { $0.destination == destination && !$0.isDraining } }
        }
    }

    /// Asks the routers of all journals. One that does not answer does not delay the others.
    func overviews() async throws(OperatorError) -> Overviews {
        var overviews = Overviews()
        for journal in 0..<UInt8(clamping: max(1, try await journals())) {
            do throws(OperatorError) {
                overviews.heard.append(try await overview(ofJournal: journal))
            } catch {
                switch error {
                case .noRouter, .noReply: overviews.silent.append(journal)
                default: throw error
                }
            }
        }
        return overviews
    }
}
