import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import Router

/// Sealed bytes are in a router's memory alone: when it dies, a repeat or the device brings them to the next one.
@Suite(.timeLimit(.minutes(2))) struct BroughtAgainTests {
    /// What an ingress makes of the same code when it seals it anew.
    private static let anew = SealedInformation([1, 9, 9], readerKey: ReaderKeyID("k-2"))!

    /// A phone's own repeat.
    private func repeated(_ submit: SubmitTransaction, body: KeyedDigest? = nil) -> SubmitTransaction {
        let information = submit.information
        return SubmitTransaction(
            terminal: submit.terminal, application: submit.application, operation: submit.operation,
            information: Information(
                kind: information.kind, sealed: Self.anew, digest: information.digest,
                expiresAt: information.expiresAt),
            amount: submit.amount, key: submit.key, body: body ?? submit.body, hopStamps: [])
    }

    private func sealed(_ world: World, _ id: TransactionID) -> SealedInformation? { world.core.live[id]?.sealed }

    @Test(arguments: [World.alone, World.paired])
    func aRepeatSendsTheCommandThatWasLost(terminal: TerminalID) throws {
        var world = World()
        world.submit(world.submission(at: terminal))
        let lost = try #require(world.commands.first)
        world.restart()
        #expect(world.commands.isEmpty && sealed(world, lost.id.transaction) == nil, "no command without bytes")
        let phone = world.submit(repeated(world.submission(at: terminal)), wait: .zero)
        #expect(world.status(for: phone)?.id == lost.id.transaction && world.status(for: phone)?.state == .commanded)
        let again = try #require(world.commands.first)
        #expect(again.id == lost.id && again.sealed == Self.anew && again.sealedFor == lost.sealedFor)
        #expect(again.expiresAt == lost.expiresAt)
        world.submit(world.submission(at: terminal), wait: .zero)
        #expect(world.commands.isEmpty, "a further one sends nothing")
    }

    @Test func aRepeatBeforeTheDeviceIsThereIsKeptForIt() throws {
        var world = World()
        world.submit(world.submission())
        let lost = try #require(world.commands.first)
        world.restart(reconnecting: false)
        world.submit(world.submission(), wait: .zero)
        #expect(world.commands.isEmpty)
        world.connect(.terminal(World.alone))
        #expect(world.commands == [lost])
    }

    @Test func aRepeatedScanSendsTheAgentsCommandThatWasLost() throws {
        var world = World()
        let scan = ScanTests().scan()
        world.call(.terminal(World.paired), .scan(scan, at: world.now))
        let lost = try #require(world.commands.first)
        world.restart()
        #expect(world.call(.terminal(World.paired), .scan(scan, at: world.now)) == .accepted(lost.id.transaction))
        #expect(world.commands == [lost])
    }

    @Test func aTerminalsSubmissionBringsThemItself() throws {
        var world = World()
        world.submit(world.submission())
        let command = try #require(world.commands.first)
        world.restart()
        let brought = try #require(SealedInformation(command.sealed.bytes, readerKey: ReaderKeyID("k-1")))
        world.call(.terminal(World.alone), .submit(command.id, brought, amount: nil, at: world.now))
        #expect(world.requests.map(\.0.sealed) == [brought], "with the name of the key that opens them")
        #expect(world.requests.map(\.0.sealedFor) == [command.sealedFor], "which the router takes from the journal")
    }

    /// The terminal has what the first router sent; the repeat has brought other bytes, which open to the same.
    @Test func aTerminalMaySubmitTheFirstBytesThoughARepeatHasBroughtOthers() throws {
        var world = World()
        world.submit(world.submission())
        let command = try #require(world.commands.first)
        world.restart()
        world.submit(repeated(world.submission()), wait: .zero)
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        #expect(world.requests.map(\.0.sealed) == [Self.anew], "the ingress's are the surer ones")
    }

    /// Without them nothing more than waiting can be done; what the device did not take was not sent.
    @Test(arguments: [World.alone, World.paired])
    func whatNobodyBringsAgainEndsAtItsLimit(terminal: TerminalID) throws {
        var world = World()
        world.submit(world.submission(at: terminal))
        let lost = try #require(world.commands.first)
        world.restart()
        world.pass(CommandStateMachine.Limits.timeToLive - .milliseconds(1))
        #expect(world.outcome(of: lost.id.transaction) == nil)
        world.pass(.milliseconds(1))
        #expect(world.outcome(of: lost.id.transaction) == .failed(.noAcknowledgement))
        #expect(world.log.transactions[lost.id.transaction]?.sent == .no)
        let phone = world.submit(world.submission(at: terminal))
        #expect(world.status(for: phone)?.outcome == .failed(.noAcknowledgement))
        let commands = world.history.filter { if case .order(.command, _) = $0 { true } else { false } }
        #expect(commands.count == 1, "it was never sent again")
    }

    @Test func aRepeatThatComesTooLateSendsNothing() throws {
        var world = World()
        world.submit(world.submission())
        let lost = try #require(world.commands.first)
        world.restart()
        world.now = lost.expiresAt
        world.submit(world.submission(), wait: .zero)
        #expect(world.commands.isEmpty)
        #expect(world.outcome(of: lost.id.transaction) == .failed(.noAcknowledgement))
    }

    @Test func anotherBodyBringsNothing() throws {
        var world = World()
        world.submit(world.submission())
        let lost = try #require(world.commands.first)
        world.restart()
        let other = repeated(world.submission(), body: KeyedDigest(Array(repeating: 7, count: 32))!)
        let phone = world.submit(other)
        #expect(world.refusal(for: phone) == .keyReused)
        #expect(world.commands.isEmpty && sealed(world, lost.id.transaction) == nil)
    }

    @Test func bytesThatNobodyNeedsAnyMoreAreForgotten() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let entering = try #require(world.commands.first)
        #expect(sealed(world, entering.id.transaction) == entering.sealed)
        world.call(.pos(World.till), .received(entering.id, at: world.now))
        #expect(sealed(world, entering.id.transaction) == nil, "the agent keeps what it has received")

        let (_, request) = world.askDestination(world.submission(key: "key-2", code: 2))
        #expect(sealed(world, request.transaction) == request.sealed, "the socket may not take it")
        world.answer(request.transaction, .pendingCustomer)
        #expect(world.core.live[request.transaction] != nil && sealed(world, request.transaction) == nil)
        world.submit(repeated(world.submission(key: "key-2", code: 2)), wait: .zero)
        #expect(sealed(world, request.transaction) == nil, "nor does a repeat bring them back")
    }
}
