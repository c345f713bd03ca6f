import RelayDomain

// Inputs from gateways: sessions, and the calls of devices.
extension RouterCore {
    mutating func gatewayReported(
        _ message: GatewayMessage, from address: ReturnAddress, _ turn: inout Turn,
        _ random: inout some RandomNumberGenerator
    ) {
        switch message {
        case .claim(let device, .unproven, let count, let readiness): claim(device, count, readiness, address, &turn)
        case .sessionEnded(let session): sessions.end(session, at: address.peer)
        case .call(let session, let call, let gatewayAt):
            guard sessions.isCurrent(session, at: address.peer) else {
                turn.outputs.append(
                    .order(.sessionReplaced(session), ReturnAddress(address.peer, correlation: 0)))
                return answer(.refused(Refused(.notYours)), address, &turn)
            }
            deviceCalled(call, in: session, GatewayStamp(gatewayAt: gatewayAt), address, &turn, &random)
        }
    }

    /// When the device's call reached the gateway.
    struct GatewayStamp { let gatewayAt: Instant }

    private mutating func claim(
        _ device: Device, _ count: ConnectionCount?, _ readiness: DeviceReadiness, _ address: ReturnAddress,
        _ turn: inout Turn
    ) {
        guard let terminal = registry.terminal(of: device) else {
            return refuseClaim(device, unregistered(device), address, &turn)
        }
        guard terminal.id.journal(outOf: journals) == journal else {
            return refuseClaim(device, Refused(.notYours), address, &turn)
        }
        switch sessions.claim(device, count, readiness, by: address.peer) {
        case .outdated: refuseClaim(device, Refused(.notYours), address, &turn)
        case .granted(let granted, let replaced):
            if let replaced {
                turn.outputs.append(
                    .order(
                        .sessionReplaced(DeviceSession(device: device, count: replaced.count)),
                        ReturnAddress(replaced.gateway, correlation: 0)))
            }
            turn.outputs.append(
                .order(.claimed(DeviceSession(device: device, count: granted), counterFacts(of: terminal)), address))
            guard let id = slots[terminal.id], let busy = live[id]?.transaction else { return }
            if busy.device == device {
                advance(id, by: CommandStateMachine.Event.deviceConnected, &turn)
                if let transaction = live[id]?.transaction, transaction.passage.isCancelRequested {
                    tellCanceled(transaction, &turn)  // The device may not have received the cancel.
                }
            } else if device == .terminal(terminal.id), let order = passing(busy) {
                turn.outputs.append(order)
            }
        }
    }

    func refuseClaim(_ device: Device, _ refused: Refused, _ address: ReturnAddress, _ turn: inout Turn) {
        turn.outputs.append(.count(refused.refusal))
        turn.outputs.append(.order(.claimRefused(device, refused), address))
    }

    /// The refusal for a device that is not registered.
    private func unregistered(_ device: Device) -> Refused {
        switch device {
        case .terminal: Refused(.unknownTerminal)
        case .pos(let pos):
            registry.hasPOS(pos) ? Refused(.posOffline, detail: Refused.pairedWithNone) : Refused(.unknownPOS)
        }
    }

    /// The registry has changed: devices that are no longer registered lose their sessions.
    mutating func endUnregisteredSessions(_ turn: inout Turn) {
        let registry = registry
        for (session, gateway) in sessions.end(where: { device, _ in registry.terminal(of: device) == nil }) {
            turn.outputs.append(.order(.sessionUnregistered(session), ReturnAddress(gateway, correlation: 0)))
        }
    }

    private func counterFacts(of terminal: Shop.Terminal) -> CounterFacts {
        let shop = terminal.shop.flatMap { registry.shop($0) }
        // If some codes need no amount, the relay asks for it only when it has seen the code.
        let scanned = registry.scannedDestinations
        let isWanted =
            terminal.pairedWith == nil && !scanned.isEmpty
            && scanned.allSatisfy { adapters.manifest(of: $0)?.amountRequired == true }
        return CounterFacts(
            terminal: terminal.id, pos: terminal.pairedWith, shop: shop,
            currencies: shop.map { [$0.currency] } ?? [], programs: shop?.programs ?? [],
            amountRequired: terminal.sum.map { $0 == .required } ?? isWanted)
    }

