import RelayDomain

// What operators ask about the registry's past and a router's present.

extension ShopChange {
    init(wire: Baton_V1_ShopChange) throws(WireError) {
        guard let change = ShopChange(basedOn: wire.basedOn, name: wire.name, note: wire.note) else {
            throw .outOfBounds("change")
        }
        self = change
    }

    var wire: Baton_V1_ShopChange {
        .with {
            $0.basedOn = basedOn
            $0.name = name
            $0.note = note
        }
    }
}

extension ShopVersion {
    init(wire: Baton_V1_RegistryHistory.Version) {
        self.init(
            version: wire.version, at: Instant(milliseconds: wire.at), name: wire.name, note: wire.note)
    }

    var wire: Baton_V1_RegistryHistory.Version {
        .with {
            $0.version = version
            $0.at = at.milliseconds
            $0.name = name
            $0.note = note
        }
    }
}

extension Overview {
    init(wire: Baton_V1_Overview) throws(WireError) {
        guard let journal = UInt8(exactly: wire.journal) else { throw .outOfBounds("journal") }
        var adapters: [AdapterFacts] = []
        for adapter in wire.adapters { adapters.append(try AdapterFacts(wire: adapter)) }
        var open: [DestinationID: Int] = [:]
        for entry in wire.open {
            open[try DestinationID(wire: entry.destination, "open.destination")] = Int(clamping: entry.count)
        }
        guard wire.oldest.count <= Self.oldestMax else { throw .outOfBounds("oldest") }
        var oldest: [OpenTransaction] = []
        for transaction in wire.oldest { oldest.append(try OpenTransaction(wire: transaction)) }
        self.init(
            journal: journal, registryVersion: wire.registryVersion, adapters: adapters, open: open, oldest: oldest)
    }

    var wire: Baton_V1_Overview {
        .with {
            $0.journal = UInt32(journal)
            $0.registryVersion = registryVersion
            $0.adapters = adapters.map(\.wire)
            $0.open = open.sorted { $0.key < $1.key }.map { destination, count in
                .with {
                    $0.destination = destination.text
                    $0.count = UInt64(count)
                }
            }
            $0.oldest = oldest.map(\.wire)
        }
    }
}

extension AdapterFacts {
    fileprivate init(wire: Baton_V1_Overview.Adapter) throws(WireError) {
        self.init(
            name: wire.name, destination: try DestinationID(wire: wire.destination, "adapters.destination"),
            concurrent: Int(wire.concurrent), asked: Int(wire.asked),
            doubts: Set(wire.doubts.compactMap(AdapterDoubt.init)), isDraining: wire.draining)
    }

    fileprivate var wire: Baton_V1_Overview.Adapter {
        .with {
            $0.name = name
            $0.destination = destination.text
            $0.concurrent = UInt32(clamping: concurrent)
            $0.asked = UInt32(clamping: asked)
            $0.doubts = doubts.map(\.rawValue).sorted()
            $0.draining = isDraining
        }
    }
}

extension OpenTransaction {
    fileprivate init(wire: Baton_V1_OpenTransaction) throws(WireError) {
        var reconciliation: [ReconciliationReason] = []
        for text in wire.reconciliation { reconciliation.append(try word(text, "oldest.reconciliation")) }
        self.init(
            id: try TransactionID(wire: wire.transaction), terminal: try .init(wire: wire.terminal, "oldest.terminal"),
            application: try .init(wire: wire.application, "oldest.application"),
            destination: try .init(wire: wire.destination, "oldest.destination"),
            state: try word(wire.state, "oldest.state"), acceptedOn: Instant(milliseconds: wire.acceptedOn),
            amount: wire.hasAmount ? try Amount(wire: wire.amount) : nil, reconciliation: reconciliation)
    }

    fileprivate var wire: Baton_V1_OpenTransaction {
        .with {
            $0.transaction = id.wire
            $0.terminal = terminal.text
            $0.application = application.text
            $0.destination = destination.text
            $0.state = state.rawValue
            $0.acceptedOn = acceptedOn.milliseconds
            if let amount { $0.amount = amount.wire }
            $0.reconciliation = reconciliation.map(\.rawValue)
        }
    }
}
