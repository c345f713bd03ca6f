import RelayDomain
import Testing

@testable import Router

/// A device that says that it is not ready gets no customer.
@Suite(.timeLimit(.minutes(2))) struct ReadinessTests {
    private let closed = DeviceCall.state(isReady: false, reason: ReasonCode("noPOSProgram"))

    @Test func whatIsNotReadyRefusesBeforeAcceptanceUntilItIs() {
        var world = World()
        for (device, terminal, refusal, code) in [
            (Device.terminal(World.alone), World.alone, Refusal.terminalNotReady, 1),
            (.pos(World.till), World.paired, .posNotReady, 2),
        ] as [(Device, TerminalID, Refusal, UInt8)] {
            let key = "key-\(terminal)"
            #expect(world.call(device, closed) == .noted)
            let refused = world.submit(world.submission(at: terminal, key: key, code: code))
            #expect(world.refusal(for: refused) == refusal)
            #expect(world.log.transactions.values.allSatisfy { $0.terminal != terminal }, "no transaction, no key")
            #expect(world.call(device, .state(isReady: true, reason: nil)) == .noted)
            world.submit(world.submission(at: terminal, key: key, code: code))
            #expect(world.commands.count == 1, "the same key succeeds")
        }
    }

    @Test func aScanOfThePairedTerminalIsRefusedWhileThePOSIsNotReady() {
        var world = World()
        world.call(.pos(World.till), closed)
        let scan = DeviceCall.scan(scannedCode(amount: euros(999)), at: world.now)
        #expect(world.call(.terminal(World.paired), scan) == .refused(Refused(.posNotReady)))
        world.call(.pos(World.till), .state(isReady: true, reason: nil))
        guard case .accepted? = world.call(.terminal(World.paired), scan) else {
            Issue.record("the same scan is taken")
            return
        }
    }

    @Test func theOperatorReadsTheReason() {
        var world = World()
        world.call(.pos(World.till), closed)
        #expect(world.core.devicesNotReady == 1)
        let address = world.address(World.ingress)
        world.step(.request(.resolve(World.paired), address))
        #expect(
            world.answer(to: address)
                == .terminal(
                    TerminalInfo(
                        terminal: World.paired, isPaired: true, isOnline: true,
                        readiness: .notReady(ReasonCode("noPOSProgram")))))
        world.disconnect(.pos(World.till))
        #expect(world.core.devicesNotReady == 0, "it is offline, which is said instead")
    }

    @Test func theClaimAfterATakeoverBringsItAlong() throws {
        var world = World()
        let session = try #require(world.sessions[.pos(World.till)])
        world.restart(reconnecting: false)
        world.step(.gatewayOpened(World.tills))
        world.step(
            .gateway(
                .claim(session.device, session.count, readiness: .notReady(ReasonCode("noPOSProgram"))),
                world.address(World.tills)))
        let refused = world.submit(world.submission(at: World.paired))
        #expect(world.refusal(for: refused) == .posNotReady)
    }

    @Test func aNewSessionBeginsReady() {
        var world = World()
        world.call(.pos(World.till), closed)
        world.connect(.pos(World.till))
        world.submit(world.submission(at: World.paired))
        #expect(world.commands.count == 1)
    }
}

