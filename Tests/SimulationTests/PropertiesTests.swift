import RelayDomain
import RelayTesting
import Testing

@testable import Router
@testable import Sandbox
@testable import Simulation

/// Each property is disproved by a deed that it forbids; a watch that never barks is none.
@Suite(.timeLimit(.minutes(5))) struct PropertiesTests {
    @Test(arguments: Property.allCases)
    func aForbiddenDeedIsNoticed(property: Property) {
        let scene = Scene()
        scene.plant(property)
        #expect(scene.properties.breaches.map(\.property).contains(property))
    }

    @Test func aCodeIsFoundInItsFullFormAlone() {
        let codes = [SimShop.code(of: SimShop.phoneName(0), visit: 1)] + SimShop.members
        for code in codes { #expect(SimShop.holdCode(Array("|\(code)".utf8)), "\(code)") }
        for bytes in ["pay-", "mem-", "pay-phone-1-", "mem-1-000"] { #expect(!SimShop.holdCode(Array(bytes.utf8))) }
    }

    @Test func whatIsAllowedIsNoBreach() {
        let scene = Scene()
        scene.commit(scene.transaction(.authorizing(.done)), [.accepted, .authorizing], opens: true)
        scene.properties.moved(scene.entry(.booking))
        scene.commit(scene.transaction(.ended(.approved())), [.concluded])
        scene.properties.judge([scene.transaction(.ended(.approved()))], sendings: [:])
        #expect(scene.properties.breaches.isEmpty)
    }
}

/// One transaction, its journal, and whoever watches.
private final class Scene {
    let properties = Properties(tally: Tally()) { _ in }
    private var log = MemoryLog()
    private let now = SimClock.epoch + .seconds(1)
    private let id = TransactionID(high: 0x019A_0000_0000_7000, low: 0x8000_0000_0000_0001, journal: 0)!
    private let another = TransactionID(high: 0x019A_0000_0000_7000, low: 0x8000_0000_0000_0002, journal: 0)!
    private let peer = ReturnAddress(PeerNumber(1), correlation: 1)

    /// Does what the property forbids.
    func plant(_ property: Property) {
        switch property {
        case .oneOutcome:
            begin(.ended(.approved()))
            commit(transaction(.ended(.reversed)), [.concluded])
        case .ledgerAgrees: properties.judge([transaction(.ended(.approved()))], sendings: [:])
        case .bookedOnce: for _ in 0..<2 { properties.moved(entry(.booking)) }
        case .askedOnce: for _ in 0..<2 { properties.handingOver(request(amount: nil)) }
        case .sentOnce: for _ in 0..<2 { properties.sending(CommandID(id)) }
        case .inTime: properties.asking(request(amount: nil), at: SimClock.epoch + .seconds(60))
        case .allowed: properties.starting(command, at: SimClock.epoch, allowed: false)
        case .durableFirst:
            properties.leaving(.reply(.status(transaction(.commanded).status), peer), to: nil, known: log)
        case .oneWriter:
            begin(.commanded)
            commit(transaction(.authorizing(.done)), [.authorizing], from: 1)
        case .indexInOrder: properties.breach(.indexInOrder, "a run changes that is true")
        case .nothingLost:
            properties.told(transaction(.commanded).status, to: "a phone", under: key("k-1"))
            properties.judge([], sendings: [:])
        case .finalInTime: properties.judge([transaction(.unknown)], sendings: [:])
        case .oneKey:
            begin(.commanded)
            commit(transaction(.commanded, id: another, code: "pay-2"), [.accepted], opens: true)
        case .oneUse:
            begin(.ended(.approved()))
            commit(
                transaction(.ended(.declined(SimShop.reason("no"))), id: another, key: "k-2"), [.accepted], opens: true)
        case .oneAtATime:
            begin(.commanded)
            commit(transaction(.commanded, id: another, key: "k-2", code: "pay-2"), [.accepted], opens: true)
        case .merchantsSum:
            let call = DeviceCall.submit(CommandID(id), sealed("pay-1"), amount: euros(5), at: now)
            properties.hearing(.gateway(.call(session, call, gatewayAt: now), from: .terminalGateway, peer), of: log)
            properties.handingOver(request(amount: euros(6)))
        case .ownSum:
            properties.keyed(euros(5), at: terminal, for: .next(until: .start + .seconds(1)))
            properties.tookBack(at: terminal)
            properties.charging(euros(5), at: terminal, to: "the next", now: .start)
        case .ownInformation:
            begin(.authorizing(.done))
            let foreign = request(amount: nil, sealed: sealed("pay-2"))
            properties.leaving(.authorize(foreign, PeerNumber(1)), to: .destinationAdapter, known: log)
        case .commandedAgain: loseCommand()
        case .scanTold: properties.judge([transaction(.ended(.reversed), origin: .scan)], sendings: [:])
        case .patience:
            begin(.authorizing(.done))
            commit(transaction(.reversing), [.reversing])
        case .approvalTold:
            properties.approved(SimShop.ledgerID(id), with: Approval(approvalCode: "A1"))
            properties.told(transaction(.ended(.approved(Approval(approvalCode: "A2")))).status, to: "a phone")
        case .approvalHeard:
            begin(.authorizing(.done))
            let answer = AdapterAnswer(id, .authorization(.approved()), hopStamps: [])
            properties.hearing(.adapter(.answer(answer), from: .adapter, PeerNumber(1)), of: log)
            commit(transaction(.ended(.failed(.notSent))), [.concluded])
        case .answeredOnce:
            let call = RouterInput.gateway(
                .call(session, .resume([]), gatewayAt: now), from: .terminalGateway, peer)
            properties.answered([call], [], of: 0, at: now, within: .milliseconds(300), deadline: nil)
        case .rightClock: properties.expired(.seconds(30), wallClockIsRight: true)
        case .sentStays:
            begin(.pendingCustomer)
            commit(transaction(.unknown), [.unknown])
        case .contradictionIsReal:
            var reversed = transaction(.ended(.reversed))
            reversed.reconciliation = [.contradictingAnswer]
            properties.judge([reversed], sendings: [:])
        case .ownRole:
            properties.leaving(.authorize(request(amount: nil), PeerNumber(1)), to: .ingress, known: log)
        case .noCode: properties.written(Array("a \(SimShop.code(of: SimShop.phoneName(7), visit: 12)).".utf8))
        case .understood: properties.breach(.understood, "a frame that nobody can read")
        }
    }

    /// The next router has the device, is brought the information again, and sends no command.
    private func loseCommand() {
        var commanded = transaction(.commanded)
        commanded.command = CommandStateMachine(carrier: .terminal, issuedAt: now, codeExpiresAt: nil)
        commit(commanded, [.accepted], opens: true)
        properties.takenOver(0)
        let facts = CounterFacts(
            terminal: terminal, pos: nil, shop: nil, currencies: [], programs: [], amountRequired: false)
        properties.decided([], [.order(.claimed(session, facts), peer)], of: log, isWhole: true, at: now)
        let submit = SubmitTransaction(
            terminal: terminal, application: SimShop.pay, operation: .payment,
            information: Information(
                kind: .paymentCode, sealed: sealed("pay-1"), digest: SimShop.digest("pay-1"), expiresAt: nil),
            amount: nil, key: key("k-1"), body: SimShop.digest("body"), hopStamps: [])
        properties.decided(
            [.request(.submit(submit, waitUntil: now), from: .ingress, peer)], [], of: log, isWhole: true, at: now)
    }

    private var session: DeviceSession {
        DeviceSession(device: .terminal(terminal), count: ConnectionCount(term: 1, number: 1))
    }

    private func begin(_ state: TransactionStateMachine.State) {
        commit(transaction(state), [.accepted], opens: true)
    }

    func commit(
        _ transaction: Transaction, _ kinds: [JournalEntry.Event.Kind], opens: Bool = false, from first: UInt64? = nil
    ) {
        let first = first ?? (log.events.last?.1.sequence ?? 0) + 1
        let events = kinds.enumerated().map { index, kind in
            JournalEntry.Event(sequence: first + UInt64(index), at: now, wall: now, kind: kind)
        }
        let opening = JournalEntry.Opening(body: SimShop.digest("body"))
        let entries = [JournalEntry(transaction: transaction, events: events, opening: opens ? opening : nil)]
        if properties.committing(entries, to: log) { log.commit(entries) }
    }

    func entry(_ kind: LedgerEntry.Kind) -> LedgerEntry {
        LedgerEntry(
            kind: kind, at: now, transaction: SimShop.ledgerID(id),
            reference: RetrievalReferenceNumber(journal: 0, sequence: 1),
            operation: .payment, who: nil, amount: euros(5))
    }

    func transaction(
        _ state: TransactionStateMachine.State, id: TransactionID? = nil, key: String = "k-1", code: String = "pay-1",
        origin: SubmissionKey.Origin? = nil
    ) -> Transaction {
        Transaction(
            id: id ?? self.id, acceptedAt: now, acceptedOn: now, key: self.key(key, origin), pos: nil,
            application: SimShop.pay, destination: SimShop.bank, operation: .payment, digest: SimShop.digest(code),
            informationIsOneTime: true, codeExpiresAt: nil, codeExpiryNamed: nil, phoneAmount: nil,
            amountRequired: true, passage: TransactionStateMachine(state))
    }

    private let terminal = TerminalID("counter-1")!

    private func key(_ text: String, _ origin: SubmissionKey.Origin? = nil) -> SubmissionKey {
        SubmissionKey(
            origin: origin ?? .phone(application: SimShop.pay, customer: ""), terminal: terminal,
            text: SubmissionKeyText(text)!)
    }

    private func euros(_ cents: Int64) -> Amount { Amount(minorUnits: cents, unit: SimShop.euro)! }

    private func sealed(_ code: String) -> SealedInformation {
        SimShop.seal(code, for: transaction(.commanded).sealedFor)
    }

    private func request(amount: Amount?, sealed: SealedInformation? = nil) -> AuthorizationRequest {
        AuthorizationRequest(
            transaction: id, reference: RetrievalReferenceNumber(journal: 0, sequence: 1), destination: SimShop.bank,
            operation: .payment, amount: amount, sealed: sealed ?? self.sealed("pay-1"), sealedFor: command.sealedFor,
            notAfter: now + .seconds(2))
    }

    private var command: Command {
        let transaction = transaction(.commanded)
        return CommandGenerator.command(for: transaction, sealed: sealed("pay-1"))!
    }
}
