import RelayDomain

// Requests of phones (through an ingress) and operators.
extension RouterCore {
    mutating func requestReceived(
        _ request: RouterRequest, from address: ReturnAddress, _ turn: inout Turn,
        _ random: inout some RandomNumberGenerator
    ) {
        switch request {
        case .submit(let submit, let waitUntil):
            submitted(submit, waitUntil: waitUntil, address, &turn, &random)
        case .query(let id, let waitUntil): tell(id, else: turn.recall.transactions[id], waitUntil, address, &turn)
        case .resolve(let id):
            guard let terminal = registry.terminal(id) else { return refuse(.unknownTerminal, address, &turn) }
            let device = terminal.pairedWith.map(Device.pos) ?? .terminal(id)
            let info = TerminalInfo(
                terminal: id, isPaired: terminal.pairedWith != nil, isOnline: sessions.session(of: device) != nil,
                readiness: sessions.readiness(of: device),
                isTerminalOnline: sessions.session(of: .terminal(id)) != nil)
            turn.outputs.append(.reply(.terminal(info), address))
        case .cancel(let id, let waitUntil):
            if let refusal = cancel(id, by: .phone, &turn) {
                refuse(refusal, address, &turn)
            } else {
                tell(id, else: turn.recall.transactions[id], waitUntil, address, &turn)
            }
        case .reconcile(let id, let word): reconcile(id, word, address, &turn)
        case .apply(let shop, let change): apply(shop, change, address, &turn)
        case .getShop(let version?) where version != registry.version:
            turn.outputs.append(.tellPast(.version(version), address))
        case .getShop: tellRegistry(address, &turn)
        case .shopHistory: turn.outputs.append(.tellPast(.history, address))
        case .overview: turn.outputs.append(.reply(.overview(overview), address))
        }
    }

    private mutating func submitted(
        _ submit: SubmitTransaction, waitUntil: Instant, _ address: ReturnAddress, _ turn: inout Turn,
        _ random: inout some RandomNumberGenerator
    ) {
        if let repeated = known(submit.key, turn) {
            guard repeated.body == submit.body else { return refuse(.keyReused, address, &turn) }
            broughtAgain(submit.information.sealed, of: repeated.transaction.id, &turn)
            return tell(repeated.transaction.id, else: repeated.transaction, waitUntil, address, &turn)
        }
        let request = AcceptanceRequest(
            key: submit.key, application: submit.application, operation: submit.operation,
            information: submit.information, phoneAmount: submit.amount, body: submit.body, title: submit.title,
            hopStamps: submit.hopStamps)
        switch accept(request, &turn, &random) {
        case .success(let id): tell(id, else: nil, waitUntil, address, &turn)
        case .failure(let refusal): refuse(refusal.refused, address, &turn)
        }
    }

    /// The transaction that a key led to before, live or recalled.
    func known(_ key: SubmissionKey, _ turn: Turn) -> Recall.Known? {
        if let id = keys[key], let held = live[id] {
            return Recall.Known(transaction: held.transaction, body: held.body)
        }
        return turn.recall.keys[key]
    }

    /// Answers with the outcome, now or when it comes, at the latest at `waitUntil`.
    private mutating func tell(
        _ id: TransactionID, else finished: Transaction?, _ waitUntil: Instant, _ address: ReturnAddress,
        _ turn: inout Turn
    ) {
        guard let held = live[id] else {
            guard let finished else { return refuse(.unknownTransaction, address, &turn) }
            return turn.outputs.append(.reply(.status(finished.status), address))
        }
        guard held.transaction.outcome == nil, waitUntil > turn.now, held.waiters.count < bounds.waitersMax else {
            return turn.outputs.append(.reply(.status(held.transaction.status), address))
        }
        let until = min(waitUntil, turn.now + bounds.waitMax)
        live[id]?.waiters.append(Waiter(address: address, until: until))
        deadlines.insert(until, id)
    }

    /// The process that asked has gone: its requests get no reply.
    mutating func forgetWaiters(of peer: PeerNumber) {
        let waitedFor = live.all.filter { $0.waiters.contains { $0.address.peer == peer } }.map(\.transaction.id)
        for id in waitedFor { live[id]?.waiters.removeAll { $0.address.peer == peer } }
    }

    func tellRegistry(_ address: ReturnAddress, _ turn: inout Turn) {
        turn.outputs.append(.reply(registryReply(registry), address))
    }

    static let registryNotWritten = Refused(
        .overloaded, detail: "The registry cannot be written; the router's log says why.")

    /// What an operator is told of the registry. It tells of no transaction.
    /// - Parameter registry: nil if it cannot be written.
    public func registryReply(_ registry: Registry?) -> RouterReply {
        guard let registry else { return .refused(Self.registryNotWritten) }
        let warnings = registry.shop.destinations.compactMap { warning(about: $0.id) }
        return .registry(version: registry.version, registry.shop, warnings: warnings)
    }

    /// A warning for the operator about a destination, from a ready adapter's manifest.
    private func warning(about destination: DestinationID) -> String? {
        guard journals > 1, let manifest = adapters.manifest(of: destination), manifest.operations.contains(.payment),
            !manifest.codesReusable, !manifest.codesOnce
        else { return nil }
        return
            "\(destination) does not refuse a payment code that it has booked before, says its adapter, and there are "
            + "\(journals) journals, of which each knows its own codes alone: a code can be booked once in each."
    }

    /// Accepts a shop if the version that it was compared with is still in force: otherwise it would undo, unseen, what
    /// another operator has applied meanwhile (ADR 14).
    private mutating func apply(
        _ shop: Shop, _ change: ShopChange, _ address: ReturnAddress, _ turn: inout Turn
    ) {
        guard journal == 0 else {
            return refuse(Refused(.notYours, detail: "Only journal 0's router writes the registry."), address, &turn)
        }
        guard !isWritingRegistry else {
            return refuse(Refused(.overloaded, detail: "Another shop is being written."), address, &turn)
        }
        guard change.basedOn == registry.version else {
            let detail = "It was compared with version \(change.basedOn); version \(registry.version) is in force."
            return refuse(Refused(.shopChanged, detail: detail), address, &turn)
        }
        do {
            let next = try Registry(shop, version: registry.version + 1)
            isWritingRegistry = true
            turn.outputs.append(.writeRegistry(next, change, address))
        } catch {
            refuse(Refused(.invalidShop, detail: error.description), address, &turn)
        }
    }

    func refuse(_ refusal: Refusal, _ address: ReturnAddress, _ turn: inout Turn) {
        refuse(Refused(refusal), address, &turn)
    }

    func refuse(_ refused: Refused, _ address: ReturnAddress, _ turn: inout Turn) {
        turn.outputs.append(.count(refused.refusal))
        turn.outputs.append(.reply(.refused(refused), address))
    }
}