/// At a paired counter the relay terminal carries nothing out; it sees what passes at its tag, and may cancel it.
@Suite(.timeLimit(.minutes(2))) struct PassingTests {
    private let terminal = Device.terminal(World.paired)

    private func passing(in world: World) -> [TransactionStatus] {
        world.outputs.compactMap { output in
            guard case .order(.passing(let session, let passing), let address) = output else { return nil }
            #expect(session == world.sessions[terminal] && address == ReturnAddress(World.terminals, correlation: 0))
            #expect(passing.application == World.pay && passing.operation == .payment)
            return passing.status
        }
    }

    @Test func eachChangeIsToldToTheTerminal() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first).id
        #expect(passing(in: world).map(\.state) == [.commanded])
        world.call(.pos(World.till), .received(command, at: world.now))
        #expect(passing(in: world).map(\.sent) == [.maybe])
        world.call(.pos(World.till), .result(command, .entered(.approved()), at: world.now))
        #expect(passing(in: world).map(\.outcome) == [.approved()])
        #expect(world.tellings.map(\.0) == [.pos(World.till)], "the outcome of the command is the agent's")
    }

    @Test func anUnpairedTerminalHearsOfItsCommandAlone() {
        var world = World()
        world.submit(world.submission())
        #expect(!world.history.contains { if case .order(.passing, _) = $0 { true } else { false } })
    }

    @Test func whatItScannedItselfItHearsOfAsItsScan() {
        var world = World()
        world.call(terminal, .scan(scannedCode(), at: world.now))
        #expect(passing(in: world).isEmpty)
    }

    @Test func aTerminalThatComesLaterLearnsWhatIsUnderWay() {
        var world = World()
        world.disconnect(terminal)
        world.submit(world.submission(at: World.paired))
        #expect(passing(in: world).isEmpty)
        world.step(.gateway(.claim(terminal, nil), world.address(World.terminals)))
        for case .order(.claimed(let session, _), _) in world.outputs { world.sessions[terminal] = session }
        #expect(passing(in: world).map(\.state) == [.commanded])
    }

    @Test func theTerminalMayCancelIt() throws {
        var world = World()
        let phone = world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first).id
        let cancel = DeviceCall.cancel(.transaction(command.transaction), at: world.now)
        #expect(world.call(.terminal(World.alone), cancel) == .refused(Refused(.unknownCommand)), "not its tag")
        #expect(world.call(terminal, cancel) == .taken(command))
        #expect(world.cancels == [command], "the agent is told")
        #expect(world.status(for: phone)?.outcome == .failed(.canceled))
        #expect(world.call(terminal, cancel) == .taken(command), "a repeat is answered as before")
    }

    @Test func whatHasItsOutcomeIsNotCanceled() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first).id
        world.call(.pos(World.till), .received(command, at: world.now))
        world.call(.pos(World.till), .result(command, .entered(.approved()), at: world.now))
        let cancel = DeviceCall.cancel(.transaction(command.transaction), at: world.now)
        #expect(world.call(terminal, cancel) == .refused(Refused(.alreadyFinal)))
        let unknown = TransactionID("019a0000-0000-7000-8000-000000000001.0")!
        #expect(
            world.call(terminal, .cancel(.transaction(unknown), at: world.now)) == .refused(Refused(.unknownCommand)))
    }
}

/// What became of commands and scans is told from the journal, however long the device was away.
@Suite(.timeLimit(.minutes(2))) struct ResumeTests {
    @Test func twoOutcomesWhileAwayAreBothToldAfterARestart() throws {
        var world = World()
        var requests: [AuthorizationRequest] = []
        for number in 1...2 as ClosedRange<UInt8> {
            let scan = scannedCode("scan-\(number)", code: number)
            world.call(.terminal(World.alone), .scan(scan, at: world.now))
            requests.append(try #require(world.requests.first).0)
            world.answer(requests[Int(number) - 1].transaction, .pendingCustomer)
            world.answer(requests[Int(number) - 1].transaction, .unknown)
        }
        world.disconnect(.terminal(World.alone))
        world.answer(requests[0].transaction, .approved())
        world.answer(requests[1].transaction, .declined(ReasonCode("insufficientFunds")!))
        world.restart()
        world.connect(.terminal(World.alone))
        #expect(world.tellings.isEmpty, "nothing waits in a router's memory")
        let scans = ["scan-1", "scan-2", "scan-3"].map { SubmissionKeyText($0)! }
        guard case .states(let commands, let states)? = world.call(.terminal(World.alone), .resume([], scans: scans))
        else {
            Issue.record("resume is answered with states")
            return
        }
        #expect(commands.isEmpty)
        #expect(states.map(\.scan) == scans)
        #expect(states.map(\.status?.outcome) == [.approved(), .declined(ReasonCode("insufficientFunds")!), nil])
        #expect(states.map { $0.status?.id } == requests.map(\.transaction) + [nil])
    }

    @Test func aScanUnderWayIsToldAsItStandsAndNoOthersScan() throws {
        var world = World()
        world.call(.terminal(World.alone), .scan(scannedCode(), at: world.now))
        let key = scannedCode().scan
        let reply = world.call(.terminal(World.alone), .resume([], scans: [key]))
        guard case .states(_, let states)? = reply else {
            Issue.record("resume is answered with states")
            return
        }
        #expect(states.first?.status?.state == .authorizing)
        let other = world.call(.terminal(World.paired), .resume([], scans: [key]))
        #expect(other == .states([], scans: [ScanStatus(scan: key, status: nil)]))
    }
}

/// A session is for devices that the registry names.
@Suite(.timeLimit(.minutes(2))) struct UnregisteredTests {
    private func change(_ world: inout World, _ change: (inout Shop) -> Void) throws {
        var shop = World.registry.shop
        change(&shop)
        world.step(.registryChanged(try Registry(shop, version: 2)))
    }

    private func ended(in world: World) -> [Device] {
        world.outputs.compactMap {
            if case .order(.sessionUnregistered(let session), _) = $0 { session.device } else { nil }
        }
    }

    @Test func aTerminalThatIsRemovedLosesItsSessionAtOnce() throws {
        var world = World()
        try change(&world) { $0.terminals.removeAll { $0.id == World.alone } }
        #expect(ended(in: world) == [.terminal(World.alone)])
        #expect(world.core.devicesOnline == 2)
    }

    @Test func aPOSThatIsUnpairedLosesItsSessionAtOnce() throws {
        var world = World()
        try change(&world) { $0.terminals[1] = Shop.Terminal(id: World.paired) }
        #expect(ended(in: world) == [.pos(World.till)])
    }

    @Test func whatIsNotTouchedStays() throws {
        var world = World()
        try change(&world) { $0.terminals.append(Shop.Terminal(id: TerminalID("counter-9")!)) }
        #expect(ended(in: world).isEmpty)
    }

    @Test(arguments: [
        ("till-9", Refused(.unknownPOS)), ("till-3", Refused(.posOffline, detail: Refused.pairedWithNone)),
    ])
    func aPOSHearsWhatIsMissing(pos: String, refused: Refused) throws {
        var world = World()
        try change(&world) { $0.pos.append(POSID("till-3")!) }
        let device = Device.pos(POSID(pos)!)
        world.connect(device)
        #expect(
            world.outputs.contains { if case .order(.claimRefused(device, refused), _) = $0 { true } else { false } })
    }
}

