import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import Router

/// What is certain is said, and what is said stays true.
@Suite(.timeLimit(.minutes(2))) struct CertaintyTests {
    @Test func yesNeverFalls() {
        var world = World()
        let (phone, request) = world.askDestination()
        let id = request.transaction
        world.answer(id, .pendingCustomer)
        #expect(world.log.transactions[id]?.sent == .yes)
        world.pass(.seconds(120))
        #expect(world.state(of: id) == .unknown)
        #expect(world.log.transactions[id]?.sent == .yes)
        world.answer(id, .notSent)
        #expect(world.state(of: id) == .unknown, "what asked its customer was sent")
        world.pass(.seconds(60))
        #expect(world.state(of: id) == .reversing)
        #expect(world.log.transactions[id]?.sent == .yes)
        world.tell(id, .reversal(.confirmed))
        #expect(world.status(for: phone)?.sent == .yes)
    }

    @Test(arguments: [CommandResult.entered(.approved()), .entered(nil), .uncertain])
    func aResultWithoutProceedIsOutOfTurnAndMayHaveBooked(result: CommandResult) throws {
        var world = World()
        let phone = world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first)
        let reply = world.call(.pos(World.till), .result(command.id, result, at: world.now))
        guard case .refused(let refused)? = reply else { return #expect(Bool(false), "it is refused") }
        #expect(refused.refusal == .outOfTurn)
        let transaction = try #require(world.log.transactions[command.id.transaction])
        #expect(transaction.reconciliation.contains(.enteredOutOfTurn))
        #expect(transaction.outcome == .handedOver(.maybe))
        #expect(world.status(for: phone)?.sent == .maybe)
        #expect(world.log.events(of: transaction.id).contains(.marked))
        let again = world.submit(world.submission(key: "key-2", code: 1), wait: .zero)
        #expect(world.refusal(for: again) == .codeUsed)
    }

    @Test func aTerminalCannotEnter() throws {
        var world = World()
        world.submit(world.submission())
        let command = try #require(world.commands.first)
        world.call(.terminal(World.alone), .result(command.id, .uncertain, at: world.now))
        #expect(world.state(of: command.id.transaction) == .commanded)
    }

    @Test func aDevicesStampsLieBetweenAcceptanceAndNow() throws {
        for claimed in [Instant(milliseconds: 1), Instant(milliseconds: 2_100_000_000_000)] {
            var world = World()
            world.submit(world.submission())
            let command = try #require(world.commands.first)
            let acceptedAt = world.now
            world.pass(.seconds(1))
            world.call(
                .terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: claimed))
            let hopStamps = try #require(world.log.transactions[command.id.transaction]?.hopStamps)
            let submitted = try #require(hopStamps.first { $0.act == .submitted })
            #expect((acceptedAt...world.now).contains(submitted.at))
            #expect(hopStamps.map(\.at) == hopStamps.map(\.at).sorted())
        }
    }

    @Test func anAdaptersStampsFollowTheDecisionAndEachOther() throws {
        var world = World()
        let (_, request) = world.askDestination()
        world.pass(.seconds(2))
        let stamps = [
            HopStamp(.adapter, .received, at: world.now + .seconds(9)),
            HopStamp(.adapter, .forwarded, at: Instant(milliseconds: 5)),
            HopStamp(.destination, .answered, at: world.now - .seconds(1)),
        ]
        let answer = AdapterAnswer(request.transaction, .authorization(.approved()), hopStamps: stamps)
        world.step(.adapter(.answer(answer), from: .adapter, World.adapter))
        let hopStamps = try #require(world.log.transactions[request.transaction]?.hopStamps)
        #expect(hopStamps.suffix(4).map(\.act) == [.received, .forwarded, .answered, .concluded])
        #expect(hopStamps.map(\.at) == hopStamps.map(\.at).sorted())
        #expect(hopStamps.allSatisfy { $0.at <= world.now })
    }

    @Test func whatWasOnlyAskedForIsStampedAsAsked() throws {
        var world = World()
        let (_, request) = world.askDestination()
        world.cancel(request.transaction)
        let acts = try #require(world.log.transactions[request.transaction]).hopStamps.map(\.act)
        #expect(acts.contains(.reversalRequested))
    }

    @Test func aRefusedResultIsStampedAsRefused() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first)
        world.call(.pos(World.till), .received(command.id, at: world.now))
        world.call(.pos(World.till), .result(command.id, .refused(ReasonCode("no")!), at: world.now))
        let acts = try #require(world.log.transactions[command.id.transaction]).hopStamps.map(\.act)
        #expect(acts.contains(.refused) && !acts.contains(.entered))
    }

    /// Nobody said `proceed`, and the relay had given up before the agent said anything: the POS may have booked all
    /// the same.
    @Test(arguments: [CommandResult.entered(.approved()), .entered(nil), .uncertain])
    func whatAPOSMayHaveSentAfterAFailureIsMarkedAndSpendsTheCode(result: CommandResult) throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first)
        for _ in 0..<2 { world.pass(.seconds(3)) }
        #expect(world.outcome(of: command.id.transaction) == .failed(.noAcknowledgement))
        world.call(.pos(World.till), .result(command.id, result, at: world.now))
        #expect(world.log.transactions[command.id.transaction]?.reconciliation == [.contradictingAnswer])
        let again = world.submit(world.submission(key: "key-2", code: 1), wait: .zero)
        #expect(world.refusal(for: again) == .codeUsed)
    }

    /// The history has the POS's word, not what came with it, and no program's spelling of it.
    @Test func aContradictionIsRecordedInPlainWords() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first)
        for _ in 0..<2 { world.pass(.seconds(3)) }
        let approval = Approval(approvalCode: "K3V9Q2", receiptLines: ["Thank you"])
        world.call(.pos(World.till), .result(command.id, .entered(.approved(approval)), at: world.now))
        let details = world.log.events.filter { $0.0 == command.id.transaction }.compactMap(\.1.detail)
        #expect(details.last == "contradictingAnswer: the POS says entered, approved")
        #expect(!details.contains { $0.contains("K3V9Q2") || $0.contains("Thank you") })
    }

    /// The outcome and the word that contradicts it arrive together.
    @Test(arguments: [CommandResult.entered(.approved()), .uncertain])
    func aWordInTheTurnOfTheOutcomeCountsAsMuchAsALaterOne(result: CommandResult) throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first)
        let session = try #require(world.sessions[.pos(World.till)])
        let (phone, gateway) = (world.address(World.ingress), world.address(World.tills))
        let now = world.now
        world.step(
            .request(.cancel(command.id.transaction, waitUntil: now), from: .ingress, phone),
            .gateway(.call(session, .result(command.id, result, at: now), gatewayAt: now), from: .posGateway, gateway))
        let transaction = try #require(world.log.transactions[command.id.transaction])
        #expect(transaction.outcome == .failed(.canceled))
        #expect(transaction.reconciliation == [.contradictingAnswer])
        let again = world.submit(world.submission(key: "key-2", code: 1), wait: .zero)
        #expect(world.refusal(for: again) == .codeUsed)
    }

    /// The later of two words that come together is held against the earlier.
    @Test func aRefusalDoesNotReplaceWhatWasEnteredInTheSameTurn() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first)
        world.call(.pos(World.till), .received(command.id, at: world.now))
        world.pass(.seconds(45))
        #expect(world.outcome(of: command.id.transaction) == .handedOver(.maybe))
        let session = try #require(world.sessions[.pos(World.till)])
        func said(_ result: CommandResult) -> RouterInput {
            .gateway(
                .call(session, .result(command.id, result, at: world.now), gatewayAt: world.now), from: .posGateway,
                ReturnAddress(World.tills, correlation: 900))
        }
        world.step(said(.entered(.approved())), said(.refused(ReasonCode("no")!)))
        #expect(world.log.transactions[command.id.transaction]?.command?.state == .ended(.entered(.approved())))
    }

    @Test func whatAPOSAnsweredOutOfTurnCanBeRead() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first)
        world.call(.pos(World.till), .result(command.id, .entered(.approved()), at: world.now))
        let details = world.log.events.filter { $0.0 == command.id.transaction }.map(\.1.detail)
        #expect(details.contains("the POS says entered, approved"))
    }

    /// What a destination says to people belongs to what it settled.
    @Test func aDeclineAfterTheApprovalLeavesNoSentence() throws {
        var world = World()
        let (_, request) = world.askDestination()
        let id = request.transaction
        func said(_ word: AdapterAnswer.Word) -> RouterInput {
            .adapter(.answer(AdapterAnswer(id, word, hopStamps: [])), from: .adapter, World.adapter)
        }
        world.step(
            said(.authorization(.approved())),
            said(.inquiry(.declined(ReasonCode("no")!, text: "not enough money"))))
        let transaction = try #require(world.log.transactions[id])
        #expect(transaction.outcome == .approved())
        #expect(transaction.text == nil)
        #expect(transaction.reconciliation == [.contradictingAnswer])
    }
}
