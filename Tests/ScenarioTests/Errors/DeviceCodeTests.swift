import DeviceProtocol
import RelayDomain
import RouterTesting
import Testing

@testable import ErrorCatalogue
@testable import Router

/// Each code that a device can meet, read by a terminal in the frames of a gateway's core before the router's.
@Suite(.timeLimit(.minutes(2))) struct DeviceCodeTests {
    static let entries = ErrorCatalogueTests.catalogue.forDevices
    static let stranger = CommandID(TransactionID("019a0000-0000-7000-8000-000000000001.0")!)

    @Test func everyCodeHasAScenario() {
        #expect(Set(Self.scenarios.keys) == Set(Self.entries.map(\.code)))
    }

    @Test(arguments: entries) func devicesReadWhatTheCatalogueSays(entry: Catalogue.Entry) throws {
        let scenario = try #require(Self.scenarios[entry.code])
        let error = try #require(try scenario())
        #expect(error.code.text == entry.code)
        #expect(Said(error) == .to(entry.code == "unknownPOS" ? .pos : .terminal, entry))
        let isTold = [.refusal(.notYours), .refusal(.alreadyTaken)].contains(error.code)
        #expect(error.field != nil || isTold || error.text == entry.device)
    }

    static let scenarios: [String: @Sendable () throws -> DeviceError?] = [
        "malformed": {
            var counter = Counter.with()
            return counter.say(#"[2,9,"received",{}]"#)
        },
        "unknownTerminal": {
            var counter = Counter()
            return counter.connect(.terminal(TerminalID("counter-9")!))
        },
        "unknownPOS": {
            var counter = Counter(for: .pos)
            return counter.connect(.pos(POSID("till-9")!))
        },
        "terminalNotReady": {
            var counter = Counter.with()
            return counter.call(.state(isReady: false, reason: ReasonCode("noPaper"))) ?? counter.scan()
        },
        "posNotReady": {
            var counter = Counter.with(World.paired)
            counter.world.connect(.pos(World.till))
            counter.world.call(.pos(World.till), .state(isReady: false, reason: nil))
            return counter.scan()
        },
        "alreadyTaken": {
            var (counter, command) = try commanded()
            counter.call(.submit(command.id, command.sealed, amount: euros(100), at: counter.world.now))
            return counter.call(.submit(command.id, command.sealed, amount: euros(101), at: counter.world.now))
        },
        "unknownApplication": {
            var counter = Counter.with(World.alone, Counter(scans: ApplicationID("gone")!))
            return counter.scan()
        },
        "functionMismatch": {
            var counter = Counter.with(World.alone, Counter(as: .accrue))
            return counter.scan()
        },
        "noScanRule": {
            var counter = Counter.with()
            return counter.scan("4012345678901")
        },
        "deviceBusy": {
            var counter = Counter.with()
            counter.world.submit(counter.world.submission())
            return counter.scan()
        },
        "codeUsed": {
            var counter = Counter.with()
            let first = counter.scan()
            counter.world.answer(counter.world.log.transactions.keys.first!, .approved)
            return first ?? counter.scan(as: "scan-2")
        },
        "codeInUse": {
            var counter = Counter.with()
            let first = counter.scan()
            counter.world.pass(.seconds(15))  // Unknown: the terminal is free.
            return first ?? counter.scan(as: "scan-2")
        },
        "amountRequired": {
            var counter = Counter.with(World.alone, Counter(World(amountRequired: true, devicesAreOnline: false)))
            return counter.scan()
        },
        "keyReused": {
            var counter = Counter.with()
            return counter.scan() ?? counter.scan("99000000000000000000")
        },
        "posOffline": {
            var counter = Counter.with(World.paired)
            return counter.scan()
        },
        "destinationUnavailable": {
            var counter = Counter.with(World.alone, Counter(World(adapterIsReady: false, devicesAreOnline: false)))
            return counter.scan()
        },
        "unknownCommand": {
            var counter = Counter.with()
            return counter.call(.received(stranger, at: counter.world.now))
        },
        "notYours": {
            var (counter, command) = try commanded()
            return counter.call(.submit(command.id, SealedInformation([9])!, amount: nil, at: counter.world.now))
        },
        "tooLate": {
            var (counter, command) = try commanded()
            counter.world.pass(.seconds(3))
            counter.world.pass(.seconds(3))
            return counter.call(.submit(command.id, command.sealed, amount: nil, at: counter.world.now))
        },
        "alreadyFinal": {
            var (counter, command) = try commanded()
            counter.call(.submit(command.id, command.sealed, amount: nil, at: counter.world.now))
            counter.world.answer(command.id.transaction, .approved)
            return counter.call(.cancel(.command(command.id), at: counter.world.now))
        },
        "overloaded": {
            var counter = Counter.with(World.alone, Counter(callsMax: 0))
            return counter.call(.resume([]))
        },
        "relayLost": {
            var counter = Counter.with()
            counter.loseRouter()
            return counter.call(.resume([]))
        },
        "unsupported": {
            var counter = Counter.with()
            return counter.call(.result(stranger, .uncertain, nil, at: counter.world.now))
        },
        "outOfTurn": {
            var counter = Counter()
            return counter.call(.received(stranger, at: counter.world.now))
        },
        "tooManyCalls": {
            var counter = Counter.with()
            counter.isAnswered = false
            for _ in 0..<DeviceLimits.callsMax { counter.call(.resume([])) }
            return counter.call(.resume([]))
        },
        "callInUse": {
            var counter = Counter.with()
            counter.isAnswered = false
            return counter.call(.resume([]), as: 9) ?? counter.call(.resume([]), as: 9)
        },
        "wrongGateway": {
            var counter = Counter()
            return counter.connect(.pos(World.till))
        },
    ]

    /// A terminal that was told to submit.
    private static func commanded() throws -> (Counter, Command) {
        var counter = Counter.with()
        counter.world.submit(counter.world.submission())
        return (counter, try #require(counter.world.commands.first))
    }
}