/// What a device learns of where it stands.
@Suite(.timeLimit(.minutes(2))) struct CounterFactsTests {
    private static let branch = Shop.Branch(
        id: ShopID("corner")!, name: "Corner shop", currency: CurrencyCode("EUR")!,
        timeZone: TimeZoneName("Europe/Berlin")!, programs: [ProgramID("stars")!])

    private func facts(
        of device: Device, amountRequired: Bool = false, sum: Shop.SumRule? = nil
    ) throws -> CounterFacts? {
        var world = World(amountRequired: amountRequired, devicesAreOnline: false)
        var shop = World.registry.shop
        shop.shops = [Self.branch]
        shop.terminals = shop.terminals.map {
            Shop.Terminal(id: $0.id, pairedWith: $0.pairedWith, shop: Self.branch.id, sum: sum)
        }
        shop.scanRules = [
            ScanRule(symbology: .qr, length: 20...20, prefix: "99", application: World.pay, operation: .payment)
        ]
        world.step(.registryChanged(try Registry(shop, version: 2)))
        world.connect(device)
        for case .order(.claimed(_, let facts), _) in world.outputs { return facts }
        return nil
    }

    @Test func bothDevicesOfACounterLearnTheSame() throws {
        let facts = try facts(of: .terminal(World.paired))
        #expect(
            facts
                == CounterFacts(
                    terminal: World.paired, pos: World.till, shop: Self.branch, currencies: [Self.branch.currency],
                    programs: Self.branch.programs, amountRequired: false))
        #expect(try self.facts(of: .pos(World.till)) == facts)
    }

    @Test func aSumIsRequiredWhereTheDestinationOfAScanWantsOneOrTheOperatorDoes() throws {
        let alone = Device.terminal(World.alone)
        #expect(try facts(of: alone)?.amountRequired == false)
        #expect(try facts(of: alone, amountRequired: true)?.amountRequired == true)
        #expect(try facts(of: alone, amountRequired: true, sum: .optional)?.amountRequired == false)
        #expect(try facts(of: alone, sum: .required)?.amountRequired == true)
        #expect(try facts(of: .terminal(World.paired), amountRequired: true)?.amountRequired == false)
        #expect(try facts(of: .terminal(World.paired), sum: .required)?.amountRequired == true)
    }

    /// A membership's code needs no sum: which of the two it is the relay sees when it has the code.
    @Test func whereSomeCodesNeedNoSumTheTerminalDoesNotAskForOne() throws {
        let club = DestinationID("club")!
        var world = World(amountRequired: true, devicesAreOnline: false)
        var shop = World.registry.shop
        shop.destinations.append(.init(id: club, kind: ReasonCode("sandbox")!))
        shop.applications.append(
            .init(
                id: ApplicationID("club")!, issuer: IssuerID("op")!, functions: [.accrue], destination: club))
        shop.scanRules = [
            ScanRule(symbology: .qr, length: 20...20, prefix: "99", application: World.pay, operation: .payment),
            ScanRule(
                symbology: .qr, length: 10...10, prefix: "1", application: ApplicationID("club")!, operation: .accrue),
        ]
        world.step(.registryChanged(try Registry(shop, version: 2)))
        let manifest = DestinationManifest(
            destination: club, operations: [.accrue], amountRequired: false, codesReusable: true,
            visibilityDelay: .zero, concurrent: 1)!
        world.step(.adapter(.ready(manifest), PeerNumber(99)))
        world.connect(.terminal(World.alone))
        guard case .order(.claimed(_, let facts), _)? = world.outputs.first else {
            return #expect(Bool(false), "no session")
        }
        #expect(!facts.amountRequired)
    }

    @Test func aRegistryWithoutShopsSaysNothing() {
        var world = World(devicesAreOnline: false)
        world.connect(.terminal(World.alone))
        for case .order(.claimed(_, let facts), _) in world.outputs {
            #expect(facts == CounterFacts(terminal: World.alone))
        }
    }
}

