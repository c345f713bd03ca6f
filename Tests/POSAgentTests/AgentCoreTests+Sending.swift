import DeviceLink
import DeviceProtocol
import RelayDomain
import Testing

@testable import POSAgent

// From the sending on only what the POS program says counts.
extension AgentCoreTests {
    @Test(arguments: [DriverFailure.broken, .silent, .unreachable, .refused(ReasonCode("markUsed")!)])
    mutating func afterTheSendingAFailureIsAskedAbout(failure: DriverFailure) {
        let command = world.command(1)
        world.advance(command, to: 5)
        world.driven(.failed(failure))
        #expect(world.lastStep == .confirm(command.id, wait: .seconds(10), SealedCode(command)))
        world.driven(.confirmed(.finished(receipt("R-9"), .declined(ReasonCode("codeUsed")!))))
        #expect(world.calls.last?.action == .result)
        #expect(
            world.journal[command.id]?.report
                == .ended(.entered(.declined(ReasonCode("codeUsed")!)), Evidence(receipt("R-9"), amount: .unchecked)))
    }

    @Test mutating func withoutEvidenceTheAgentIsUncertain() {
        let command = world.command(1)
        world.advance(command, to: 5)
        world.driven(.failed(.broken))
        world.driven(.failed(.refused(ReasonCode("unknownMark")!)))
        #expect(world.lastStep == .clear(world.opening), "whatever became of it, the code must not stand there")
        world.driven(.seen(.unknown))
        #expect(world.calls.last == .result(command.id, .uncertain, nil, at: world.relayTime))
    }

    @Test mutating func aReceiptIsEvidenceEvenWithoutAnAnswer() {
        let command = world.command(1)
        world.advance(command, to: 6)
        for _ in 0..<4 {
            #expect(world.journal[command.id]?.report == .sending)
            world.now += .seconds(10)
            world.driven(.confirmed(.sending(receipt("R-1"))))
        }
        #expect(
            world.journal[command.id]?.report == .ended(.entered(nil), Evidence(receipt("R-1"), amount: .unchecked)))
    }

    /// It says "sending" without the wait that it was asked for.
    @Test mutating func aPOSProgramThatDoesNotWaitIsAskedOnceASecond() {
        let command = world.command(1)
        world.advance(command, to: 6)
        var confirmations = 1
        while world.journal[command.id]?.report == .sending, confirmations < 1_000 {
            let steps = world.steps.count
            world.driven(.confirmed(.sending(receipt("R-1"))))
            guard world.journal[command.id]?.report == .sending else { break }
            #expect(world.steps.count == steps, "not at once")
            #expect(world.core.deadline == world.now + AgentCore.retryDelay)
            world.pass(AgentCore.retryDelay)
            #expect(world.steps.count == steps + 1)
            confirmations += 1
        }
        #expect((30...40).contains(confirmations))
        #expect(world.now <= .seconds(100) + AgentCore.resultTimeout, "in time for the relay")
        #expect(
            world.journal[command.id]?.report == .ended(.entered(nil), Evidence(receipt("R-1"), amount: .unchecked)))
    }

    @Test mutating func aPOSProgramThatHasNotNoticedTheBreakIsAskedAgain() {
        let command = world.command(1)
        world.advance(command, to: 5)
        world.driven(.failed(.broken))
        world.driven(.failed(.refused(.driverBusy)))
        #expect(world.journal[command.id]?.report == .sending)
        world.pass(.seconds(1))
        world.driven(.confirmed(.finished(receipt("R-1"), .approved)))
        #expect(
            world.journal[command.id]?.report
                == .ended(.entered(.approved), Evidence(receipt("R-1"), amount: .unchecked))
        )
    }

    @Test mutating func aConfirmationThatFailsIsRepeatedUntilTheResultIsDue() {
        let command = world.command(1)
        world.advance(command, to: 5)
        world.driven(.failed(.broken))
        var confirmations = 1
        while world.journal[command.id]?.report == .sending, confirmations < 100 {
            world.driven(.failed(.unreachable))
            world.pass(.seconds(1))
            confirmations += 1
        }
        #expect(world.journal[command.id]?.report == .ended(.uncertain, nil))
        #expect(world.now <= .seconds(100) + AgentCore.resultTimeout, "in time for the relay")
        #expect(confirmations > 20)
    }

    @Test mutating func aDriverThatHangsIsGivenUp() {
        let command = world.command(1)
        world.advance(command, to: 2)
        let hanging = world.steps.last?.number ?? 0
        world.pass(.seconds(6))
        #expect(world.calls.last?.action == .result)
        world.receive(.driven(hanging, .activated(ActiveWindow(world.opening, sale: nil))))
        #expect(!world.steps.contains { if case .enter = $0.step { true } else { false } }, "late news change nothing")
    }

    @Test mutating func aCancelAfterTheSendingChangesNothing() {
        let command = world.command(1)
        world.advance(command, to: 5)
        world.relayReported(.cancel(command.id))
        world.driven(.sent(receipt("R-1")))
        world.driven(.confirmed(.finished(receipt("R-1"), .approved)))
        #expect(
            world.journal[command.id]?.report
                == .ended(.entered(.approved), Evidence(receipt("R-1"), amount: .unchecked)))
    }
}
