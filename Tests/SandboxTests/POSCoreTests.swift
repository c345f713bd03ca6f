import RelayDomain
import Testing

@testable import Sandbox

@Suite struct POSCoreTests {
    private static let sum = Amount(minorUnits: 1_250, unit: .currency(CurrencyCode("EUR")!))!
    private var random = SeededGenerator(state: 1)
    private var core = POSCore(
        windows: ["pay": .payment, "points": .accrue], program: ProgramID("stars")!, sample: sum, run: "TEST")

    private mutating func ask(_ command: POSCommand) throws(POSRefusal) -> POSReply {
        try core.carryOut(command, random: &random).reply
    }

    /// Up to the moment when the POS program asks the destination.
    private mutating func send(_ mark: String, in window: String = "pay") throws -> POSLineRequest {
        _ = try ask(.activate(window: window))
        _ = try ask(.enter(window: window, text: "9912345"))
        return try #require(try core.carryOut(.send(window: window, mark: mark), random: &random).question)
    }

    @Test mutating func aCodeGoesOutWithTheSalesAmount() throws {
        let located = try ask(.locate(application: "pay"))
        #expect(located.sale?.amount == Self.sum)
        let question = try send("m1")
        #expect(question.text == "9912345")
        #expect(question.amount == Self.sum)
        #expect(question.operation == .payment)
        #expect(try ask(.confirm(mark: "m1", wait: .zero)).state == .sending)
        _ = core.lineEnded(question.receipt, .answered(.approved(authorizationCode: "OK1")))
        let confirmed = try ask(.confirm(mark: "m1", wait: .zero))
        #expect(confirmed.state == .finished)
        #expect(confirmed.receipt == question.receipt)
        #expect(confirmed.answer == .approved(authorizationCode: "OK1"))
    }

    @Test mutating func pointsAreTheSalesMinorUnits() throws {
        #expect(try send("m1", in: "points").amount == Amount(minorUnits: 1_250, unit: .points(ProgramID("stars")!)))
    }

    @Test mutating func aMarkSendsOnce() throws {
        let question = try send("m1")
        #expect(throws: POSRefusal.markUsed) { try core.carryOut(.send(window: "pay", mark: "m1"), random: &random) }
        _ = core.lineEnded(question.receipt, .answered(.declined(reason: "codeUsed")))
        _ = try ask(.activate(window: "pay"))
        _ = try ask(.enter(window: "pay", text: "9912345"))
        #expect(throws: POSRefusal.markUsed) { try core.carryOut(.send(window: "pay", mark: "m1"), random: &random) }
    }

    @Test mutating func whileSendingNothingElseHappensToTheSale() throws {
        let question = try send("m1")
        #expect(throws: POSRefusal.windowBusy) { try core.carryOut(.activate(window: "pay"), random: &random) }
        #expect(throws: POSRefusal.windowBusy) { try core.carryOut(.close(window: "pay"), random: &random) }
        #expect(throws: POSRefusal.otherWindowActive) {
            try core.carryOut(.activate(window: "points"), random: &random)
        }
        #expect(throws: POSRefusal.windowBusy) { try core.void() }
        #expect(throws: POSRefusal.windowBusy) { try core.open(Self.sum) }
        core.driverLeft()
        #expect(core.isUnderWay("m1"))
        _ = core.lineEnded(question.receipt, .answered(.approved(authorizationCode: "OK1")))
        #expect(core.sale?.number == "S-0002", "the sample sale opens again")
    }

    @Test mutating func aDeclinedSaleStaysOpenAndADoubtfulOneIsSetAside() throws {
        var question = try send("m1")
        _ = core.lineEnded(question.receipt, .answered(.declined(reason: "insufficientFunds")))
        #expect(core.sale?.number == "S-0001")
        question = try send("m2")
        _ = core.lineEnded(question.receipt, .inDoubt)
        #expect(core.sale?.number == "S-0002")
        let confirmed = try ask(.confirm(mark: "m2", wait: .zero))
        #expect(confirmed.state == .finished)
        #expect(confirmed.answer == nil)
        #expect(confirmed.receipt == question.receipt)
    }

    @Test mutating func aDriverThatLeavesLeavesNoCodeBehind() throws {
        _ = try ask(.activate(window: "pay"))
        _ = try ask(.enter(window: "pay", text: "9912345"))
        core.driverLeft()
        #expect(core.windows["pay"]?.field == "")
        #expect(throws: POSRefusal.windowNotActive) {
            try core.carryOut(.send(window: "pay", mark: "m1"), random: &random)
        }
    }

    @Test mutating func theSaleThatADriverHasSeenIsTheOneThatIsSent() throws {
        #expect(try ask(.activate(window: "pay")).sale?.number == "S-0001")
        #expect(throws: POSRefusal.windowBusy) { try core.open(Self.sum) }
        _ = try ask(.enter(window: "pay", text: "9912345"))
        try core.void()
        #expect(core.windows["pay"]?.field == "")
        #expect(throws: POSRefusal.windowNotActive) {
            try core.carryOut(.send(window: "pay", mark: "m1"), random: &random)
        }
        try core.open(Self.sum)
        #expect(core.sale?.number == "S-0002")
    }

    @Test mutating func refusalsNameTheReasonAndChangeNothing() throws {
        #expect(throws: POSRefusal.noSuchWindow) { try core.carryOut(.locate(application: "other"), random: &random) }
        #expect(throws: POSRefusal.windowNotActive) {
            try core.carryOut(.enter(window: "pay", text: "1"), random: &random)
        }
        #expect(throws: POSRefusal.unknownMark) {
            try core.carryOut(.confirm(mark: "m9", wait: .zero), random: &random)
        }
        _ = try ask(.activate(window: "pay"))
        #expect(throws: POSRefusal.otherWindowActive) {
            try core.carryOut(.activate(window: "points"), random: &random)
        }
        #expect(throws: POSRefusal.fieldEmpty) { try core.carryOut(.send(window: "pay", mark: "m1"), random: &random) }
        #expect(throws: POSRefusal.fieldTooLong) {
            try core.carryOut(.enter(window: "pay", text: String(repeating: "9", count: 65)), random: &random)
        }
        #expect(throws: POSRefusal.fieldRefusesText) {
            try core.carryOut(.enter(window: "pay", text: "é"), random: &random)
        }
        #expect(core.windows["pay"]?.field == "")
        #expect(try ask(.close(window: "pay")).canceled == true)
        #expect(try ask(.close(window: "pay")).canceled == false)
        try core.void()
        #expect(throws: POSRefusal.noOpenSale) { try core.carryOut(.activate(window: "pay"), random: &random) }
    }
}