/// Whose sum a command carries, and what may be a sum at all.
@Suite(.timeLimit(.minutes(2))) struct SumTests {
    @Test func theMerchantsSumRidesInTheCommandAndSaysWhoseItIs() throws {
        var world = World()
        world.call(.terminal(World.paired), .scan(scannedCode(amount: euros(999)), at: world.now))
        let command = try #require(world.commands.first)
        #expect(command.amount == euros(999) && command.amountOf == .merchant)
        world.restart(reconnecting: false)
        world.step(.gatewayOpened(World.tills))
        world.connect(.pos(World.till))
        #expect(world.commands == [command], "the journal remembers whose it was")
    }

    /// What the operator asks of a counter holds where no destination asks for it.
    @Test func aScanBringsASumWhereTheOperatorWantsOne() throws {
        var world = World()
        var shop = World.registry.shop
        shop.terminals = shop.terminals.map { Shop.Terminal(id: $0.id, pairedWith: $0.pairedWith, sum: .required) }
        world.step(.registryChanged(try Registry(shop, version: 2)))
        for (terminal, code) in [(World.alone, 1), (World.paired, 2)] as [(TerminalID, UInt8)] {
            let device = Device.terminal(terminal)
            let reply = world.call(device, .scan(scannedCode(code: code), at: world.now))
            #expect(reply == .refused(Refused(.amountRequired)))
            guard
                case .accepted? = world.call(
                    device, .scan(scannedCode(code: code, amount: euros(100)), at: world.now))
            else {
                Issue.record("the same scan with a sum is taken")
                return
            }
        }
    }

    @Test func aPhonesSumIsThePhones() throws {
        var world = World()
        world.submit(world.submission(at: World.paired, amount: euros(999)))
        let command = try #require(world.commands.first)
        #expect(command.amount == euros(999) && command.amountOf == .phone)
        world.submit(world.submission(key: "key-2", code: 2))
        #expect(world.commands.first?.amountOf == nil)
    }

    @Test func aSumThatTheOperationDoesNotCountIsRefusedBeforeAnythingLeaves() throws {
        let refused = Refused(.malformed, field: "amount")
        var world = World()
        for submission in [
            world.submission(amount: stars(100)), world.submission(amount: euros(0)),
            world.submission(application: World.points, operation: .accrue, amount: euros(100)),
        ] {
            let phone = world.submit(submission)
            #expect(world.answer(to: phone) == .refused(refused))
        }
        for amount in [stars(100), euros(0)] {
            let scan = DeviceCall.scan(scannedCode(amount: amount), at: world.now)
            #expect(world.call(.terminal(World.alone), scan) == .refused(refused))
        }
        #expect(world.log.transactions.isEmpty)

        world.submit(world.submission())
        let command = try #require(world.commands.first)
        for amount in [stars(100), euros(0)] {
            let submit = DeviceCall.submit(command.id, command.sealed, amount: amount, at: world.now)
            #expect(world.call(.terminal(World.alone), submit) == .refused(refused))
        }
        #expect(world.everyRequest.isEmpty)
        let submit = DeviceCall.submit(command.id, command.sealed, amount: euros(100), at: world.now)
        #expect(world.call(.terminal(World.alone), submit) == .taken(command.id), "it may still be said right")
        #expect(world.everyRequest.map(\.amount) == [euros(100)])
    }
}

