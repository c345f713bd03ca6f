import DeviceProtocol
import NIOPosix
import RelayDomain
import Sealing
import Synchronization
import Testing

@testable import POSAgent

@Suite(.timeLimit(.minutes(1)))
struct JSONLinesDriverTests {
    private let application = ApplicationID("sandbox-pay")!
    private let mark = CommandID(TransactionID("019a0000-0000-7000-8000-000000000001.0")!)
    private let euros = Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!))!
    private let opening = WindowOpening(window: "w-1", serial: "O-1")!
    private let code = Secret("99271828182845904523")!

    @Test func allStepsWork() async throws {
        try await withDriver { driver, pos in
            try await driver.probe()
            let window = try await driver.locate(application)
            #expect(window == InputWindow(id: "w-1", operation: .payment))
            let sale = Sale(number: "S-1", amount: euros)
            #expect(try await driver.activate(window) == ActiveWindow(opening, sale: sale))
            #expect(try await driver.enter(code, into: opening, mark: mark)?.exposed == code.exposed)
            let seen = WindowSight(try await driver.look(at: opening), code: code)
            #expect(seen == .open(.code, sale: sale))
            #expect(try await driver.send(opening, mark: mark, sum: nil) == receipt("R-1"))
            #expect(try await driver.confirm(mark, wait: .zero) == .finished(receipt("R-1"), .approved()))
            #expect(WindowSight(try await driver.clear(opening), code: nil) == .closed)
            await driver.finish()
            var commands = pos.commands.makeAsyncIterator()
            var names: [JSONValue?] = []
            for _ in 0..<8 { names.append(await commands.next()?["do"]) }
            let expected = ["hello", "locate", "activate", "enter", "look", "send", "confirm", "clear"]
            #expect(names == expected.map { .string($0) })
        }
    }

    @Test func aRefusalIsToldWithItsWord() async throws {
        try await withDriver { _, _, _ in
            .refusal("noSuchWindow")
        } body: { driver, _ in
            await #expect(throws: DriverFailure.refused(ReasonCode("noSuchWindow")!)) {
                try await driver.locate(application)
            }
        }
    }

    /// A field that cuts, capitalizes, trims, or composes letters holds another code, however alike both may look.
    @Test(arguments: [
        ("99271828182845904523", "9927182818284590"), ("abc-1", "ABC-1"), ("abc-1 ", "abc-1"),
        ("Mu\u{308}ller-1", "M\u{fc}ller-1"), ("M\u{fc}ller-1", "Mu\u{308}ller-1"), ("\u{212b}-1", "\u{c5}-1"),
        ("99271828182845904523", ""),
    ])
    func aFieldThatHoldsSomethingElseIsNoticed(code: String, held: String) async throws {
        let code = try #require(Secret(code))
        try await withDriver { name, command, proper in
            guard name == "enter" || name == "look" else { return proper }
            return .reply([("state", .string("active")), ("text", .string(held))])
        } body: { driver, _ in
            let field = try await driver.enter(code, into: opening, mark: mark)
            #expect(field?.hasSameBytes(as: code) != true)
            let sight = WindowSight(try await driver.look(at: opening), code: code)
            #expect(sight == .open(held.isEmpty ? .empty : .other, sale: nil))
        }
    }

    /// What an opening has become, in the POS program's words.
    @Test(
        arguments: [
            ("closed", "", .closed), ("sending", nil, .sent), ("finished", nil, .sent),
            ("active", "9927", .open(.other, sale: nil)),
        ] as [(String, String?, WindowSight)])
    func aStateIsRead(state: String, text: String?, sight: WindowSight) async throws {
        try await withDriver { _, _, _ in
            .reply([("state", .string(state)), ("text", text.map { .string($0) })])
        } body: { driver, _ in
            let seen = try await driver.look(at: opening)
            #expect(WindowSight(seen, code: code) == sight)
            let left = try await driver.clear(opening)
            #expect(WindowSight(left, code: nil) == sight)
        }
    }

    /// A field that was not read back was not seen empty; a window of a state that nobody knows was not seen closed.
    @Test(arguments: [("closed", "9927"), ("closed", nil), ("active", nil), ("resting", "")] as [(String, String?)])
    func aStateThatMakesNoSenseIsNotSeen(state: String, text: String?) async throws {
        try await withDriver { _, _, _ in
            .reply([("state", .string(state)), ("text", text.map { .string($0) })])
        } body: { driver, _ in
            await #expect(throws: DriverFailure.broken) { _ = try await driver.clear(opening) }
            await #expect(throws: DriverFailure.broken) { _ = try await driver.look(at: opening) }
        }
    }

    @Test func anOpeningThatNobodyRemembersIsUnknown() async throws {
        try await withDriver { _, _, _ in
            .refusal("unknownOpening")
        } body: { driver, _ in
            let left = try await driver.clear(opening)
            #expect(WindowSight(left, code: nil) == .unknown)
        }
    }

    /// Else it would count as a sum that nobody told, and nothing would be compared.
    @Test(arguments: [#"{"minorUnits":-1,"currency":"EUR"}"#, #"{"minorUnits":1,"currency":"euro"}"#, #"12.50"#])
    func aSaleThatMakesNoSenseIsNotUncheckedButBroken(amount: String) async throws {
        let amount = try JSONValue(Array(amount.utf8))
        try await withDriver { name, _, proper in
            guard name == "activate" else { return proper }
            return .reply([("opening", .string("O-1")), ("sale", .object(JSONObject(["amount": amount])))])
        } body: { driver, _ in
            let window = try await driver.locate(application)
            await #expect(throws: DriverFailure.broken) { _ = try await driver.activate(window) }
        }
    }

    /// A POS program of before `hello` is there all the same.
    @Test func anyAnswerIsASignOfLife() async throws {
        try await withDriver { _, _, _ in
            .refusal("badCommand")
        } body: { driver, _ in
            try await driver.probe()
        }
    }

    @Test func aPOSProgramThatSaysNothingGivesNoSignOfLife() async throws {
        try await withDriver { _, _, _ in
            .silence
        } body: { driver, _ in
            await #expect(throws: DriverFailure.silent) { try await driver.probe() }
        }
    }

    @Test func aBrokenConnectionIsNoticedAndTheNextStepConnectsAgain() async throws {
        try await withDriver { name, _, proper in
            name == "send" ? .hangUp : proper
        } body: { driver, _ in
            await #expect(throws: DriverFailure.broken) { try await driver.send(opening, mark: mark, sum: nil) }
            let confirmation = try await driver.confirm(mark, wait: .zero)
            #expect(confirmation == .finished(receipt("R-1"), .approved()))
        }
    }

    /// What the POS program says with its answer goes to the relay; what does not fit is left out of it.
    @Test(arguments: [
        (
            #"{"kind":"approved","approval":{"approvalCode":"K3V9Q2","brand":7}}"#,
            POSAnswer.approved(Approval(approvalCode: "K3V9Q2", leftOut: [.brand]))
        ),
        (#"{"kind":"approved","approval":null}"#, .approved()),
        (
            #"{"kind":"approved","approval":{"receiptLines":[\#(Array(repeating: "\"a\"", count: 70).joined(separator: ","))]}}"#,
            .approved(Approval(receiptLines: Array(repeating: "a", count: 8), leftOut: [.receiptLines]))
        ),
        (
            #"{"kind":"declined","reason":"noFunds","text":"Not enough money"}"#,
            .declined(StatedReason(said: "noFunds", text: "Not enough money"))
        ),
        (#"{"kind":"declined","reason":"not enough money"}"#, .declined(StatedReason(said: "not enough money"))),
    ])
    func whatComesWithTheAnswerIsRead(said: String, answer: POSAnswer) async throws {
        let json = try JSONValue(line: Array(said.utf8))
        try await withDriver { name, _, proper in
            guard name == "confirm" else { return proper }
            return .reply([("state", .string("finished")), ("receipt", .string("R-1")), ("answer", json)])
        } body: { driver, _ in
            let confirmation = try await driver.confirm(mark, wait: .zero)
            #expect(confirmation == .finished(receipt("R-1"), answer))
        }
    }

    @Test func aSilentPOSProgramIsGivenUp() async throws {
        try await withDriver { _, _, _ in
            .silence
        } body: { driver, _ in
            await #expect(throws: DriverFailure.silent) { try await driver.locate(application) }
        }
    }

    /// Else a late "sending" would stand for whatever the POS program says after it.
    @Test func aReplyThatNobodyWaitsForAnswersNothingElse() async throws {
        try await withDriver { name, _, proper in
            guard name == "send" else { return proper }
            return .replyTwice([("state", .string("sending")), ("receipt", .string("R-1"))])
        } body: { driver, _ in
            let sighting = try await driver.send(opening, mark: mark, sum: nil)
            #expect(sighting == receipt("R-1"))
            let confirmation = try await driver.confirm(mark, wait: .zero)
            #expect(confirmation == .finished(receipt("R-1"), .approved()))
        }
    }

    /// It may have been the reply: nobody waits for it until the time is over.
    @Test(arguments: ["nonsense", "[1]", #"{"id":"1","id":"1"}"#])
    func aLineThatCannotBeReadBreaksTheConnection(line: String) async throws {
        let asked = Mutex(0)
        try await withDriver { name, _, proper in
            guard name == "confirm" else { return proper }
            return asked.withLock {
                $0 += 1; return $0
            } == 1 ? .line(line) : proper
        } body: { driver, _ in
            await #expect(throws: DriverFailure.broken) { try await driver.confirm(mark, wait: .zero) }
            let confirmation = try await driver.confirm(mark, wait: .zero)
            #expect(confirmation == .finished(receipt("R-1"), .approved()))
        }
    }

    @Test func aReplyThatMakesNoSenseIsNoEvidence() async throws {
        try await withDriver { _, _, _ in
            .reply([("state", .string("finished"))])
        } body: { driver, _ in
            await #expect(throws: DriverFailure.broken) { try await driver.confirm(mark, wait: .zero) }
        }
    }

    @Test func aPOSProgramThatIsNotThereIsUnreachable() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let driver = JSONLinesDriver(.path("/nowhere/pos.sock"), eventLoop: group.next())
        await #expect(throws: DriverFailure.unreachable) { try await driver.locate(application) }
        await #expect(throws: DriverFailure.unreachable) { try await driver.probe() }
        try await group.shutdownGracefully()
    }

    private func withDriver(
        _ react: @escaping @Sendable (String, JSONObject, TestPOS.Reaction) -> TestPOS.Reaction = { _, _, proper in
            proper
        },
        body: (JSONLinesDriver, TestPOS) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let pos = try await TestPOS(on: group, react: react)
        let driver = JSONLinesDriver(pos.address, eventLoop: group.next(), stepTimeout: .seconds(1))
        do {
            try await body(driver, pos)
        } catch {
            Issue.record(error)
        }
        await driver.finish()
        try await pos.channel.close()
        try await group.shutdownGracefully()
    }
}
