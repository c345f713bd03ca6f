import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import Router

/// Flows C and D: a membership, alone and with a POS.
@Suite(.timeLimit(.minutes(2))) struct MembershipTests {
    @Test(arguments: [Operation.accrue, .redeem])
    func anUnpairedTerminalSendsAMembershipToTheDestination(operation: Operation) {
        var world = World()
        let points = Amount(minorUnits: 100, unit: .points(ProgramID("bakery")!))!
        let (phone, request) = world.askDestination(
            world.submission(application: World.points, operation: operation), amount: points)
        #expect(request.operation == operation)
        #expect(request.amount == points)
        world.answer(request.transaction, .approved())
        #expect(world.status(for: phone)?.outcome == .approved())
    }

    @Test func aPairedPOSGetsAMembershipToEnter() throws {
        var world = World()
        let phone = world.submit(world.submission(at: World.paired, application: World.points, operation: .accrue))
        let command = try #require(world.commands.first)
        #expect(command.what == .enterAndSend)
        #expect(command.operation == .accrue)
        world.call(.pos(World.till), .received(command.id, at: world.now))
        world.call(.pos(World.till), .result(command.id, .entered(.approved()), at: world.now))
        #expect(world.status(for: phone)?.outcome == .approved())
    }
}

/// Flow E: the terminal's scanner reads a code from the phone.
@Suite(.timeLimit(.minutes(2))) struct ScanTests {
    func scan(_ id: String = "scan-1", code: UInt8 = 5, body: UInt8 = 5, amount: Amount? = nil) -> ScannedCode {
        ScannedCode(
            application: World.pay, operation: .payment,
            information: Information(
                kind: .paymentCode, sealed: SealedInformation([code])!,
                digest: KeyedDigest(Array(repeating: code, count: 32))!, expiresAt: nil),
            amount: amount, scan: SubmissionKeyText(id)!, body: KeyedDigest(Array(repeating: body, count: 32))!)
    }

    @Test func aScanAtAnUnpairedTerminalIsTheSubmission() throws {
        var world = World(amountRequired: true)
        world.call(.terminal(World.alone), .scan(scan(amount: euros(300)), at: world.now))
        let request = try #require(world.requests.first?.0)
        #expect(world.commands.isEmpty)
        #expect(request.amount == euros(300))
        world.answer(request.transaction, .approved())
        #expect(world.tellings.map(\.2) == [SubmissionKeyText("scan-1")])
        #expect(world.tellings.map(\.3.outcome) == [.approved()])
    }

    @Test func aScanAtAPairedTerminalBecomesTheAgentsCommand() throws {
        var world = World()
        let reply = world.call(.terminal(World.paired), .scan(scan(), at: world.now))
        let command = try #require(world.commands.first)
        #expect(reply == .accepted(command.id.transaction))
        world.call(.pos(World.till), .received(command.id, at: world.now))
        world.call(.pos(World.till), .result(command.id, .entered(.approved()), at: world.now))
        #expect(Set(world.tellings.map(\.0)) == [.pos(World.till), .terminal(World.paired)], "both hear of it")
    }

    @Test func aRepeatedScanIsKnownAsOne() throws {
        var world = World()
        world.call(.terminal(World.alone), .scan(scan(), at: world.now))
        let request = try #require(world.requests.first?.0)
        #expect(world.call(.terminal(World.alone), .scan(scan(), at: world.now)) == nil)
        #expect(world.replies == [.accepted(request.transaction)])
        world.answer(request.transaction, .approved())
        #expect(world.tellings.map(\.3.outcome) == [.approved()])
        world.call(.terminal(World.alone), .scan(scan(), at: world.now))
        #expect(world.tellings.map(\.3.outcome) == [.approved()])
        #expect(world.everyRequest.count == 1)
        #expect(
            world.call(.terminal(World.alone), .scan(scan(body: 6), at: world.now)) == .refused(Refused(.keyReused)))
    }

    @Test func aPOSCannotScan() {
        var world = World()
        #expect(world.call(.pos(World.till), .scan(scan(), at: world.now)) == .refused(Refused(.notYours)))
    }
}

