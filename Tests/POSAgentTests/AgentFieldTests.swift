import DeviceLink
import DeviceProtocol
import RelayDomain
import Testing

@testable import POSAgent

/// From *enter* on the code may stand in the POS's field, and the cashier may send it: what an agent says then.
@Suite(.timeLimit(.minutes(2))) struct AgentFieldTests {
    private var world = AgentWorld()
    private let euros = Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!))!
    private static let unknownMark = DriverFailure.refused(ReasonCode("unknownMark")!)

    @Test mutating func theDiskKnowsBeforeTheEntering() {
        let command = world.command(1)
        world.advance(command, to: 2)
        #expect(world.journal[command.id]?.report == .met)
        world.driven(.activated(ActiveWindow(world.opening, sale: nil)))
        #expect(world.journal[command.id]?.report == .entering(world.opening))
        #expect(world.lastStep == .enter(world.opening, mark: command.id, SealedCode(command)))
    }

    /// Every refusal after *enter*: the field is emptied first, and the refusal is said when that was seen.
    @Test(arguments: [
        (3, DriverNews.failed(.readBackDiffers), "enter.readBackDiffers"), (3, .failed(.broken), "enter.broken"),
        (3, .failed(.silent), "enter.silent"),
        (3, .failed(.refused(ReasonCode("windowNotActive")!)), "enter.windowNotActive"),
        (4, .failed(.silent), "look.silent"), (4, .seen(.open(.other, sale: nil)), "look.fieldChanged"),
        (4, .seen(.open(.empty, sale: nil)), "look.fieldChanged"), (4, .unreadable, "unreadable"),
        (5, .failed(.refused(ReasonCode("noOpenSale")!)), "send.noOpenSale"),
    ])
    mutating func aRefusalWaitsUntilTheFieldIsEmpty(step: Int, news: DriverNews, reason: String) throws {
        let command = world.command(1)
        world.advance(command, to: step)
        world.driven(news)
        #expect(world.lastStep == .clear(world.opening))
        #expect(world.calls.map(\.action) == [.received], "nothing is refused yet")
        world.driven(.failed(.silent))
        world.pass(AgentCore.retryDelay)
        world.driven(.seen(.open(.other, sale: nil)))
        world.pass(AgentCore.retryDelay)
        world.driven(.seen(.open(.empty, sale: nil)))
        let refusal = CommandResult.refused(try #require(ReasonCode(reason)))
        #expect(world.calls.last == .result(command.id, refusal, nil, at: world.relayTime))
        #expect(world.steps.filter { $0.step == .clear(world.opening) }.count == 3)
        #expect(world.lastStep == .finish)
    }

    @Test(arguments: [3, 4]) mutating func whatCannotBeClearedInTimeIsUncertain(step: Int) {
        let command = world.command(1)
        world.advance(command, to: step)
        let begun = world.now
        world.relayReported(.cancel(command.id))
        world.driven(step == 3 ? .entered : .seen(.open(.code, sale: nil)))
        while world.now < begun + .seconds(60) {
            world.driven(.failed(.unreachable))
            guard world.calls.count == 1 else { break }
            world.pass(AgentCore.retryDelay)
        }
        #expect(world.calls.last == .result(command.id, .uncertain, nil, at: world.relayTime))
        #expect(world.now <= begun + AgentCore.resultTimeout, "in time for the relay")
    }

    @Test mutating func anOpeningThatThePOSProgramForgotIsUncertain() {
        let command = world.command(1)
        world.advance(command, to: 4)
        world.driven(.seen(.unknown))
        #expect(world.calls.last == .result(command.id, .uncertain, nil, at: world.relayTime))
    }

    /// The code stood there, and the cashier pressed Enter: it was sent, whoever did it.
    @Test(arguments: [3, 4, 5]) mutating func whatTheCashierSentIsAskedAbout(step: Int) {
        let command = world.command(1)
        world.advance(command, to: step)
        switch step {
        case 3:
            world.driven(.failed(.broken))
            world.driven(.seen(.sent))
        case 4: world.driven(.seen(.sent))
        default: world.driven(.failed(.refused(.markUsed)))
        }
        #expect(world.lastStep == .confirm(command.id, wait: .seconds(10), SealedCode(command)))
        world.driven(.confirmed(.finished(receipt("R-7"), .approved)))
        let evidence = Evidence(receipt("R-7"), amount: .unchecked)
        #expect(world.calls.last == .result(command.id, .entered(.approved), evidence, at: world.relayTime))
    }

    @Test mutating func whatWasSentUnderNoMarkIsUncertain() {
        let command = world.command(1)
        world.advance(command, to: 4)
        world.driven(.seen(.sent))
        world.driven(.failed(Self.unknownMark))
        #expect(world.calls.last == .result(command.id, .uncertain, nil, at: world.relayTime))
    }

    /// The POS program did not get `send`: it has nothing under the mark, and its window is closed.
    @Test mutating func aSendingThatNeverArrivedIsARefusal() {
        let command = world.command(1)
        world.advance(command, to: 5)
        world.driven(.failed(.broken))
        world.driven(.failed(Self.unknownMark))
        world.driven(.seen(.closed))
        let refusal = CommandResult.refused(ReasonCode("send.unknownMark")!)
        #expect(world.calls.last == .result(command.id, refusal, nil, at: world.relayTime))
    }

    @Test mutating func aWindowThatWasClosedIsNotSentFrom() {
        let command = world.command(1)
        world.advance(command, to: 4)
        world.driven(.seen(.closed))
        #expect(world.calls.last == .result(command.id, .refused(.windowClosed), nil, at: world.relayTime))
    }

    /// The cashier changed the sale between the comparison and the sending.
    @Test(
        arguments: [
            (1250, 1251, "S-1", .amountMismatch), (nil, 1251, "S-1", .saleChanged), (nil, 1250, "S-2", .saleChanged),
        ] as [(Int64?, Int64, String, ReasonCode)])
    mutating func anotherSaleIsNotSent(asked: Int64?, later: Int64, number: String, reason: ReasonCode) {
        let command = world.command(1, amount: asked.flatMap { Amount(minorUnits: $0, unit: euros.unit) })
        world.advance(command, to: 4, sale: euros)
        let sale = Sale(number: number, amount: Amount(minorUnits: later, unit: euros.unit))
        world.driven(.seen(.open(.code, sale: sale)))
        #expect(world.lastStep == .clear(world.opening))
        world.driven(.seen(.closed))
        #expect(world.calls.last == .result(command.id, .refused(reason), nil, at: world.relayTime))
    }

    @Test mutating func aSaleThatCanNoLongerBeReadIsNotSent() {
        let command = world.command(1, amount: euros)
        world.advance(command, to: 4, sale: euros)
        world.driven(.seen(.open(.code, sale: nil)))
        world.driven(.seen(.closed))
        #expect(world.calls.last == .result(command.id, .refused(.saleChanged), nil, at: world.relayTime))
    }

    /// The command's sum counts whoever named it, and its unit counts too: EUR is not USD, and neither is points.
    @Test(
        arguments: [
            Amount(minorUnits: 1251, unit: .currency(CurrencyCode("EUR")!))!,
            Amount(minorUnits: 1250, unit: .currency(CurrencyCode("USD")!))!,
            Amount(minorUnits: 1250, unit: .points(ProgramID("stars")!))!,
        ], [AmountParty.phone, .merchant])
    mutating func aSaleOfAnotherUnitOrSumIsRefused(sum: Amount, party: AmountParty) {
        let command = world.command(1, amount: euros, of: party)
        world.advance(command, to: 3, sale: sum)
        #expect(world.calls.last == .result(command.id, .refused(.amountMismatch), nil, at: world.relayTime))
        #expect(!world.steps.contains { if case .enter = $0.step { true } else { false } })
    }

    // MARK: A restart with a code in the field

    @Test(arguments: [3, 4]) mutating func aRestartClearsTheFieldAndThenRefuses(step: Int) {
        let command = world.command(1)
        world.advance(command, to: step)
        world.crash()
        #expect(world.notes.contains(.clears(command.id)))
        #expect(world.lastStep == .clear(world.opening), "at once, without waiting for the relay")
        world.resumeCommanded(command.id)
        world.relayReported(.command(command, known: world.journal[command.id]))
        #expect(!world.calls.contains { $0.action == .result }, "nothing is known yet")
        world.driven(.failed(.unreachable))
        world.pass(AgentCore.retryDelay)
        world.driven(.seen(.closed))
        #expect(world.calls.last == .result(command.id, .refused(.interrupted), nil, at: world.relayTime))
    }

    @Test mutating func afterARestartWhatTheCashierSentIsAskedAbout() {
        let command = world.command(1)
        world.advance(command, to: 4)
        world.crash()
        world.driven(.seen(.sent))
        world.driven(.confirmed(.finished(receipt("R-7"), .declined(.declined))))
        let evidence = Evidence(receipt("R-7"), amount: .unchecked)
        #expect(world.calls.last == .result(command.id, .entered(.declined(.declined)), evidence, at: world.relayTime))
    }

    @Test mutating func afterARestartWhatCannotBeSeenIsUncertain() {
        let command = world.command(1)
        world.advance(command, to: 4)
        world.crash()
        let restarted = world.now
        while world.now < restarted + .seconds(60) {
            world.driven(.failed(.unreachable))
            guard world.journal[command.id]?.report == .entering(world.opening) else { break }
            world.pass(AgentCore.retryDelay)
        }
        #expect(world.calls.last == .result(command.id, .uncertain, nil, at: world.relayTime))
        #expect(world.now <= restarted + AgentCore.clearingTimeout)
        world.crash()
        world.resumeCommanded(command.id)
        #expect(world.calls.last == .result(command.id, .uncertain, nil, at: world.relayTime), "the word stays")
    }

    @Test mutating func aSecondRestartGoesOnClearing() {
        let command = world.command(1)
        world.advance(command, to: 4)
        world.crash()
        world.crash()
        world.driven(.seen(.closed))
        #expect(world.calls.last == .result(command.id, .refused(.interrupted), nil, at: world.relayTime))
    }

    @Test mutating func nothingIsBegunBeforeTheFieldIsClear() {
        world.advance(world.command(1), to: 4)
        world.crash()
        let second = world.command(2)
        world.relayReported(.command(second, known: nil))
        #expect(world.calls.last == .result(second.id, .refused(.deviceBusy), nil, at: world.relayTime))
    }
}
