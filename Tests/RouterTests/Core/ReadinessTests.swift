import RelayDomain
import RouterTesting
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
        world.step(.request(.resolve(World.paired), from: .ingress, address))
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
        world.step(.gatewayOpened(World.tills, .posGateway))
        world.step(
            .gateway(
                .claim(session.device, .unproven, session.count, readiness: .notReady(ReasonCode("noPOSProgram"))),
                from: .posGateway,
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
