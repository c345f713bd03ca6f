import DeviceLink
import DeviceProtocol
import DeviceTesting
import Foundation
import Logging
import NIOPosix
import RelayDomain
import Sealing
import ServiceRuntime
import Testing

import enum POSAgent.Confirmation

@testable import POSAgent
@testable import Sandbox

/// The driver, and the whole agent with its disk, against the real POS program of the sandbox and its cashier.
@Suite(.timeLimit(.minutes(1)))
final class SandboxTillTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "b-\(UUID().uuidString.prefix(8))")
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let application = ApplicationID("sandbox-pay")!
    private let mark = CommandID(TransactionID("019a0000-0000-7000-8000-000000000001.0")!)
    private let sale = Sale(number: "S-0001", amount: Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!))!)
    private let code = Secret("99271828182845904523")!
    private let key = SealingKey(bytes: [UInt8](repeating: 7, count: 32))!

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit {
        try? FileManager.default.removeItem(at: folder)
        group.shutdownGracefully { _ in }
    }

    @Test func theSandboxPOSIsDriven() async throws {
        try await SandboxTill.run(in: folder, on: group) { _, address in
            let driver = JSONLinesDriver(address, eventLoop: group.next())
            try await driver.probe()
            let window = try await driver.locate(application)
            #expect(window.operation == .payment)
            let active = try await driver.activate(window)
            #expect(active.sale == sale)
            #expect(try await driver.enter(code, into: active.opening, mark: mark)?.exposed == code.exposed)
            #expect(try await sight(of: active.opening, driver) == .open(.code, sale: sale))
            let other = Amount(minorUnits: 1, unit: .currency(CurrencyCode("EUR")!))
            await #expect(throws: DriverFailure.refused(ReasonCode("saleChanged")!)) {
                _ = try await driver.send(active.opening, mark: mark, sum: other)
            }
            let receipt = try await driver.send(active.opening, mark: mark, sum: sale.amount)
            #expect(try await sight(of: active.opening, driver) == .sent)
            let confirmation = try await driver.confirm(mark, wait: .seconds(10))
            #expect(confirmation == .finished(receipt, .declined(ReasonCode("notSent")!)))
            let again = try await driver.activate(window)
            await #expect(throws: DriverFailure.refused(.markUsed)) {
                _ = try await driver.enter(code, into: again.opening, mark: mark)
            }
            #expect(try await clear(again.opening, driver) == .closed)
            await driver.finish()
        }
    }

    /// The window has the same name, and is another one.
    @Test func aWindowThatClosedAndOpenedAgainIsAnother() async throws {
        try await SandboxTill.run(in: folder, on: group) { program, address in
            let driver = JSONLinesDriver(address, eventLoop: group.next())
            let window = try await driver.locate(application)
            let first = try await driver.activate(window).opening
            _ = try await driver.enter(code, into: first, mark: mark)
            await program.cashierTyped("close")
            let second = try await driver.activate(window).opening
            #expect(second != first)
            _ = try await driver.enter(code, into: second, mark: mark)
            #expect(try await sight(of: first, driver) == .closed)
            for opening in [first] {
                await #expect(throws: DriverFailure.refused(ReasonCode("windowNotActive")!)) {
                    _ = try await driver.send(opening, mark: mark, sum: nil)
                }
                await #expect(throws: DriverFailure.refused(ReasonCode("windowNotActive")!)) {
                    _ = try await driver.enter(code, into: opening, mark: mark)
                }
            }
            #expect(try await clear(first, driver) == .closed)
            #expect(try await sight(of: second, driver) == .open(.code, sale: sale), "it was not asked of the second")
            await driver.finish()
        }
    }

    @Test func theCashiersEnterSendsUnderTheMark() async throws {
        try await SandboxTill.run(in: folder, on: group) { program, address in
            let driver = JSONLinesDriver(address, eventLoop: group.next())
            let opening = try await driver.activate(try await driver.locate(application)).opening
            _ = try await driver.enter(code, into: opening, mark: mark)
            await program.cashierTyped("enter")
            #expect(try await sight(of: opening, driver) == .sent)
            #expect(try await clear(opening, driver) == .sent, "what was sent is not cleared away")
            guard case .finished(_, .declined?) = try await driver.confirm(mark, wait: .seconds(10)) else {
                return #expect(Bool(false), "the sending has ended")
            }
            await #expect(throws: DriverFailure.refused(.markUsed)) {
                _ = try await driver.send(opening, mark: mark, sum: nil)
            }
            await driver.finish()
        }
    }

    @Test func aFieldStaysWhereThePOSProgramKeepsIt() async throws {
        try await SandboxTill.run(in: folder, on: group, keepsFields: true) { _, address in
            let first = JSONLinesDriver(address, eventLoop: group.next())
            let opening = try await first.activate(try await first.locate(application)).opening
            _ = try await first.enter(code, into: opening, mark: mark)
            await first.finish()
            let second = JSONLinesDriver(address, eventLoop: group.next())
            while true {  // Until the POS program has noticed that the first one is gone.
                do throws(DriverFailure) {
                    try await second.probe()
                    break
                } catch {
                    try #require(error == .refused(.driverBusy))
                }
            }
            #expect(try await sight(of: opening, second) == .open(.code, sale: sale))
            #expect(try await clear(opening, second) == .closed)
            await second.finish()
        }
    }

    @Test func anOpeningOfAnotherRunIsUnknown() async throws {
        try await SandboxTill.run(in: folder, on: group) { _, address in
            let driver = JSONLinesDriver(address, eventLoop: group.next())
            let opening = try #require(WindowOpening(window: "sandbox-pay", serial: "O-OTHER-0001"))
            #expect(try await clear(opening, driver) == .unknown)
            await driver.finish()
        }
    }

    // MARK: The POS program comes and goes

    @Test func theRelayIsToldWhetherThePOSProgramIsThere() async throws {
        let gateway = try await TestGateway(on: group, for: .pos) { call in
            if case .state = call { .noted } else { nil }
        }
        let address = JSONLinesDriver.Address.path(folder.appending(path: "pos.sock").path)
        let agent = try agent(gateway, JSONLinesDriver(address, eventLoop: group.next()))
        var heard = gateway.heard.makeAsyncIterator()
        func nextState() async -> DeviceCall? {
            while let output = await heard.next() {
                if case .call(_, let call) = output, case .state = call { return call }
            }
            return nil
        }
        let unreachable = DeviceCall.state(isReady: false, reason: ReasonCode("unreachable"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await agent.run() }
            #expect(await nextState() == unreachable)
            try await SandboxTill.run(in: folder, on: group) { _, _ in
                #expect(await nextState() == .state(isReady: true, reason: nil))
            }
            #expect(await nextState() == unreachable)
            tasks.cancelAll()
            try? await tasks.waitForAll()
        }
        try await gateway.channel.close()
    }

    // MARK: The agent dies between entering and sending

    @Test func aRestartedAgentEmptiesTheFieldBeforeItRefuses() async throws {
        try await SandboxTill.run(in: folder, on: group, keepsFields: true) { program, address in
            let result = try await resultAfterADeathInTheField(address) {
                #expect(await program.core.windows["sandbox-pay"]?.field == code.exposed)
            }
            #expect(result == .refused(.interrupted))
            await program.cashierTyped("enter")
            #expect(await program.core.sent.isEmpty, "what was refused is not sent")
        }
    }

    @Test func aRestartedAgentFindsWhatTheCashierSentMeanwhile() async throws {
        try await SandboxTill.run(in: folder, on: group, keepsFields: true) { program, address in
            let result = try await resultAfterADeathInTheField(address) { await program.cashierTyped("enter") }
            #expect(result == .entered(.declined(ReasonCode("notSent")!)))
            #expect(await program.core.sent.count == 1)
        }
    }

    /// An agent dies when the code stands in the field; `meanwhile` happens; another one starts with the same disk.
    /// - Returns: its word on the command.
    private func resultAfterADeathInTheField(
        _ address: JSONLinesDriver.Address, meanwhile: () async throws -> Void
    ) async throws -> CommandResult? {
        let gateway = try await TestGateway(on: group, for: .pos) { call in
            switch call {
            case .received(let command, at: _): .proceed(command)
            case .result(let command, _, _, at: _): .taken(command)
            case .resume(let commands, scans: _):
                .states(commands.map { CommandStatus(command: $0, status: Self.commanded($0)) })
            default: nil
            }
        }
        var sessions = gateway.sessions.makeAsyncIterator()
        var heard = gateway.heard.makeAsyncIterator()
        let command = try command()
        let driver = MortalDriver(driver: JSONLinesDriver(address, eventLoop: group.next()))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let first = try agent(gateway, driver)
            tasks.addTask { try await first.run() }
            let session = await sessions.next()
            while case .some(let output) = await heard.next(), output != .claim(.pos(POSID("till-1")!)) {}
            session?.tell(.command(command))
            _ = await driver.deaths.first { true }
            tasks.cancelAll()
            try? await tasks.waitForAll()
            await driver.driver.finish()
        }
        try await meanwhile()
        var result: CommandResult?
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let second = try agent(gateway, JSONLinesDriver(address, eventLoop: group.next()))
            tasks.addTask { try await second.run() }
            while result == nil, let output = await heard.next() {
                if case .call(_, .result(command.id, let word, _, at: _)) = output { result = word }
            }
            tasks.cancelAll()
            try? await tasks.waitForAll()
        }
        try await gateway.channel.close()
        return result
    }

    private static func commanded(_ command: CommandID) -> TransactionStatus {
        TransactionStatus(
            id: command.transaction, state: .commanded, outcome: nil, sent: .no, hopStamps: [], reconciliation: [],
            deviceReason: nil, amount: nil, version: 1)
    }

    private func agent(_ gateway: TestGateway, _ driver: any InputWindowDriver) throws -> AgentShell {
        let settings = Settings([
            "BATON_POS": "till-1", "BATON_GATEWAY": "ws://127.0.0.1:\(gateway.port)", "BATON_HOME": folder.path,
        ])
        return AgentShell(
            try AgentConfiguration(settings), driver: driver, key: key, eventLoop: group.next(),
            logger: Logger(label: "agent"))
    }

    private func command() throws -> Command {
        let context = SealingContext(
            application: application, terminal: TerminalID("counter-1")!, operation: .payment,
            key: SubmissionKeyText("k-1")!, expiresAt: nil)
        return Command(
            id: mark, what: .enterAndSend, application: application, destination: DestinationID("sandbox")!,
            operation: .payment, amount: sale.amount, amountRequired: true, sealed: try key.seal(code, for: context),
            sealedFor: context, expiresAt: Instant(milliseconds: 4_000_000_000_000))
    }

    private func sight(of opening: WindowOpening, _ driver: JSONLinesDriver) async throws -> WindowSight {
        WindowSight(try await driver.look(at: opening), code: code)
    }

    private func clear(_ opening: WindowOpening, _ driver: JSONLinesDriver) async throws -> WindowSight {
        WindowSight(try await driver.clear(opening), code: nil)
    }
}

