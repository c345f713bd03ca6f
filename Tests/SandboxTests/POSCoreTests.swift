import RelayDomain
import Testing

@testable import Sandbox

@Suite(.timeLimit(.minutes(2))) struct POSCoreTests {
    private static let sum = Amount(minorUnits: 1_250, unit: .currency(CurrencyCode("EUR")!))!
    private var random = SeededGenerator(state: 1)
    private var core = POSCore(
        windows: ["pay": .payment, "points": .accrue], program: ProgramID("stars")!, sample: sum, run: "TEST")

    private mutating func carryOut(_ command: POSCommand) throws(POSRefusal) -> POSReply {
        try core.carryOut(command, random: &random).reply
    }

    private mutating func activate(_ window: String = "pay") throws -> POSOpening {
        POSOpening(window: window, serial: try #require(try carryOut(.activate(window: window)).opening))
    }

    private mutating func enter(_ mark: String = "m1", in window: String = "pay") throws -> POSOpening {
        let opening = try activate(window)
        #expect(try carryOut(.enter(opening, mark: mark, text: "9912345")).text == "9912345")
        return opening
    }

    /// Up to the moment when the POS program asks the destination.
    private mutating func send(_ mark: String, in window: String = "pay") throws -> POSLineRequest {
        let opening = try enter(mark, in: window)
        return try #require(try core.carryOut(.send(opening, mark: mark, sum: nil), random: &random).question)
    }

    private mutating func refusal(_ command: POSCommand) -> POSRefusal? {
        do throws(POSRefusal) {
            _ = try carryOut(command)
            return nil
        } catch {
            return error
        }
    }

    @Test mutating func aCodeGoesOutWithTheSalesAmount() throws {
        let located = try carryOut(.locate(application: "pay"))
        #expect(located.sale?.amount == Self.sum)
        let question = try send("m1")
        #expect(question.text == "9912345")
        #expect(question.amount == Self.sum)
        #expect(question.operation == .payment)
        #expect(try carryOut(.confirm(mark: "m1", wait: .zero)).state == .sending)
        _ = core.lineEnded(question.receipt, .answered(.approved(Approval(approvalCode: "OK1"))))
        let confirmed = try carryOut(.confirm(mark: "m1", wait: .zero))
        #expect(confirmed.state == .finished)
        #expect(confirmed.receipt == question.receipt)
        #expect(confirmed.answer == .approved(Approval(approvalCode: "OK1")))
    }

    @Test mutating func pointsAreTheSalesMinorUnits() throws {
        #expect(try send("m1", in: "points").amount == Amount(minorUnits: 1_250, unit: .points(ProgramID("stars")!)))
    }

    /// An article was rung up after the driver had looked.
    @Test mutating func anotherSumThanTheDriverSawIsNotSent() throws {
        let opening = try enter("m1")
        let other = try #require(Amount(minorUnits: Self.sum.minorUnits + 1, unit: Self.sum.unit))
        #expect(refusal(.send(opening, mark: "m1", sum: other)) == .saleChanged)
        #expect(
            try core.carryOut(.send(opening, mark: "m1", sum: Self.sum), random: &random).question?.amount == Self.sum)
    }

    @Test mutating func aMarkSendsOnce() throws {
        let opening = try enter("m1")
        let question = try #require(try core.carryOut(.send(opening, mark: "m1", sum: nil), random: &random).question)
        #expect(refusal(.send(opening, mark: "m1", sum: nil)) == .markUsed)
        _ = core.lineEnded(question.receipt, .answered(.declined(reason: "codeUsed", text: nil)))
        let again = try activate()
        #expect(refusal(.enter(again, mark: "m1", text: "9912345")) == .markUsed)
        _ = try carryOut(.enter(again, mark: "m2", text: "9912345"))
        #expect(refusal(.send(again, mark: "m1", sum: nil)) == .markUsed)
        #expect(refusal(.send(again, mark: "m3", sum: nil)) == .otherMark)
    }

    @Test mutating func whileSendingNothingElseHappensToTheSale() throws {
        let opening = try enter("m1")
        let question = try #require(try core.carryOut(.send(opening, mark: "m1", sum: nil), random: &random).question)
        #expect(throws: POSRefusal.windowBusy) { try core.carryOut(.activate(window: "pay"), random: &random) }
        #expect(try carryOut(.clear(opening)).state == .sending)
        #expect(throws: POSRefusal.otherWindowActive) {
            try core.carryOut(.activate(window: "points"), random: &random)
        }
        #expect(throws: POSRefusal.windowBusy) { try core.void() }
        #expect(throws: POSRefusal.windowBusy) { try core.open(Self.sum) }
        core.driverLeft()
        #expect(core.isUnderWay("m1"))
        _ = core.lineEnded(question.receipt, .answered(.approved(Approval(approvalCode: "OK1"))))
        #expect(core.sale?.number == "S-0002", "the sample sale opens again")
    }

    @Test mutating func aDeclinedSaleStaysOpenAndADoubtfulOneIsSetAside() throws {
        var question = try send("m1")
        _ = core.lineEnded(question.receipt, .answered(.declined(reason: "insufficientFunds", text: nil)))
        #expect(core.sale?.number == "S-0001")
        question = try send("m2")
        _ = core.lineEnded(question.receipt, .inDoubt)
        #expect(core.sale?.number == "S-0002")
        let confirmed = try carryOut(.confirm(mark: "m2", wait: .zero))
        #expect(confirmed.state == .finished)
        #expect(confirmed.answer == nil)
        #expect(confirmed.receipt == question.receipt)
    }

    /// A program that opens no sales by itself has none then.
    @Test mutating func aDoubtfulSaleIsNotChargedAgain() throws {
        core = POSCore(windows: ["pay": .payment], program: ProgramID("stars")!, sample: nil, run: "TEST")
        try core.open(Self.sum)
        let question = try send("m1")
        _ = core.lineEnded(question.receipt, .inDoubt)
        #expect(core.sale == nil)
    }

    @Test mutating func aDriverThatLeavesLeavesNoCodeBehind() throws {
        let opening = try enter()
        core.driverLeft()
        #expect(core.windows["pay"]?.field == "")
        #expect(refusal(.send(opening, mark: "m1", sum: nil)) == .windowNotActive)
        #expect(try carryOut(.look(opening)).state == .closed)
    }

    @Test mutating func aPOSProgramThatKeepsFieldsLeavesTheCodeToTheCashier() throws {
        core = POSCore(
            windows: ["pay": .payment, "points": .accrue], program: ProgramID("stars")!, sample: Self.sum, run: "TEST",
            keepsFields: true)
        let opening = try enter()
        core.driverLeft()
        #expect(try carryOut(.look(opening)).text == "9912345")
        let question = try core.pressEnter(random: &random)
        #expect(question.text == "9912345")
        #expect(try carryOut(.look(opening)).state == .sending)
        _ = core.lineEnded(question.receipt, .answered(.approved(Approval(approvalCode: "OK1"))))
        #expect(try carryOut(.clear(opening)).state == .finished, "it was sent, and is not cleared away")
        #expect(try carryOut(.confirm(mark: "m1", wait: .zero)).receipt == question.receipt)
        _ = try activate()
        core.driverLeft()
        _ = try activate("points")  // An empty field is nobody's.
    }

    @Test mutating func theCashierSendsOrClosesWhatIsInUse() throws {
        #expect(throws: POSRefusal.windowNotActive) { try core.pressEnter(random: &random) }
        #expect(throws: POSRefusal.windowNotActive) { try core.closeWindow() }
        let empty = try activate()
        #expect(throws: POSRefusal.fieldEmpty) { try core.pressEnter(random: &random) }
        _ = try carryOut(.enter(empty, mark: "m1", text: "9912345"))
        try core.closeWindow()
        #expect(try carryOut(.look(empty)).state == .closed)
        #expect(throws: POSRefusal.windowNotActive) { try core.pressEnter(random: &random) }
    }

    @Test mutating func eachOpeningIsAnotherOne() throws {
        let first = try enter("m1")
        let second = try activate()
        #expect(first != second)
        #expect(refusal(.enter(first, mark: "m1", text: "1")) == .windowNotActive)
        #expect(refusal(.send(first, mark: "m1", sum: nil)) == .windowNotActive)
        #expect(try carryOut(.look(first)).state == .closed)
        #expect(try carryOut(.look(second)).state == .active)
        #expect(refusal(.look(POSOpening(window: "pay", serial: "O-OTHER-0001"))) == .unknownOpening)
        #expect(refusal(.clear(POSOpening(window: "points", serial: second.serial))) == .unknownOpening)
    }

    /// The sum that is shown is the one that would be booked, in the window's unit.
    @Test mutating func aWindowShowsWhatItWouldBook() throws {
        let points = Amount(minorUnits: 1_250, unit: .points(ProgramID("stars")!))
        #expect(try carryOut(.locate(application: "points")).sale?.amount == points)
        #expect(try carryOut(.activate(window: "points")).sale?.amount == points)
    }

    @Test mutating func theSaleThatADriverHasSeenIsTheOneThatIsSent() throws {
        #expect(try carryOut(.activate(window: "pay")).sale?.number == "S-0001")
        #expect(throws: POSRefusal.windowBusy) { try core.open(Self.sum) }
        let opening = try enter()
        try core.void()
        #expect(core.windows["pay"]?.field == "")
        #expect(refusal(.send(opening, mark: "m1", sum: nil)) == .windowNotActive)
        try core.open(Self.sum)
        #expect(core.sale?.number == "S-0002")
    }

    @Test mutating func refusalsNameTheReasonAndChangeNothing() throws {
        #expect(throws: POSRefusal.noSuchWindow) { try core.carryOut(.locate(application: "other"), random: &random) }
        #expect(refusal(.confirm(mark: "m9", wait: .zero)) == .unknownMark)
        let opening = try activate()
        #expect(refusal(.activate(window: "points")) == .otherWindowActive)
        #expect(refusal(.send(opening, mark: "m1", sum: nil)) == .fieldEmpty)
        #expect(refusal(.enter(opening, mark: "m1", text: String(repeating: "9", count: 65))) == .fieldTooLong)
        #expect(refusal(.enter(opening, mark: "m1", text: "é")) == .fieldRefusesText)
        #expect(core.windows["pay"]?.field == "")
        for _ in 0..<2 { #expect(try carryOut(.clear(opening)).state == .closed) }
        try core.void()
        #expect(throws: POSRefusal.noOpenSale) { try core.carryOut(.activate(window: "pay"), random: &random) }
    }
}
