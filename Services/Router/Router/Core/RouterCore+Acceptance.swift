import RelayDomain

/// The request of a phone or a scanner.
struct AcceptanceRequest {
    let key: SubmissionKey
    let application: ApplicationID
    let operation: Operation
    let information: Information
    var phoneAmount: Amount?
    var merchantAmount: Amount?
    let body: KeyedDigest
    var title: OrderTitle?
    let hopStamps: [HopStamp]
}

/// A refusal before acceptance. It leaves nothing behind, so that a repeat under the same key may succeed.
struct NotAccepted: Error {
    let refused: Refused
    init(_ refusal: Refusal, busyFor: Duration? = nil, field: String? = nil) {
        refused = Refused(refusal, busyFor: busyFor, field: field)
    }
}

// From a request to a transaction: Table 1, Table 2, and the device and destination that it needs have to be available.
extension RouterCore {
    /// Accepts a request, or refuses it. An acceptance is durable before it is answered.
    mutating func accept(
        _ request: AcceptanceRequest, _ turn: inout Turn, _ random: inout some RandomNumberGenerator
    ) -> Result<TransactionID, NotAccepted> {
        do {
            let plan = try check(request, turn)
            return .success(begin(request, plan, &turn, &random))
        } catch {
            return .failure(error)
        }
    }

    /// What a request leads to according to the tables.
    private struct Plan {
        let destination: DestinationID
        let pos: POSID?
        let shop: ShopID?
        let amountRequired: Bool
        let informationIsOneTime: Bool
    }

    private func check(_ request: AcceptanceRequest, _ turn: Turn) throws(NotAccepted) -> Plan {
        guard let terminal = registry.terminal(request.key.terminal) else { throw NotAccepted(.unknownTerminal) }
        guard terminal.id.journal(outOf: journals) == journal else { throw NotAccepted(.notYours) }
        guard let application = registry.application(request.application) else {
            throw NotAccepted(.unknownApplication)
        }
        guard application.functions.contains(request.operation) else { throw NotAccepted(.functionMismatch) }
        let manifest = adapters.manifest(of: application.destination)
        let zeroPayments = manifest?.zeroPayments == true
        guard request.operation.allows(request.phoneAmount, zeroPayments: zeroPayments),
            request.operation.allows(request.merchantAmount, zeroPayments: zeroPayments)
        else { throw NotAccepted(.malformed, field: "amount") }
        if let end = request.information.expiresAt, !turn.wall.isBefore(limit: end) { throw NotAccepted(.codeExpired) }

        let isOneTime = request.operation.information == .paymentCode && manifest?.codesReusable != true
        if isOneTime { try checkUse(of: request.information.digest, turn) }
        if terminal.pairedWith == nil {
            guard let manifest else { throw NotAccepted(.destinationUnavailable) }
            guard manifest.operations.contains(request.operation) else { throw NotAccepted(.functionMismatch) }
        }
        // The merchant has to confirm a phone's amount; a scan without an amount would only use up its code.
        let isSumRequired = terminal.sum == .required || terminal.pairedWith == nil && manifest?.amountRequired == true
        guard request.key.origin != .scan || request.merchantAmount != nil || !isSumRequired else {
            throw NotAccepted(.amountRequired)
        }
        let device = terminal.pairedWith.map(Device.pos) ?? .terminal(terminal.id)
        guard sessions.session(of: device) != nil else {
            throw NotAccepted(terminal.pairedWith == nil ? .terminalOffline : .posOffline)
        }
        guard sessions.readiness(of: device).isReady else {
            throw NotAccepted(terminal.pairedWith == nil ? .terminalNotReady : .posNotReady)
        }
        if let busy = slots[terminal.id].flatMap({ live[$0]?.transaction }) {
            // The router that accepted it may have had another clock.
            throw NotAccepted(.deviceBusy, busyFor: max(.zero, turn.now - busy.acceptedAt))
        }
        guard live.count < bounds.liveMax, journalHasRoom else { throw NotAccepted(.overloaded) }
        return Plan(
            destination: application.destination, pos: terminal.pairedWith, shop: terminal.shop,
            amountRequired: terminal.pairedWith == nil && manifest?.amountRequired == true,
            informationIsOneTime: isOneTime)
    }

    /// A code is used up if it may have reached its destination; until that is known its transaction reserves it.
    private func checkUse(of digest: KeyedDigest, _ turn: Turn) throws(NotAccepted) {
        guard !turn.recall.information.contains(digest), !turn.usedInformation.contains(digest) else {
            throw NotAccepted(.codeUsed)
        }
        guard heldInformation[digest] == nil else { throw NotAccepted(.codeInUse) }
    }

    private mutating func begin(
        _ request: AcceptanceRequest, _ plan: Plan, _ turn: inout Turn, _ random: inout some RandomNumberGenerator
    ) -> TransactionID {
        let id = TransactionID(journal: journal, now: turn.now, random: &random)
        var transaction = Transaction(
            id: id, acceptedAt: turn.now, acceptedOn: turn.wall, key: request.key, pos: plan.pos,
            shop: plan.shop, application: request.application, destination: plan.destination,
            operation: request.operation,
            digest: request.information.digest, informationIsOneTime: plan.informationIsOneTime,
            codeExpiresAt: request.information.expiresAt.map { turn.now + ($0 - turn.wall) },
            codeExpiryNamed: request.information.expiresAt, phoneAmount: request.phoneAmount,
            merchantAmount: request.merchantAmount, amountRequired: plan.amountRequired,
            details: OrderDetails(title: request.title, customer: request.key.customerName))
        transaction.stamp(request.hopStamps, notBefore: nil, now: turn.now)
        transaction.stamp(.accepted, at: turn.now)
        live[id] = Live(
            transaction: transaction, body: request.body, sealed: request.information.sealed, isAcceptedHere: true)
        keys[request.key] = id
        slots[request.key.terminal] = id
        if plan.informationIsOneTime { heldInformation[request.information.digest] = id }
        record(.accepted, of: id, &turn, opening: JournalEntry.Opening(body: request.body))
        if let command = CommandGenerator.command(for: transaction, sealed: request.information.sealed) {
            issue(command, for: id, &turn)
        } else {
            agreeOnAmount(id, merchant: request.merchantAmount, &turn)
        }
        return id
    }

    private mutating func issue(_ command: Command, for id: TransactionID, _ turn: inout Turn) {
        let codeExpiresAt = live[id]?.transaction.codeExpiresAt
        live[id]?.transaction.command = CommandStateMachine(
            carrier: command.what.carrier, issuedAt: turn.now, codeExpiresAt: codeExpiresAt)
        live[id]?.transaction.stamp(.commanded, at: turn.now)
        advance(id, by: TransactionStateMachine.Event.commanded, &turn)
        send(command, &turn)
        watch(id)
    }

    /// Sends a command to its device's newest session; without one it waits for the device to come back.
    func send(_ command: Command, _ turn: inout Turn) {
        guard let transaction = live[command.id.transaction]?.transaction,
            let (session, gateway) = sessions.session(of: transaction.device)
        else { return }
        turn.outputs.append(.order(.command(session, command), ReturnAddress(gateway, correlation: 0)))
    }

    /// The command of a live transaction, made again; nil while nobody has brought its sealed bytes again.
    func command(of id: TransactionID) -> Command? {
        guard let held = live[id], let sealed = held.sealed else { return nil }
        return CommandGenerator.command(for: held.transaction, sealed: sealed)
    }
}
