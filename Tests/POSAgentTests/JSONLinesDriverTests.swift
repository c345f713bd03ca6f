import DeviceProtocol
import Foundation
import Logging
import NIOPosix
import RelayDomain
import Sandbox
import Sealing
import ServiceRuntime
import Testing

@testable import POSAgent

@Suite(.timeLimit(.minutes(1)))
struct JSONLinesDriverTests {
    private let application = ApplicationID("sandbox-pay")!
    private let mark = CommandID(TransactionID("019a0000-0000-7000-8000-000000000001.0")!)
    private let euros = Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!))!
    private let code = Secret("99271828182845904523")!

    @Test func allStepsWork() async throws {
        try await withDriver(TestPOS.wellBehaved) { driver, pos in
            let window = try await driver.locate(application)
            #expect(window == InputWindow(id: "w-1", operation: .payment))
            #expect(try await driver.activate(window) == euros)
            try await driver.enter(code, into: window)
            #expect(try await driver.send(window, mark: mark) == "R-1")
            #expect(try await driver.confirm(mark, wait: .zero) == .finished(receipt: "R-1", .approved))
            await driver.close(window)
            await driver.finish()
            var commands = pos.commands.makeAsyncIterator()
            var names: [JSONValue?] = []
            for _ in 0..<6 { names.append(await commands.next()?["do"]) }
            #expect(names == ["locate", "activate", "enter", "send", "confirm", "close"].map { .string($0) })
        }
    }

    @Test func aRefusalIsToldWithItsWord() async throws {
        try await withDriver { _, _ in
            .refusal("noSuchWindow")
        } body: { driver, _ in
            await #expect(throws: DriverFailure.refused(ReasonCode("noSuchWindow")!)) {
                try await driver.locate(application)
            }
        }
    }

    @Test func aFieldThatHoldsSomethingElseIsNoticed() async throws {
        try await withDriver { name, command in
            name == "enter" ? .reply([("text", .string("9927"))]) : TestPOS.wellBehaved(name, command)
        } body: { driver, _ in
            let window = try await driver.locate(application)
            await #expect(throws: DriverFailure.readBackDiffers) { try await driver.enter(code, into: window) }
        }
    }

    @Test func aBrokenConnectionIsNoticedAndTheNextStepConnectsAgain() async throws {
        try await withDriver { name, command in
            name == "send" ? .hangUp : TestPOS.wellBehaved(name, command)
        } body: { driver, _ in
            let window = try await driver.locate(application)
            await #expect(throws: DriverFailure.broken) { try await driver.send(window, mark: mark) }
            #expect(try await driver.confirm(mark, wait: .zero) == .finished(receipt: "R-1", .approved))
        }
    }

    @Test func aSilentPOSProgramIsGivenUp() async throws {
        try await withDriver { _, _ in
            .silence
        } body: { driver, _ in
            await #expect(throws: DriverFailure.silent) { try await driver.locate(application) }
        }
    }

    /// Else a late "sending" would stand for whatever the POS program says after it.
    @Test func aReplyThatNobodyWaitsForAnswersNothingElse() async throws {
        try await withDriver { name, command in
            guard name == "send" else { return TestPOS.wellBehaved(name, command) }
            return .replyTwice([("state", .string("sending")), ("receipt", .string("R-1"))])
        } body: { driver, _ in
            let window = try await driver.locate(application)
            #expect(try await driver.send(window, mark: mark) == "R-1")
            #expect(try await driver.confirm(mark, wait: .zero) == .finished(receipt: "R-1", .approved))
        }
    }

    @Test func aReplyThatMakesNoSenseIsNoEvidence() async throws {
        try await withDriver { _, _ in
            .reply([("state", .string("finished"))])
        } body: { driver, _ in
            await #expect(throws: DriverFailure.broken) { try await driver.confirm(mark, wait: .zero) }
        }
    }

    @Test func aPOSProgramThatIsNotThereIsUnreachable() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let driver = JSONLinesDriver(.path("/nowhere/pos.sock"), eventLoop: group.next())
        await #expect(throws: DriverFailure.unreachable) { try await driver.locate(application) }
        try await group.shutdownGracefully()
    }

    /// The real POS program of the sandbox. Its destination is not there, so it declines: `notSent`.
    @Test func theSandboxPOSIsDriven() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "b-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "pos.sock").path
        let settings = Settings([
            "BATON_SALE": "12.50 EUR", "BATON_DESTINATION": "http://127.0.0.1:1", "BATON_PARENT": "true",
        ])
        let (bound, onBound) = AsyncStream.makeStream(of: String.self)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let program = POSProgram(
            try POSConfiguration(settings), socket: .path(path), eventLoopGroup: group, logger: Logger(label: "pos"),
            show: { _ in }, onBound: { onBound.yield($0) })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await program.run() }
            _ = await bound.first { _ in true }
            let driver = JSONLinesDriver(.path(path), eventLoop: group.next())
            let window = try await driver.locate(application)
            #expect(window.operation == .payment)
            #expect(try await driver.activate(window) == euros)
            try await driver.enter(code, into: window)
            let receipt = try await driver.send(window, mark: mark)
            let confirmation = try await driver.confirm(mark, wait: .seconds(10))
            #expect(confirmation == .finished(receipt: receipt, .declined(ReasonCode("notSent")!)))
            await #expect(throws: DriverFailure.refused(.markUsed)) {
                _ = try await driver.activate(window)
                try await driver.enter(code, into: window)
                _ = try await driver.send(window, mark: mark)
            }
            await driver.close(window)
            await driver.finish()
            tasks.cancelAll()
            try? await tasks.waitForAll()
        }
        try await group.shutdownGracefully()
    }

    private func withDriver(
        _ react: @escaping @Sendable (String, JSONObject) -> TestPOS.Reaction,
        body: (JSONLinesDriver, TestPOS) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let pos = try await TestPOS(on: group, react: react)
        let driver = JSONLinesDriver(pos.address, eventLoop: group.next(), stepLimit: .seconds(1))
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