    /// The event `passing` for the relay terminal of a paired counter, about a phone's transaction at its tag; nil for
    /// other transactions, or without a session. The terminal's own scans are reported as scans.
    func passing(_ transaction: Transaction) -> RouterOutput? {
        guard transaction.pos != nil, transaction.key.origin != .scan,
            let (session, gateway) = sessions.session(of: .terminal(transaction.terminal))
        else { return nil }
        let passing = Passing(
            application: transaction.application, operation: transaction.operation, status: transaction.status)
        return .order(.passing(session, passing), ReturnAddress(gateway, correlation: 0))
    }

    private mutating func deviceCalled(
        _ call: DeviceCall, in session: DeviceSession, _ stamps: GatewayStamp, _ address: ReturnAddress,
        _ turn: inout Turn, _ random: inout some RandomNumberGenerator
    ) {
        let device = session.device
        switch call {
        case .received(let command, let at):
            let (reply, _) = heard(.deviceReceived, .acknowledged, command, device, at, stamps, &turn)
            answer(reply, address, &turn)
        case .submit(let command, let sealed, let amount, let at):
            guard live[command.transaction]?.mayBring(sealed) ?? true else {
                return answer(
                    .refused(Refused(.notYours, detail: "These are not the sealed bytes that were sent.")), address,
                    &turn)
            }
            let known = transaction(of: command, device, turn)
            let zeroPayments = known.flatMap { adapters.manifest(of: $0.destination) }?.zeroPayments == true
            if let known, !known.operation.allows(amount, zeroPayments: zeroPayments) {
                return answer(.refused(Refused(.malformed, field: "amount")), address, &turn)
            }
            if let known, case .ended(.submitted) = known.command?.state, known.merchantAmount != amount {
                let taken = known.merchantAmount.map { "submit with \($0)" } ?? "submit without an amount"
                return refuse(command, taken: taken, address, &turn)
            }
            let (reply, isEnd) = heard(.deviceSubmitted, .submitted, command, device, at, stamps, &turn)
            let id = command.transaction
            guard case .taken = reply, live[id] != nil else { return answer(reply, address, &turn) }
            hold(address, in: session, about: id, &turn)
            if isEnd {
                live[id]?.transaction.merchantAmount = amount
                live[id]?.brought(sealed)
                agreeOnAmount(id, merchant: amount, &turn)
            }
            answerUnlessAsked(id, &turn)
        case .result(let command, let result, let evidence, let at):
            if case .refused = result,
                let word = transaction(of: command, device, turn)?.command?.state.wordBeyondRefusal
            {
                return refuse(command, taken: word, address, &turn)
            }
            let (event, act): (CommandStateMachine.Event, HopStamp.Act) =
                switch result {
                case .entered(let answer): (.deviceEntered(answer), .entered)
                case .refused(let reason): (.deviceRefused(reason), .refused)
                case .uncertain: (.deviceUncertain, .uncertain)
                }
            let (reply, _) = heard(event, act, command, device, at, stamps, &turn, evidence: evidence)
            answer(reply, address, &turn)
        case .cancel(let cancelable, _): cancel(cancelable, of: device, address, &turn)
        case .scan(let scan, let at): scanned(scan, in: session, at, stamps, address, &turn, &random)
        case .resume(let commands, let scans): resume(commands, scans, device, address, &turn)
        case .state(let isReady, let reason):
            sessions.readinessChanged(DeviceReadiness(isReady: isReady, reason: reason), of: device)
            answer(.noted, address, &turn)
        }
    }

    /// A device is back: it gets the state of all that it asks about, from memory or from the journal.
    private func resume(
        _ commands: [CommandID], _ scans: [SubmissionKeyText], _ device: Device, _ address: ReturnAddress,
        _ turn: inout Turn
    ) {
        let commandStates = commands.map { command in
            CommandStatus(command: command, status: transaction(of: command, device, turn)?.status)
        }
        let scanStates = scans.map { scan in
            let transaction = scanKey(scan, device).flatMap { known($0, turn)?.transaction }
            return ScanStatus(scan: scan, status: transaction?.status)
        }
        answer(.states(commandStates, scans: scanStates), address, &turn)
    }

