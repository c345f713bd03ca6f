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

@testable import POSAgent

/// The whole agent: a real WebSocket on one side, a real socket to a POS program on the other, a real disk.
@Suite(.timeLimit(.minutes(1)))
final class AgentShellTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
    private let key = SealingKey(bytes: [UInt8](repeating: 7, count: 32))!
    private let euros = Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!))!

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: folder) }

    @Test func aCodeGoesFromTheRelayIntoTheWindow() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let pos = try await TestPOS(on: group)
        let gateway = try await TestGateway(on: group, for: .pos) { call in
            switch call {
            case .received(let command, at: _): .proceed(command)
            case .result(let command, _, _, at: _): .taken(command)
            case .submit, .scan, .cancel, .resume, .state: nil
            }
        }
        let agent = try agent(gateway, pos, on: group)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await agent.run() }
            let command = try command(code: "99271828182845904523")
            let session = try #require(await gateway.sessions.first { _ in true })
            var heard = gateway.heard.makeAsyncIterator()
            while case .some(let output) = await heard.next(), output != .claim(.pos(POSID("till-1")!)) {}
            session.tell(.command(command))
            var result: CommandResult?
            while result == nil, let output = await heard.next() {
                if case .call(_, .result(command.id, let word, _, at: _)) = output { result = word }
            }
            #expect(result == .entered(.approved()))
            let entered = await pos.commands.first { $0["do"] == .string("enter") }
            #expect(entered?["text"] == .string("99271828182845904523"))
            tasks.cancelAll()
            try? await tasks.waitForAll()
        }
        try await gateway.channel.close()
        try await pos.channel.close()
        try await group.shutdownGracefully()
    }

    /// A driver that reads the POS program's record back finds the code there. Neither the relay nor the disk gets it.
    @Test func aReadBackLeavesTheAgentWithoutTheCode() async throws {
        let code = "9927ABCD4590"
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let pos = try await TestPOS(on: group)
        let gateway = try await TestGateway(on: group, for: .pos) { call in
            if case .received(let command, at: _) = call { .proceed(command) } else { nil }
        }
        let driver = ReadingDriver(
            base: JSONLinesDriver(pos.address, eventLoop: group.next()),
            sighting: .readBack(try #require(Evidence.Text("12.50 EUR, 9927 abcd 4590"))))
        let agent = try agent(gateway, pos, on: group, driver: driver)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await agent.run() }
            let session = try #require(await gateway.sessions.first { _ in true })
            var heard = gateway.heard.makeAsyncIterator()
            while case .some(let output) = await heard.next(), output != .claim(.pos(POSID("till-1")!)) {}
            session.tell(.command(try command(code: code)))
            var evidence: Evidence?
            while evidence == nil, let output = await heard.next() {
                if case .call(_, .result(_, _, let seen, at: _)) = output { evidence = seen }
            }
            #expect(evidence == Evidence(.readBack(.withheld), amount: .checked, sum: euros))
            tasks.cancelAll()
            try? await tasks.waitForAll()
        }
        try await gateway.channel.close()
        try await pos.channel.close()
        try await group.shutdownGracefully()
    }

    @Test func codesOfAnotherKeyAreRefused() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let pos = try await TestPOS(on: group)
        let gateway = try await TestGateway(on: group, for: .pos) { call in
            if case .received(let command, at: _) = call { .proceed(command) } else { nil }
        }
        let agent = try agent(gateway, pos, on: group)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await agent.run() }
            let session = try #require(await gateway.sessions.first { _ in true })
            var heard = gateway.heard.makeAsyncIterator()
            while case .some(let output) = await heard.next(), output != .claim(.pos(POSID("till-1")!)) {}
            let other = try #require(SealingKey(bytes: [UInt8](repeating: 8, count: 32)))
            session.tell(.command(try command(code: "1", key: other)))
            var result: CommandResult?
            while result == nil, let output = await heard.next() {
                if case .call(_, .result(_, let word, _, at: _)) = output { result = word }
            }
            #expect(result == .refused(.unreadable))
            tasks.cancelAll()
            try? await tasks.waitForAll()
        }
        try await gateway.channel.close()
        try await pos.channel.close()
        try await group.shutdownGracefully()
    }

    /// The agent dies after it wrote `send` and before it heard anything of it. The next one finds "about to send" on
    /// the disk, says so, and does not send again.
    @Test func aCrashAfterTheSendingIsUncertain() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (sent, onSend) = AsyncStream.makeStream(of: Void.self)
        let pos = try await TestPOS(on: group) { name, _, proper in
            guard name == "send" else { return proper }
            onSend.yield()
            return .silence
        }
        let command = try command(code: "99271828182845904523")
        let gateway = try await TestGateway(on: group, for: .pos) { call in
            switch call {
            case .received(let command, at: _): .proceed(command)
            case .result(let command, _, _, at: _): .taken(command)
            case .resume(let commands, scans: _):
                .states(commands.map { CommandStatus(command: $0, status: Self.commanded($0)) })
            case .state: .noted
            case .submit, .scan, .cancel: nil
            }
        }
        var sessions = gateway.sessions.makeAsyncIterator()
        var heard = gateway.heard.makeAsyncIterator()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let first = try agent(gateway, pos, on: group)
            tasks.addTask { try await first.run() }
            let session = await sessions.next()
            while case .some(let output) = await heard.next(), output != .claim(.pos(POSID("till-1")!)) {}
            session?.tell(.command(command))
            _ = await sent.first { true }
            tasks.cancelAll()
            try? await tasks.waitForAll()
        }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let second = try agent(gateway, pos, on: group)
            tasks.addTask { try await second.run() }
            let session = await sessions.next()
            var results: [CommandResult] = []
            while results.count < 2, let output = await heard.next() {
                guard case .call(_, .result(command.id, let word, _, at: _)) = output else { continue }
                results.append(word)
                session?.tell(.command(command))  // The relay does not believe it, and commands again.
            }
            #expect(results == [.uncertain, .uncertain])
            tasks.cancelAll()
            try? await tasks.waitForAll()
        }
        try await gateway.channel.close()
        try await pos.channel.close()
        try await group.shutdownGracefully()
        var sendings = 0
        pos.endCommands()
        for await heard in pos.commands where heard["do"] == .string("send") { sendings += 1 }
        #expect(sendings == 1)
    }

    private static func commanded(_ command: CommandID) -> TransactionStatus {
        TransactionStatus(
            id: command.transaction, state: .commanded, outcome: nil, sent: .no, hopStamps: [], reconciliation: [],
            deviceReason: nil, amount: nil, version: 1)
    }

    private func agent(
        _ gateway: TestGateway, _ pos: TestPOS, on group: MultiThreadedEventLoopGroup,
        driver: (any InputWindowDriver)? = nil
    ) throws -> AgentShell {
        let settings = Settings([
            "BATON_POS": "till-1", "BATON_GATEWAY": "ws://127.0.0.1:\(gateway.port)", "BATON_HOME": folder.path,
        ])
        return AgentShell(
            try AgentConfiguration(settings),
            driver: driver ?? JSONLinesDriver(pos.address, eventLoop: group.next()), key: key,
            eventLoop: group.next(), logger: Logger(label: "agent"))
    }

    private func command(code: String, key: SealingKey? = nil) throws -> Command {
        let context = SealingContext(
            application: ApplicationID("sandbox-pay")!, terminal: TerminalID("counter-1")!, operation: .payment,
            key: SubmissionKeyText("k-1")!, expiresAt: nil)
        let secret = try #require(Secret(code))
        return Command(
            id: CommandID(TransactionID("019a0000-0000-7000-8000-000000000001.0")!), what: .enterAndSend,
            application: context.application, destination: DestinationID("sandbox")!, operation: .payment,
            amount: euros, amountRequired: true, sealed: try (key ?? self.key).seal(secret, for: context),
            sealedFor: context, expiresAt: TestGateway.now + .seconds(60))
    }
}
