import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import Router

/// A code is used when it may have reached its destination. Until that is known, its transaction holds it.
@Suite(.timeLimit(.minutes(2))) struct CodeUseTests {
    /// How a transaction fails with nothing sent.
    enum Failure: CaseIterable {
        case noAcknowledgement, noSubmission, amountMismatch, amountRequired, deviceRefused, notSent
        case destinationUnavailable, canceled
    }

    private func fail(_ failure: Failure, _ world: inout World) throws -> TransactionID {
        let euro = Amount.Unit.currency(CurrencyCode("EUR")!)
        let (five, six) = (Amount(minorUnits: 500, unit: euro), Amount(minorUnits: 600, unit: euro))
        world.submit(world.submission(amount: failure == .amountMismatch || failure == .amountRequired ? five : nil))
        let command = try #require(world.commands.first)
        let id = command.id.transaction
        func submission(_ amount: Amount?) -> DeviceCall {
            .submit(command.id, command.sealed, amount: amount, at: world.now)
        }
        let terminal = Device.terminal(World.alone)
        switch failure {
        case .noAcknowledgement:
            world.pass(.seconds(3))
            world.pass(.seconds(3))
        case .noSubmission:
            world.call(terminal, .received(command.id, at: world.now))
            world.pass(.seconds(45))
        case .amountMismatch: world.call(terminal, submission(six))
        case .amountRequired: world.call(terminal, submission(nil))
        case .deviceRefused: world.call(terminal, .result(command.id, .refused(ReasonCode("no")!), at: world.now))
        case .notSent:
            world.call(terminal, submission(nil))
            world.answer(id, .notSent)
        case .destinationUnavailable:
            world.step(.adapterLost(World.adapter))
            world.call(terminal, submission(nil))
            world.pass(.seconds(2))
            world.ready()
        case .canceled: world.cancel(id)
        }
        return id
    }

    @Test(arguments: Failure.allCases)
    func whatNeverLeftTheRelayGivesItsCodeBack(failure: Failure) throws {
        var world = World()
        let id = try fail(failure, &world)
        guard case .failed = world.outcome(of: id) else { return #expect(Bool(false), "it has not failed") }
        let again = world.submit(world.submission(key: "key-2", code: 1), wait: .zero)
        #expect(world.status(for: again)?.state == .commanded)
    }

    @Test func aCodeIsInUseUntilTheOutcomeAndUsedFromThenOn() {
        var world = World()
        let (_, request) = world.askDestination()
        world.pass(.seconds(15))  // Unknown: the counter is free, the code is not.
        let meanwhile = world.submit(world.submission(key: "key-2", code: 1), wait: .zero)
        #expect(world.refusal(for: meanwhile) == .codeInUse)
        world.restart()
        let restarted = world.submit(world.submission(key: "key-2", code: 1), wait: .zero)
        #expect(world.refusal(for: restarted) == .codeInUse, "a takeover does not forget who holds it")
        world.tell(request.transaction, .inquiry(.declined(ReasonCode("no")!)))
        let after = world.submit(world.submission(key: "key-2", code: 1), wait: .zero)
        #expect(world.refusal(for: after) == .codeUsed, "it reached the destination")
    }

    @Test func aCodeIsUsedFromTheVeryTurnOfItsOutcome() {
        var world = World()
        let (_, request) = world.askDestination()
        world.pass(.seconds(15))
        let second = world.address(World.ingress)
        world.step(
            .adapter(
                .answer(AdapterAnswer(request.transaction, .authorization(.approved()), hopStamps: [])), from: .adapter,
                World.adapter),
            .request(.submit(world.submission(key: "key-2", code: 1), waitUntil: world.now), from: .ingress, second))
        #expect(world.refusal(for: second) == .codeUsed)
    }

    @Test func aContradictingWordAfterAFailureUsesTheCodeUp() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first)
        world.pass(.seconds(3))
        world.pass(.seconds(3))
        let id = command.id.transaction
        #expect(world.outcome(of: id) == .failed(.noAcknowledgement))
        world.call(.pos(World.till), .result(command.id, .entered(nil), at: world.now))
        #expect(world.log.transactions[id]?.reconciliation == [.contradictingAnswer])
        let again = world.submit(world.submission(key: "key-2", code: 1), wait: .zero)
        #expect(world.refusal(for: again) == .codeUsed)
    }

    @Test func aReusableCodeIsNeverHeld() {
        var world = World(codesReusable: true)
        world.submit(world.submission())
        let second = world.submit(world.submission(at: World.paired, key: "key-2", code: 1), wait: .zero)
        #expect(world.status(for: second)?.state == .commanded)
    }

    @Test func aScanWithoutTheSumThatItsDestinationWantsIsRefusedBeforeAcceptance() throws {
        var world = World(amountRequired: true)
        let code = Information(
            kind: .paymentCode, sealed: SealedInformation([1])!, digest: KeyedDigest(Array(repeating: 1, count: 32))!,
            expiresAt: nil)
        func scan(_ amount: Amount?, body: UInt8) -> DeviceCall {
            .scan(
                ScannedCode(
                    application: World.pay, operation: .payment, information: code, amount: amount,
                    scan: SubmissionKeyText("scan-1")!, body: KeyedDigest(Array(repeating: body, count: 32))!),
                at: world.now)
        }
        #expect(world.call(.terminal(World.alone), scan(nil, body: 1)) == .refused(Refused(.amountRequired)))
        #expect(world.log.transactions.isEmpty)
        let sum = Amount(minorUnits: 990, unit: .currency(CurrencyCode("EUR")!))
        world.call(.terminal(World.alone), scan(sum, body: 2))
        #expect(world.requests.first?.0.amount == sum, "the same scan, with its sum, is taken on")
    }
}