/// A driver that goes no further when the code stands in the field.
private struct MortalDriver: InputWindowDriver {
    let driver: JSONLinesDriver
    let deaths: AsyncStream<Void>
    private let death: AsyncStream<Void>.Continuation

    init(driver: JSONLinesDriver) {
        self.driver = driver
        (deaths, death) = AsyncStream.makeStream()
    }

    func probe() async throws(DriverFailure) { try await driver.probe() }

    func locate(_ application: ApplicationID) async throws(DriverFailure) -> InputWindow {
        try await driver.locate(application)
    }

    func activate(_ window: InputWindow) async throws(DriverFailure) -> ActiveWindow {
        try await driver.activate(window)
    }

    func enter(_ secret: Secret, into opening: WindowOpening, mark: CommandID) async throws(DriverFailure) -> Secret? {
        try await driver.enter(secret, into: opening, mark: mark)
    }

    func look(at opening: WindowOpening) async throws(DriverFailure) -> WindowState {
        death.yield()
        try? await Task.sleep(for: .seconds(60))  // Until it is killed.
        throw .silent
    }

    func send(_ opening: WindowOpening, mark: CommandID, sum: Amount?) async throws(DriverFailure) -> Evidence.Sighting
    {
        throw .silent
    }

    func confirm(_ mark: CommandID, wait: Duration) async throws(DriverFailure) -> Confirmation { throw .silent }

    func clear(_ opening: WindowOpening) async throws(DriverFailure) -> WindowState { throw .silent }

    func finish() async {}
}