/// What was taken stays, and who says something else is told what it was.
@Suite(.timeLimit(.minutes(2))) struct TakenWordTests {
    private func taken(_ word: String) -> DeviceReply {
        .refused(Refused(.alreadyTaken, detail: "\(word) was taken, and it stays."))
    }

    @Test(arguments: [false, true])
    func anotherSumAfterASubmitIsToldWhatWasTaken(isOver: Bool) {
        var world = World()
        let (_, request) = world.askDestination(amount: euros(100))
        if isOver { world.answer(request.transaction, .approved()) }
        let command = CommandID(request.transaction)
        func submit(_ amount: Amount?) -> DeviceCall {
            .submit(command, request.sealed, amount: amount, at: world.now)
        }
        #expect(world.call(.terminal(World.alone), submit(euros(101))) == taken("submit with 1.00 EUR"))
        #expect(world.call(.terminal(World.alone), submit(nil)) == taken("submit with 1.00 EUR"))
        #expect(world.call(.terminal(World.alone), submit(euros(100))) == .taken(command))
        #expect(world.everyRequest.map(\.amount) == [euros(100)])
    }

    @Test func aSumThatWasFoundToDifferWasTakenToo() {
        var world = World()
        world.submit(world.submission(amount: euros(100)))
        let command = world.commands[0]
        for (amount, reply) in [
            (euros(101), DeviceReply.taken(command.id)), (euros(100), taken("submit with 1.01 EUR")),
            (euros(101), .taken(command.id)),
        ] {
            let submit = DeviceCall.submit(command.id, command.sealed, amount: amount, at: world.now)
            #expect(world.call(.terminal(World.alone), submit) == reply)
        }
        #expect(world.outcome(of: command.id.transaction) == .failed(.amountMismatch))
    }

    @Test func aRefusalAfterASubmitIsNotTaken() {
        var world = World()
        let (_, request) = world.askDestination()
        let command = CommandID(request.transaction)
        let refusal = DeviceCall.result(command, .refused(ReasonCode("canceled")!), at: world.now)
        #expect(world.call(.terminal(World.alone), refusal) == taken("submit"))
        world.answer(request.transaction, .approved())
        #expect(world.call(.terminal(World.alone), refusal) == taken("submit"))
        #expect(world.outcome(of: request.transaction) == .approved())
    }

    @Test func aRefusalAfterTheCodeWasEnteredIsNotTaken() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first).id
        world.call(.pos(World.till), .received(command, at: world.now))
        world.call(.pos(World.till), .result(command, .entered(.approved()), at: world.now))
        let refusal = DeviceCall.result(command, .refused(ReasonCode("canceled")!), at: world.now)
        #expect(world.call(.pos(World.till), refusal) == taken("result entered"))
        #expect(world.outcome(of: command.transaction) == .approved())
    }
}

private func scannedCode(_ id: String = "scan-1", code: UInt8 = 4, amount: Amount? = nil) -> ScannedCode {
    ScannedCode(
        application: World.pay, operation: .payment,
        information: Information(
            kind: .paymentCode, sealed: SealedInformation([code, 2, 3])!,
            digest: KeyedDigest(Array(repeating: code, count: 32))!, expiresAt: nil),
        amount: amount, scan: SubmissionKeyText(id)!, body: KeyedDigest(Array(repeating: code, count: 32))!)
}

private func stars(_ points: Int64) -> Amount { Amount(minorUnits: points, unit: .points(ProgramID("stars")!))! }

/// Which session of a device counts.
@Suite(.timeLimit(.minutes(1))) struct SessionOrderTests {
    private let device = Device.terminal(World.alone)

    private func granted(_ decision: DeviceSessions.Decision) throws -> ConnectionCount {
        guard case .granted(let count, _) = decision else { throw Outdated() }
        return count
    }

    private struct Outdated: Error {}

    /// A gateway that keeps an old session over a takeover does not take the device from the one that has its newest.
    @Test func anOlderSessionDoesNotReplaceANewerOne() throws {
        var sessions = DeviceSessions(term: 1)
        let older = try granted(sessions.claim(device, nil, .ready, by: World.terminals))
        let newer = try granted(sessions.claim(device, nil, .ready, by: World.tills))
        #expect(throws: Outdated.self) { try granted(sessions.claim(device, older, .ready, by: World.terminals)) }
        #expect(sessions.isCurrent(DeviceSession(device: device, count: newer), at: World.tills))
    }

    /// The end of a session that was replaced comes late.
    @Test func onlyTheGatewayThatHoldsASessionEndsIt() throws {
        var sessions = DeviceSessions(term: 1)
        let older = try granted(sessions.claim(device, nil, .ready, by: World.terminals))
        let newer = try granted(sessions.claim(device, nil, .ready, by: World.tills))
        sessions.end(DeviceSession(device: device, count: older), at: World.terminals)
        sessions.end(DeviceSession(device: device, count: newer), at: World.terminals)
        #expect(sessions.session(of: device) != nil)
        sessions.end(DeviceSession(device: device, count: newer), at: World.tills)
        #expect(sessions.session(of: device) == nil)
    }
}