    private func refuse(
        _ command: CommandID, taken word: String, _ address: ReturnAddress, _ turn: inout Turn
    ) {
        answer(.refused(Refused(.alreadyTaken, detail: "\(word) was taken, and it stays.")), address, &turn)
    }

    /// Passes a device's call to its command's state machine.
    /// - Returns: the answer to the device, and whether the call has just ended the command.
    private mutating func heard(
        _ event: CommandStateMachine.Event, _ act: HopStamp.Act, _ command: CommandID, _ device: Device, _ at: Instant,
        _ stamps: GatewayStamp, _ turn: inout Turn, evidence: Evidence? = nil
    ) -> (reply: DeviceReply, isEnd: Bool) {
        let id = command.transaction
        guard let known = transaction(of: command, device, turn) else {
            return (.refused(Refused(.unknownCommand)), false)
        }
        guard live[id] != nil else { return (heardLate(event, known, command, evidence, &turn), false) }
        let isFirst = known.command?.isRunning ?? false
        if isFirst {
            live[id]?.transaction.stamp(
                [HopStamp(.device, act, at: at), HopStamp(.gateway, .forwarded, at: stamps.gatewayAt)],
                notBefore: known.stamped(.commanded) ?? known.acceptedAt, now: turn.now)
        }
        keep(evidence, of: id, &turn)
        let actions = advance(id, by: event, &turn)
        if live[id]?.transaction.outcome != nil {
            if isFirst, actions.first == .outOfTurn {
                mark(id, .enteredOutOfTurn, &turn)
                record(.answered, of: id, &turn, detail: "the POS says \(event)")
            } else if !isFirst, let said = event.mayHaveSent {
                // The outcome is of this very turn.
                advance(id, by: TransactionStateMachine.Event.commandEnded(said), &turn)
            }
        }
        let isEnd = actions.contains { if case .end = $0 { isFirst && !actions.contains(.tooLate) } else { false } }
        return (reply(to: actions, command), isEnd)
    }

    /// The agent's evidence is stored with its result; only the first counts.
    private mutating func keep(_ evidence: Evidence?, of id: TransactionID, _ turn: inout Turn) {
        guard let evidence, let transaction = live[id]?.transaction, transaction.pos != nil,
            transaction.evidence == nil
        else { return }
        live[id]?.transaction.evidence = evidence
        record(.evidence, of: id, &turn, detail: evidence.description.plain)
    }

    /// A late call about a transaction with an outcome: the outcome stays, a contradiction is marked.
    private mutating func heardLate(
        _ event: CommandStateMachine.Event, _ finished: Transaction, _ command: CommandID, _ evidence: Evidence?,
        _ turn: inout Turn
    ) -> DeviceReply {
        guard var machine = finished.command else { return .refused(Refused(.unknownCommand)) }
        var reply = reply(to: machine.apply(event, at: turn.now), command)
        if case .taken = reply, event == .deviceSubmitted { reply = .taken(command, finished.status) }
        if machine != finished.command {  // The missing result, recorded for the person who has to check.
            _ = amend(finished, .answered, "the POS says \(event)", &turn) { transaction in
                transaction.command = machine
                return true
            }
        }
        if let evidence, finished.pos != nil {
            _ = amend(finished, .evidence, evidence.description.plain, &turn) { transaction in
                guard transaction.evidence == nil else { return false }
                transaction.evidence = evidence
                return true
            }
        }
        if let said = event.mayHaveSent {
            var passage = finished.passage
            for case .mark(let reason) in passage.apply(.commandEnded(said), at: turn.now) {
                mark(finished, reason, "\(reason.rawValue): the POS says \(event)", &turn)
            }
        }
        return reply
    }

    private func reply(to actions: [CommandStateMachine.Action], _ command: CommandID) -> DeviceReply {
        for action in actions {
            switch action {
            case .proceed: return .proceed(command)
            case .tooLate: return .refused(Refused(.tooLate))
            case .outOfTurn: return .refused(Refused(.outOfTurn, detail: "Wait for `proceed` before acting."))
            case .repeatLastWord, .end: return .taken(command)
            case .send, .cancel: break
            }
        }
        return .taken(command)
    }