/// The merchant's word counts.
@Suite(.timeLimit(.minutes(2))) struct AmountTests {
    @Test func sumsThatDifferFailWithNothingSent() {
        var world = World()
        let phone = world.submit(world.submission(amount: euros(100)))
        let command = world.commands[0]
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: euros(101), at: world.now))
        #expect(world.status(for: phone)?.outcome == .failed(.amountMismatch))
        #expect(world.everyRequest.isEmpty)
    }

    @Test func aSumThatOnlyThePhoneNamesIsNotAgreedTo() {
        var world = World()
        let phone = world.submit(world.submission(amount: euros(100)))
        let command = world.commands[0]
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        #expect(world.status(for: phone)?.outcome == .failed(.amountRequired))
    }

    @Test func anAbsentSumIsJudgedAtSubmission() {
        var world = World(amountRequired: true)
        let phone = world.submit(world.submission())
        let command = world.commands[0]
        #expect(command.amountRequired)
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        #expect(world.status(for: phone)?.outcome == .failed(.amountRequired))
    }
}

/// Sessions, and devices that say what they should not.
@Suite(.timeLimit(.minutes(2))) struct SessionTests {
    @Test func theNewestSessionOfADeviceWins() throws {
        var world = World()
        let old = try #require(world.sessions[.terminal(World.alone)])
        world.connect(.terminal(World.alone))
        let new = try #require(world.sessions[.terminal(World.alone)])
        #expect(old.count < new.count)
        #expect(world.outputs.contains(.order(.sessionReplaced(old), ReturnAddress(World.terminals, correlation: 0))))
        world.submit(world.submission())
        #expect(world.outputs.contains { if case .order(.command(new, _), _) = $0 { true } else { false } })
    }

    @Test func sessionsEndWithTheirGateway() {
        var world = World()
        world.step(.gatewayLost(World.terminals))
        #expect(world.core.devicesOnline == 1, "the till's gateway is there")
        let phone = world.submit(world.submission())
        #expect(world.refusal(for: phone) == .terminalOffline)
        let atTill = world.submit(world.submission(at: World.paired, key: "key-2", code: 2), wait: .zero)
        #expect(world.status(for: atTill)?.state == .commanded)
        world.step(.gatewayLost(World.tills))
        #expect(world.core.devicesOnline == 0)
        world.step(.registryChanged(World.registry))
        #expect(world.outputs.isEmpty, "nobody is told the tables")
        world.step(.gatewayOpened(World.terminals, .terminalGateway))
        world.connect(.terminal(World.alone))
        let back = world.submit(world.submission(key: "key-3", code: 3), wait: .zero)
        #expect(world.status(for: back)?.state == .commanded)
    }

    @Test func aWordFromAnOldSessionIsRefused() throws {
        var world = World()
        let old = try #require(world.sessions[.terminal(World.alone)])
        world.connect(.terminal(World.alone))
        world.submit(world.submission())
        let command = world.commands[0]
        world.sessions[.terminal(World.alone)] = old
        let reply = world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        #expect(reply == .refused(Refused(.notYours)))
    }

    @Test func aCommandOfAnotherDeviceIsUnknownToThisOne() {
        var world = World()
        world.submit(world.submission())
        let command = world.commands[0]
        let reply = world.call(.terminal(World.paired), .submit(command.id, command.sealed, amount: nil, at: world.now))
        #expect(reply == .refused(Refused(.unknownCommand)))
        #expect(world.everyRequest.isEmpty)
    }

    @Test func sealedBytesThatWereNotSentAreRefused() {
        var world = World()
        world.submit(world.submission())
        let command = world.commands[0]
        let reply = world.call(
            .terminal(World.alone), .submit(command.id, SealedInformation([9, 9])!, amount: nil, at: world.now))
        guard case .refused(let refused)? = reply else { Issue.record("refused"); return }
        #expect(refused.refusal == .notYours)
        #expect(world.everyRequest.isEmpty)
    }

    @Test func aCommandWaitsForADeviceThatComesBackInTime() {
        var world = World()
        world.submit(world.submission())
        let command = world.commands[0]
        world.disconnect(.terminal(World.alone))
        world.pass(.seconds(1))
        world.connect(.terminal(World.alone))
        #expect(world.commands == [command])
    }

    @Test func aRepeatedSubmissionIsAnsweredAsBeforeAndAskedOnce() {
        var world = World()
        let (_, request) = world.askDestination()
        let command = CommandID(request.transaction)
        world.call(.terminal(World.alone), .submit(command, request.sealed, amount: nil, at: world.now))
        #expect(world.replies == [.taken(command)])
        #expect(world.everyRequest.count == 1)
    }

    @Test func unregisteredDevicesGetNoSession() {
        var world = World()
        world.connect(.terminal(TerminalID("stranger")!))
        #expect(world.sessions[.terminal(TerminalID("stranger")!)] == nil)
    }
}
