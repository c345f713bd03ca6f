import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import Router

/// Several adapters, good and bad ones, of one destination and of others.
@Suite(.timeLimit(.minutes(2))) struct AdapterTests {
    let other = PeerNumber(77)

    /// The next customer's payment, decided: which adapters have been handed it.
    func pay(_ world: inout World, _ number: UInt8) throws -> AuthorizationRequest {
        world.submit(world.submission(key: "key-\(number)", code: number), wait: .zero)
        let command = try #require(world.commands.first)
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        return try #require(world.requests.first?.0)
    }

    func adapter(of id: TransactionID, in world: World) -> PeerNumber? {
        for case .authorize(let request, let peer) in world.history where request.transaction == id { return peer }
        return nil
    }

    func answer(_ world: inout World, _ id: TransactionID, _ word: DestinationAnswer, by peer: PeerNumber) {
        world.step(.adapter(.answer(AdapterAnswer(id, .authorization(word), hopStamps: [])), from: .adapter, peer))
    }

    @Test func oneThatDrainsIsAskedNothingMoreAndStillAnswers() throws {
        var world = World()
        let open = try pay(&world, 1).transaction
        world.ready(other)
        world.step(.adapter(.draining, from: .adapter, World.adapter))
        for number in 2...5 as ClosedRange<UInt8> {
            world.pass(.seconds(15))  // The device is free again: what is open is unknown.
            let id = try pay(&world, number).transaction
            #expect(adapter(of: id, in: world) == other)
            answer(&world, id, .approved(), by: other)
        }
        answer(&world, open, .approved(), by: World.adapter)
        #expect(world.outcome(of: open) == .approved())
    }

    @Test func oneThatDrainedForMaintenanceIsAskedAgainOnceItIsReady() throws {
        var world = World()
        world.step(.adapter(.draining, from: .adapter, World.adapter))
        let phone = world.submit(world.submission())
        #expect(world.refusal(for: phone) == .destinationUnavailable)
        world.ready()
        let id = try pay(&world, 1).transaction
        #expect(adapter(of: id, in: world) == World.adapter)
    }

    @Test func whatIsGivenUpLeavesTheLine() throws {
        var world = World()
        let request = try pay(&world, 1)
        world.step(.authorizationNotTaken(request.transaction, World.adapter))
        #expect(world.core.waitingForAdapter[World.bank] == [request.transaction])
        world.pass(.seconds(2))
        #expect(world.outcome(of: request.transaction) == .failed(.destinationUnavailable))
        #expect(world.core.waitingForAdapter.isEmpty)
    }

    /// Two that died without a goodbye do not hide the third.
    @Test func eachThatRefusesIsTriedOnceAndThenLeftAlone() throws {
        var world = World()
        let third = PeerNumber(78)
        world.ready(other)
        world.ready(third)
        let request = try pay(&world, 1)
        var tried = [try #require(adapter(of: request.transaction, in: world))]
        for _ in 0..<2 {
            world.step(.authorizationNotTaken(request.transaction, tried[tried.count - 1]))
            tried.append(try #require(world.requests.first?.1))
        }
        #expect(Set(tried) == [World.adapter, other, third])
        world.step(.authorizationNotTaken(request.transaction, tried[2]))
        #expect(world.requests.isEmpty, "nobody is left")
        world.step(.adapter(.health(isGood: true), from: .adapter, tried[1]))
        #expect(world.requests.map(\.1) == [tried[1]], "it has said something again")
        answer(&world, request.transaction, .approved(), by: tried[1])
        #expect(world.outcome(of: request.transaction) == .approved())
    }

    @Test func oneThatRefusedOnceIsAskedAboutTheNext() throws {
        var world = World()
        let first = try pay(&world, 1)
        world.step(.authorizationNotTaken(first.transaction, World.adapter))
        #expect(world.requests.isEmpty)
        world.pass(.seconds(15))
        let second = try pay(&world, 2)
        #expect(adapter(of: second.transaction, in: world) == World.adapter)
    }

    /// What its socket did not take is no work of its own: its one place is the next customer's.
    @Test func oneThatRefusedHasItsRoomBack() throws {
        var world = World(adapterIsReady: false)
        world.ready(concurrent: 1)
        let first = try pay(&world, 1)
        world.step(.authorizationNotTaken(first.transaction, World.adapter))
        world.connect(.terminal(World.second))
        world.submit(world.submission(at: World.second, key: "key-2", code: 2), wait: .zero)
        let command = try #require(world.commands.first)
        world.call(.terminal(World.second), .submit(command.id, command.sealed, amount: nil, at: world.now))
        #expect(world.requests.map(\.0.transaction) == [command.id.transaction])
    }

    @Test func anAuthorizationIsNoOlderThanItsCode() throws {
        var world = World()
        let expiresAt = world.now + .milliseconds(1_500)
        world.submit(world.submission(expiresAt: expiresAt))
        let command = try #require(world.commands.first)
        world.now = world.now + .seconds(1)
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        let request = try #require(world.requests.first?.0)
        #expect(request.notAfter == expiresAt)
        world.step(.authorizationNotTaken(request.transaction, World.adapter))
        world.now = expiresAt
        world.ready()
        #expect(world.requests.isEmpty, "the code's time is over")
        world.pass(.seconds(3))
        #expect(world.outcome(of: request.transaction) == .failed(.destinationUnavailable))
    }

    @Test func withoutAnotherTheDestinationIsUnavailable() {
        var world = World()
        world.step(.adapter(.draining, from: .adapter, World.adapter))
        let phone = world.submit(world.submission())
        #expect(world.refusal(for: phone) == .destinationUnavailable)
    }

    @Test func oneThatCannotAskComesLastAlthoughItIsNeverBusy() throws {
        var world = World()
        let first = try pay(&world, 1).transaction
        answer(&world, first, .notSent, by: World.adapter)
        world.ready(other)
        for number in 2...4 as ClosedRange<UInt8> {
            let id = try pay(&world, number).transaction
            #expect(adapter(of: id, in: world) == other)
            answer(&world, id, .approved(), by: other)
        }
    }

    @Test func inquiriesGoToEachAdapterInTurn() {
        var world = World()
        let (_, request) = world.askDestination()
        world.ready(other)
        world.pass(.seconds(15))
        var asked: [PeerNumber] = []
        for _ in 0..<12 {
            world.pass(.seconds(1))
            for case .orderAdapter(.inquire(let followUp), let peer) in world.outputs
            where followUp.transaction == request.transaction {
                asked.append(peer)
            }
        }
        #expect(Set(asked) == [World.adapter, other], "one that knows nothing is not the only one that is asked")
    }

    @Test func inquiriesTakeTurnsThoughEachIsAnswered() {
        var world = World()
        let (_, request) = world.askDestination()
        world.ready(other)
        world.answer(request.transaction, .unknown)
        var asked: [PeerNumber] = []
        for _ in 0..<12 {
            world.pass(.seconds(1))
            for case .orderAdapter(.inquire, let peer) in world.outputs {
                asked.append(peer)
                world.tell(request.transaction, .inquiry(.unknown), by: peer)
            }
        }
        #expect(asked.count >= 3)
        #expect(zip(asked, asked.dropFirst()).allSatisfy { $0 != $1 })
    }

    @Test func anAdapterHasNoSayOnAnotherDestinationsTransactions() throws {
        var world = World()
        let manifest = DestinationManifest(
            destination: DestinationID("elsewhere")!, operations: [.payment], amountRequired: false,
            codesReusable: false, visibilityDelay: .zero, concurrent: 10)!
        world.step(.adapter(.ready(manifest), from: .adapter, other))
        let (phone, request) = world.askDestination()
        answer(&world, request.transaction, .approved(), by: other)
        answer(&world, request.transaction, .approved(), by: PeerNumber(78))
        #expect(world.answer(to: phone) == nil)
        #expect(world.outputs == [.count(.notYours)])
        answer(&world, request.transaction, .declined(ReasonCode("noFunds")!), by: World.adapter)
        answer(&world, request.transaction, .approved(), by: other)
        #expect(world.outcome(of: request.transaction) == .declined(ReasonCode("noFunds")!))
        #expect(world.log.transactions[request.transaction]?.reconciliation == [])
    }

    @Test func whatWaitedTooLongIsNotHandedOverAnyMore() throws {
        var world = World()
        world.submit(world.submission())
        let command = try #require(world.commands.first)
        world.step(.adapterLost(World.adapter))
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        world.now = world.now + TransactionStateMachine.Limits.handover
        world.ready()  // In the same turn in which its time is over.
        #expect(world.requests.isEmpty)
        #expect(world.outcome(of: command.id.transaction) == .failed(.destinationUnavailable))
    }

    // MARK: - Who comes last

    /// Which adapter the next customers' payments go to, each approved at once.
    func takers(_ world: inout World, _ numbers: ClosedRange<UInt8>) throws -> Set<PeerNumber> {
        var takers: Set<PeerNumber> = []
        for number in numbers {
            let id = try pay(&world, number).transaction
            let peer = try #require(adapter(of: id, in: world))
            takers.insert(peer)
            answer(&world, id, .approved(), by: peer)
        }
        return takers
    }

    /// Its link beats, and it says nothing.
    @Test func oneThatDoesNotAnswerComesLastUntilItDoes() throws {
        var world = World()
        let hung = try pay(&world, 1).transaction
        world.ready(other)
        world.pass(TransactionStateMachine.Limits.destination)
        #expect(try takers(&world, 2...3) == [other])
        world.pass(TransactionStateMachine.Limits.unknown)
        world.tell(hung, .reversal(.confirmed), by: other)
        #expect(world.outcome(of: hung) == .reversed, "nothing keeps the silent one busy any more")
        #expect(try takers(&world, 4...7) == [other])
        world.step(.adapter(.health(isGood: true), from: .adapter, World.adapter))
        #expect(try takers(&world, 8...9) == [other], "health is no answer to an authorization")
        answer(&world, hung, .unknown, by: World.adapter)
        #expect(try takers(&world, 10...11).contains(World.adapter), "it has answered")
    }

    @Test func aSilentOneIsAskedWhereThereIsNoOther() throws {
        var world = World()
        _ = try pay(&world, 1)
        world.pass(TransactionStateMachine.Limits.destination)
        #expect(try takers(&world, 2...3) == [World.adapter])
        world.ready(other)
        world.step(.adapterLost(other))
        #expect(try takers(&world, 4...4) == [World.adapter])
    }

    @Test func oneThatDoesNotAnswerInquiriesComesLastUntilItDoes() throws {
        var world = World()
        let (_, request) = world.askDestination()
        world.answer(request.transaction, .unknown)
        world.pass(.seconds(3))
        #expect(world.inquiries == [request.transaction])
        world.ready(other)
        var asked: [PeerNumber] = []
        for _ in 0..<4 {
            world.pass(.seconds(3))
            for case .orderAdapter(.inquire(let followUp), let peer) in world.outputs {
                asked.append(peer)
                world.tell(followUp.transaction, .inquiry(.unknown), by: peer)
            }
        }
        #expect(asked.allSatisfy { $0 == other } && !asked.isEmpty)
        #expect(try takers(&world, 2...4) == [other], "new payments avoid it too")
        world.tell(request.transaction, .inquiry(.unknown), by: World.adapter)
        #expect(try takers(&world, 5...6).contains(World.adapter))
    }

    @Test func oneThatIsNotWellComesLastUntilItsDestinationDecides() throws {
        var world = World()
        world.ready(other)
        world.step(.adapter(.health(isGood: false), from: .adapter, World.adapter))
        #expect(try takers(&world, 1...3) == [other])
        world.step(.adapter(.health(isGood: true), from: .adapter, World.adapter))
        #expect(try takers(&world, 4...4) == [World.adapter])
        world.step(.adapter(.health(isGood: false), from: .adapter, World.adapter))
        #expect(try takers(&world, 5...6) == [other])
        world.step(.adapterLost(other))
        #expect(try takers(&world, 7...7) == [World.adapter], "it decides")
        world.ready(other)
        #expect(try takers(&world, 8...9).contains(World.adapter))
    }

    // MARK: - Details

    /// What the terminal is called at the bank rides in all that the bank is asked, as it was when it was decided.
    @Test func theBankIsToldWhatTheTerminalIsCalledThere() throws {
        var world = World()
        let merchant = try #require(AttributeName("merchant"))
        let number = try #require(AttributeValue("4711"))
        let attributes = try #require(Attributes([merchant: number]))
        let (_, bare) = world.askDestination()
        #expect(bare.details == .none, "nothing was registered")
        world.answer(bare.transaction, .approved())
        var shop = World.registry.shop
        shop.terminals = shop.terminals.map { terminal in
            Shop.Terminal(id: terminal.id, pairedWith: terminal.pairedWith, at: [World.bank: attributes])
        }
        world.step(.registryChanged(try Registry(shop, version: 2)))
        let (_, request) = world.askDestination(world.submission(key: "key-2", code: 2))
        #expect(request.details == OrderDetails(attributes: attributes))
        world.step(.registryChanged(World.registry))
        world.pass(TransactionStateMachine.Limits.destination)
        world.pass(.seconds(3))
        let asked = world.history.compactMap { output -> FollowUp? in
            if case .orderAdapter(.inquire(let followUp), _) = output { followUp } else { nil }
        }
        #expect(asked.last?.details == OrderDetails(attributes: attributes), "as it was, not as it is")
        #expect(world.log.transactions[request.transaction]?.details.attributes == attributes)
    }

    /// What an adapter wants remembered before it asks is durable when it is told so, and outlives the router.
    @Test func whatAnAdapterWantsRememberedIsDurableFirst() throws {
        var world = World()
        let (_, request) = world.askDestination()
        let state = try #require(AdapterState([7]))
        world.step(.adapter(.remember(request.transaction, state), from: .adapter, World.adapter))
        let told = RouterOutput.orderAdapter(.remembered(request.transaction), World.adapter)
        #expect(world.outputs.contains(told))
        #expect(world.log.transactions[request.transaction]?.adapterState == state)
        world.step(.adapter(.remember(request.transaction, state), from: .adapter, World.adapter))
        #expect(world.outputs == [told], "a repeat is told again")
        let other = try #require(AdapterState([8]))
        world.step(.adapter(.remember(request.transaction, other), from: .adapter, PeerNumber(99)))
        #expect(world.outputs == [.count(.notYours)])
        #expect(world.log.transactions[request.transaction]?.adapterState == state)
    }

    // MARK: - Words

    /// What stood in the destination's sentence reaches cashier and customer.
    @Test func whatTheDestinationSaysOfADeclineIsShown() throws {
        var world = World()
        let (phone, request) = world.askDestination()
        world.answer(request.transaction, .declined("not enough money!"))
        let text = try #require(DisplayText(cleaning: "not enough money!"))
        let declined = Outcome.declined(StatedReason(.unspecified, text: text))
        #expect(world.status(for: phone)?.outcome == declined)
        #expect(world.tellings.map(\.3.outcome) == [declined])
        #expect(world.outcome(of: request.transaction) == declined, "and is durable")
    }

    /// What comes with a yes reaches phone and terminal as it was said first; what is said later changes nothing.
    @Test func whatTheDestinationSaysOfAnApprovalIsTold() throws {
        var world = World()
        let (phone, request) = world.askDestination()
        let approval = Approval(
            approvalCode: "K3V9Q2", providerReference: "2013112011001004330000121536", brand: "Visa",
            maskedAccount: "•••• 1234", receiptLines: ["Thank you"], displayLines: ["Bye"])
        world.answer(request.transaction, .approved(approval))
        #expect(world.status(for: phone)?.outcome == .approved(approval))
        #expect(world.tellings.map(\.3.outcome) == [.approved(approval)])
        world.answer(request.transaction, .approved(Approval(approvalCode: "OTHER")))
        world.tell(request.transaction, .inquiry(.approved()))
        let kept = try #require(world.log.transactions[request.transaction])
        #expect(kept.outcome == .approved(approval) && kept.reconciliation.isEmpty)
    }

    /// What was left out is the provider's to correct: the record names it.
    @Test func whatIsLeftOutOfAnApprovalStandsInTheHistory() {
        var world = World()
        let (_, request) = world.askDestination()
        world.answer(request.transaction, .approved(Approval(maskedAccount: "4111111111111111")))
        #expect(world.outcome(of: request.transaction)?.isApproved == true)
        #expect(world.log.events.last?.1.detail == "approved (left out: maskedAccount)")
    }

    @Test func whatTheDestinationSaysOfARefusedReversalIsShownUntilItConfirms() {
        var world = World()
        let (phone, request) = world.askDestination()
        world.cancel(request.transaction)
        world.tell(request.transaction, .reversal(.refused("settled", text: "Ask the bank")))
        #expect(world.log.transactions[request.transaction]?.text == DisplayText(cleaning: "Ask the bank"))
        world.tell(request.transaction, .inquiry(.declined("x", text: "late")))
        world.tell(request.transaction, .reversal(.confirmed))
        #expect(world.status(for: phone)?.outcome == .reversed)
        #expect(world.status(for: phone)?.text == nil)
    }

    @Test(arguments: [false, true]) func aPaymentOfNothingIsAskedOnlyWhereTheDestinationMeansIt(means: Bool) throws {
        var world = World()
        let manifest = DestinationManifest(
            destination: World.bank, operations: [.payment], amountRequired: true, zeroPayments: means,
            codesReusable: false, visibilityDelay: .zero, concurrent: 10)!
        world.step(.adapter(.ready(manifest), from: .adapter, World.adapter))
        let nothing = Amount(minorUnits: 0, unit: .currency(CurrencyCode("EUR")!))
        let phone = world.submit(world.submission(amount: nothing))
        #expect(world.refusal(for: phone) == (means ? nil : .malformed))
        if !means { world.submit(world.submission(key: "key-2")) }
        let command = try #require(world.commands.first)
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nothing, at: world.now))
        #expect(world.requests.map(\.0.amount) == (means ? [nothing] : []))
    }

    @Test func oneWhoseDestinationIsNotRegisteredIsToldSo() {
        var world = World()
        let stranger = DestinationID("bnk")!
        let manifest = DestinationManifest(
            destination: stranger, operations: [.payment], amountRequired: false, codesReusable: false,
            visibilityDelay: .zero, concurrent: 10)!
        world.step(.adapter(.ready(manifest), from: .adapter, other))
        #expect(world.outputs == [.orderAdapter(.notRegistered(stranger), other)])
        world.ready(other)
        #expect(world.outputs == [])
    }

    /// It has answered, and nothing is asked before that answer counts: a repeat would only be refused.
    @Test func theAnswerThatShowsItWellEndsItsReversalFirst() {
        var world = World()
        let (_, request) = world.askDestination()
        world.cancel(request.transaction)
        world.step(.adapter(.health(isGood: false), from: .adapter, World.adapter))
        world.tell(request.transaction, .reversal(.confirmed))
        #expect(world.reversals.isEmpty)
        #expect(world.outcome(of: request.transaction) == .reversed)
    }

    /// One whose adapters come and go for hours.
    @Test func thoseThatAreGoneAreNotRemembered() {
        var world = World()
        let (_, request) = world.askDestination()
        world.cancel(request.transaction)
        for number in 100..<200 as Range<UInt64> {
            let peer = PeerNumber(number)
            world.ready(peer)
            world.pass(.seconds(1))
            world.step(.adapterLost(peer))
        }
        #expect(world.core.adapters.unanswered[request.transaction, default: [:]].count <= 1)
    }

    /// Its code is over; those behind it have time.
    @Test func oneThatMayNotBeAskedAnyMoreHoldsUpNobody() throws {
        var world = World()
        world.step(.adapterLost(World.adapter))
        world.ready(concurrent: 1)
        _ = try pay(&world, 1)
        world.pass(.seconds(15))  // Silent: the device is free, the adapter is not.
        world.submit(world.submission(key: "key-2", code: 2, expiresAt: world.now + .milliseconds(200)), wait: .zero)
        let expiring = try #require(world.commands.first)
        world.call(
            .terminal(World.alone), .submit(expiring.id, expiring.sealed, amount: nil, at: world.now))
        world.pass(.milliseconds(300))
        world.connect(.terminal(World.second))
        world.submit(world.submission(at: World.second, key: "key-3", code: 3), wait: .zero)
        let waiting = try #require(world.commands.first)
        world.call(
            .terminal(World.second), .submit(waiting.id, waiting.sealed, amount: nil, at: world.now))
        #expect(world.requests.isEmpty, "no adapter has room")
        let first = try #require(world.everyRequest.first?.transaction)
        world.tell(first, .authorization(.approved()))
        #expect(world.requests.map(\.0.transaction) == [waiting.id.transaction])
    }

    /// So much of one transaction that nothing but its end is heard any more: its answer frees its place all the same.
    @Test func oneThatHasSaidTooMuchHoldsUpNobody() throws {
        var world = World()
        world.step(.adapterLost(World.adapter))
        world.ready(concurrent: 1)
        let (_, request) = world.askDestination()
        for number in 0..<1_100 {
            let state = AdapterState([UInt8(number & 0xFF), UInt8(number >> 8)])
            world.tell(request.transaction, .inquiry(.unknown), state: state)
        }
        world.connect(.terminal(World.second))
        world.submit(world.submission(at: World.second, key: "key-2", code: 2), wait: .zero)
        let waiting = try #require(world.commands.first)
        world.call(
            .terminal(World.second), .submit(waiting.id, waiting.sealed, amount: nil, at: world.now))
        #expect(world.requests.isEmpty, "the adapter has no room")
        world.tell(request.transaction, .authorization(.unknown))
        #expect(world.requests.map(\.0.transaction) == [waiting.id.transaction])
    }
}
