import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import ErrorCatalogue
@testable import Router

/// Each reason of a failed transaction, each mark for a person, and each refusal that operators alone can meet.
@Suite(.timeLimit(.minutes(2))) struct OutcomeCodeTests {
    static let catalogue = ErrorCatalogueTests.catalogue

    // MARK: - Failures

    @Test func everyFailureHasAScenario() {
        #expect(Set(Self.failures.keys) == Set(Self.catalogue[.failures].map(\.code)))
    }

    @Test(arguments: catalogue[.failures]) func aFailureSaysWhatTheCatalogueSays(entry: Catalogue.Entry) throws {
        var world = entry.code == "amountRequired" ? World(amountRequired: true) : World()
        let phone = world.submit(world.submission(amount: sum(500)))
        let command = try #require(world.commands.first)
        let goOn = try #require(Self.failures[entry.code])
        goOn(&world, command)

        let status = try #require(world.status(for: phone))
        let reason = try #require(FailureReason(rawValue: entry.code))
        #expect(status.outcome == .failed(reason))
        #expect(status.sent.rawValue == entry.sent)
        #expect(world.everyRequest.isEmpty || entry.code == "notSent")
        // newKey: the key stands for the failure, the code comes free.
        #expect(entry.retry == .newKey)
        let sameKey = world.submit(world.submission(amount: sum(500)))
        #expect(world.status(for: sameKey)?.outcome == status.outcome)
        world.ready()
        let sameCode = world.submit(world.submission(key: "key-2"), wait: .zero)
        #expect(world.status(for: sameCode)?.state == .commanded)
    }

    static let failures: [String: @Sendable (inout World, Command) -> Void] = [
        "noAcknowledgement": { world, _ in
            world.pass(.seconds(3))
            world.pass(.seconds(3))
        },
        "noSubmission": { world, command in
            world.call(.terminal(World.alone), .received(command.id, at: world.now))
            world.pass(.seconds(45))
        },
        "deviceRefused": { world, command in
            let result = CommandResult.refused(ReasonCode("noPaper")!)
            world.call(.terminal(World.alone), .result(command.id, result, at: world.now))
        },
        "amountMismatch": { submit(&$0, $1, amount: sum(600)) },
        "amountRequired": { submit(&$0, $1, amount: nil) },
        "destinationUnavailable": { world, command in
            world.step(.adapterLost(World.adapter))
            submit(&world, command)
            world.pass(.seconds(2))
        },
        "notSent": { world, command in
            submit(&world, command)
            world.answer(command.id.transaction, .notSent)
        },
        "canceled": { cancel(&$0, $1.id.transaction) },
    ]

    // MARK: - Marks

    @Test func everyMarkHasAScenario() {
        #expect(Set(Self.marks.keys) == Set(Self.catalogue[.marks].map(\.code)))
    }

    @Test(arguments: catalogue[.marks]) func aMarkSaysWhatTheCatalogueSays(entry: Catalogue.Entry) throws {
        var world = World()
        let play = try #require(Self.marks[entry.code])
        let id = play(&world)
        let transaction = try #require(world.log.transactions[id])
        let mark = try #require(ReconciliationReason(rawValue: entry.code))
        #expect(transaction.reconciliation.contains(mark))
        #expect(transaction.sent.rawValue == entry.sent)
        #expect(entry.retry == .no)
    }

    static let marks: [String: @Sendable (inout World) -> TransactionID] = [
        "handedOverMaybe": { world in
            world.submit(world.submission(at: World.paired))
            let command = world.commands[0].id
            world.call(.pos(World.till), .received(command, at: world.now))
            world.call(.pos(World.till), .result(command, .uncertain, at: world.now))
            return command.transaction
        },
        "enteredOutOfTurn": { world in
            world.submit(world.submission(at: World.paired))
            let command = world.commands[0].id
            world.call(.pos(World.till), .result(command, .entered(nil), at: world.now))
            return command.transaction
        },
        "contradictingAnswer": { world in
            let (_, request) = world.askDestination()
            world.answer(request.transaction, .declined(ReasonCode("noFunds")!))
            world.answer(request.transaction, .approved)
            return request.transaction
        },
        "reversalRefused": { world in
            let (_, request) = world.askDestination()
            cancel(&world, request.transaction)
            world.tell(request.transaction, .reversal(.refused(ReasonCode("settled")!)))
            return request.transaction
        },
        "restoredFromBackup": { world in
            world.submit(world.submission())
            let id = world.commands[0].id.transaction
            world.restart(restored: true)
            return id
        },
    ]

    // MARK: - Operators

    @Test func everyRefusalIsMetBySomebody() {
        let elsewhere = Set((Self.catalogue.forPhones + Self.catalogue.forDevices).map(\.code))
        let operators = Self.catalogue[.refusals].map(\.code).filter { !elsewhere.contains($0) }
        #expect(Set(Self.operators.keys) == Set(operators))
    }

    @Test(arguments: operators.keys.sorted()) func operatorsReadWhatTheCatalogueSays(code: String) throws {
        let request = try #require(Self.operators[code])
        let entry = try #require(Self.catalogue[.refusals].first { $0.code == code })
        var world = World()
        let console = world.address(World.console)
        let wanted = request(&world)
        // Who may do everything gets no `notPermitted`.
        let caller: Caller = code == "notPermitted" ? .ingress : .operator
        world.step(.request(wanted, from: caller, console))
        let refusal = try #require(world.refusal(for: console))
        #expect(refusal.rawValue == code)
        #expect(Said(refusal) == Said(entry))
    }

    static let operators: [String: @Sendable (inout World) -> RouterRequest] = [
        "nothingToReconcile": { world in
            let (_, request) = world.askDestination()
            world.answer(request.transaction, .approved)
            return .reconcile(request.transaction, Reconciliation(name: "Ada", reason: "looked it up", outcome: nil)!)
        },
        "notPermitted": { _ in .overview },
        "invalidShop": { _ in
            .apply(
                Shop(terminals: [.init(id: World.paired, pairedWith: POSID("nowhere")!)]),
                ShopChange(basedOn: 1, name: "Ada")!)
        },
        "shopChanged": { _ in .apply(World.registry.shop, ShopChange(basedOn: 7, name: "Ada")!) },
    ]

    // MARK: -

    private static func submit(_ world: inout World, _ command: Command, amount: Amount? = sum(500)) {
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: amount, at: world.now))
    }

    private static func cancel(_ world: inout World, _ id: TransactionID) {
        world.step(.request(.cancel(id, waitUntil: world.now), from: .ingress, world.address(World.ingress)))
    }
}

private func sum(_ minorUnits: Int64) -> Amount {
    Amount(minorUnits: minorUnits, unit: .currency(CurrencyCode("EUR")!))!
}