    /// The transaction of a command, if it is this device's.
    private func transaction(of command: CommandID, _ device: Device, _ turn: Turn) -> Transaction? {
        let id = command.transaction
        let transaction = live[id]?.transaction ?? turn.amended(id) ?? turn.recall.transactions[id]
        return transaction?.command != nil && transaction?.device == device ? transaction : nil
    }

    private mutating func scanned(
        _ scan: ScannedCode, in session: DeviceSession, _ at: Instant, _ stamps: GatewayStamp,
        _ address: ReturnAddress, _ turn: inout Turn, _ random: inout some RandomNumberGenerator
    ) {
        guard let key = scanKey(scan.scan, session.device) else {
            return answer(.refused(Refused(.notYours)), address, &turn)
        }
        if let repeated = known(key, turn) {
            guard repeated.body == scan.body else { return answer(.refused(Refused(.keyReused)), address, &turn) }
            broughtAgain(scan.information.sealed, of: repeated.transaction.id, &turn)
            return answerScan(repeated.transaction, in: session, address, &turn)
        }
        let request = AcceptanceRequest(
            key: key, application: scan.application, operation: scan.operation, information: scan.information,
            merchantAmount: scan.amount, body: scan.body,
            hopStamps: [HopStamp(.device, .submitted, at: at), HopStamp(.gateway, .forwarded, at: stamps.gatewayAt)])
        switch accept(request, &turn, &random) {
        case .success(let id):
            if let accepted = live[id]?.transaction { answerScan(accepted, in: session, address, &turn) }
        case .failure(let refusal): answer(.refused(refusal.refused), address, &turn)
        }
    }

    /// The key of a terminal's scan.
    func scanKey(_ scan: SubmissionKeyText, _ device: Device) -> SubmissionKey? {
        guard case .terminal(let terminal) = device else { return nil }
        return SubmissionKey(origin: .scan, terminal: terminal, text: scan)
    }

    /// The merchant cancels a command, a scan or a passing transaction. The result follows as an outcome.
    private mutating func cancel(
        _ cancelable: Cancelable, of device: Device, _ address: ReturnAddress, _ turn: inout Turn
    ) {
        let transaction: Transaction? =
            switch cancelable {
            case .command(let command): self.transaction(of: command, device, turn)
            case .scan(let scan): scanKey(scan, device).flatMap { known($0, turn)?.transaction }
            case .transaction(let id):
                (live[id]?.transaction ?? turn.recall.transactions[id]).flatMap {
                    device == .terminal($0.terminal) ? $0 : nil
                }
            }
        guard let transaction else { return answer(.refused(Refused(.unknownCommand)), address, &turn) }
        if transaction.outcome == nil || transaction.passage.isCancelRequested {
            _ = cancel(transaction.id, by: .device, &turn)
            answer(.taken(CommandID(transaction.id)), address, &turn)
        } else {
            answer(.refused(Refused(.alreadyFinal)), address, &turn)
        }
    }

    func answer(_ reply: DeviceReply, _ address: ReturnAddress, _ turn: inout Turn) {
        if case .refused(let refused) = reply { turn.outputs.append(.count(refused.refusal)) }
        turn.outputs.append(.order(.reply(reply), address))
    }
}

extension Refused {
    /// The sentence for an unpaired POS.
    static let pairedWithNone = "This POS is paired with no terminal; pair it, then connect again."
}

extension CommandStateMachine.Event {
    /// How the command ended, if a POS may have sent.
    fileprivate var mayHaveSent: CommandEnd? {
        switch self {
        case .deviceEntered(let answer): .entered(answer)
        case .deviceUncertain: .uncertain
        case .deviceReceived, .deviceSubmitted, .deviceRefused, .cancelRequested, .deviceConnected,
            .informationBroughtAgain, .timePassed, .restarted:
            nil
        }
    }
}

extension CommandStateMachine.State {
    /// The accepted answer, if something may be at the destination; a later refusal is then too late.
    fileprivate var wordBeyondRefusal: String? {
        switch self {
        case .ended(.submitted): "submit"
        case .ended(.entered): "result entered"
        case .issued, .received, .ended: nil
        }
    }
}
