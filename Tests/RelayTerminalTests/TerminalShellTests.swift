import CodePictures
import DeviceLink
import DeviceProtocol
import DeviceTesting
import Foundation
import Logging
import NIOPosix
import RelayDomain
import ServiceRuntime
import Testing

@testable import RelayTerminal

/// The whole terminal: a real WebSocket, a real disk, real pictures.
@Suite(.timeLimit(.minutes(1)))
final class TerminalShellTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: folder) }

    @Test func aTapIsSubmittedAndItsOutcomeShown() async throws {
        try await withTerminal { terminal, gateway, shown in
            _ = await shown.first { $0 == "ready" }
            await terminal.type("amount 12.50 EUR")
            let session = try #require(await gateway.sessions.first { _ in true })
            var heard = gateway.heard.makeAsyncIterator()
            session.tell(.command(Self.command))
            let euros = try #require(Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!)))
            var submitted: (SealedInformation, Amount?)?
            while submitted == nil, let output = await heard.next() {
                if case .call(_, .submit(Self.command.id, let sealed, let amount, at: _)) = output {
                    submitted = (sealed, amount)
                }
            }
            #expect(submitted?.0 == Self.command.sealed)
            #expect(submitted?.1 == euros)
            let status = TransactionStatus(
                id: Self.command.id.transaction, state: .ended, outcome: .approved(), sent: .yes, hopStamps: [],
                reconciliation: [], deviceReason: nil, amount: euros, version: 5)
            session.tell(.outcome(Self.command.id, scan: nil, status))
            #expect(await shown.contains { $0.hasPrefix("APPROVED 12.50 EUR") })
        }
    }

    @Test func aPictureOfAPhonesDisplayIsScanned() async throws {
        let picture = folder.appending(path: "phone.png")
        let code = "99271828182845904523"
        try Data(try QRPicture.picture(of: code).inverted.png()).write(to: picture)
        try await withTerminal { terminal, gateway, shown in
            var heard = gateway.heard.makeAsyncIterator()
            _ = await shown.first { $0 == "ready" }
            await terminal.type("scan picture \(picture.path)")
            var scan: Scan?
            while scan == nil, let output = await heard.next() {
                if case .scan(_, let read) = output { scan = read }
            }
            #expect(scan?.text.exposed == code)
            #expect(scan?.symbology == .qr)
            #expect(await shown.contains { $0.hasPrefix("refused (noScanRule)") })
        }
    }

    /// The text is gone with the process; what came of it is asked for by the scan's ID.
    @Test(arguments: [Outcome.approved(), nil])
    func afterARestartItIsShownWhatCameOfAScan(outcome: Outcome?) async throws {
        let code = "99271828182845904523"
        let euros = euros(1250)
        try await withTerminal(scanned: { _ in nil }) { terminal, gateway, shown in
            _ = await shown.first { $0 == "ready" }
            await terminal.type("amount \(euros)")
            await terminal.type("scan qr \(code)")
            #expect(await gateway.heard.contains { if case .scan = $0 { true } else { false } })
        }
        let path = folder.appending(path: "terminal-counter-1.db").path
        let left = try CommandJournal(path: path).openScans()
        let scan = try #require(left.first)
        #expect(left == [ScanRecord(scan.scan, amount: euros, at: scan.at)])
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            #expect(try Data(contentsOf: file).range(of: Data(code.utf8)) == nil, "\(file.lastPathComponent)")
        }
        let answer: TestGateway.Answer = { call in
            guard case .resume(_, let scans) = call else { return nil }
            return .states([], scans: scans.map { ScanStatus(scan: $0, status: outcome.map { status(1, $0) }) })
        }
        try await withTerminal(answer: answer) { _, _, shown in
            let line = outcome == nil ? "the relay did not get it" : "APPROVED"
            #expect(await shown.contains { $0.hasPrefix("scan of \(euros), just now: \(line)") })
        }
    }

    @Test func aKeyedSumIsTakenBack() async throws {
        try await withTerminal { terminal, _, shown in
            _ = await shown.first { $0 == "ready" }
            await terminal.type("amount \(euros(8800))")
            await terminal.type("clear")
            #expect(await shown.contains { $0.hasSuffix("is taken back: nothing waits") })
        }
    }

    @Test func whatPeopleHaveToKnowOfALostSessionIsSaid() async throws {
        try await withTerminal { _, gateway, shown in
            _ = await shown.first { $0 == "ready" }
            let session = try #require(await gateway.sessions.first { _ in true })
            session.close(.replaced)
            #expect(await shown.contains { $0.hasPrefix("ANOTHER DEVICE uses this terminal's ID") })
            #expect(await shown.contains { $0.hasPrefix("no connection to the relay") })
        }
    }

    @Test func aClosedCounterSaysSoToTheRelayAndToPeople() async throws {
        try await withTerminal(answer: { call in if case .state = call { .noted } else { nil } }) {
            terminal, gateway, shown in
            _ = await shown.first { $0 == "ready" }
            await terminal.type("ready no")
            #expect(await shown.contains { $0.hasPrefix("closed") })
            let told = await gateway.heard.contains {
                if case .call(_, .state(isReady: false, reason: ReasonCode("closed"))) = $0 { true } else { false }
            }
            #expect(told)
            await terminal.type("ready yes")
            #expect(await shown.contains { $0.hasPrefix("open") })
        }
    }

    @Test func theTagHoldsTheTerminalsAddress() async throws {
        try await withTerminal { _, _, shown in
            #expect(await shown.contains { $0.contains("https://pay.example/t/counter-1") })
            let file = try Data(contentsOf: self.folder.appending(path: "tag.png"))
            let codes = try CodeScanner.codes(in: GrayPicture(png: Array(file)))
            #expect(codes.map(\.text) == ["https://pay.example/t/counter-1"])
        }
    }

    @Test func whatCannotBeScannedIsExplained() async throws {
        try await withTerminal { terminal, _, shown in
            _ = await shown.first { $0 == "ready" }
            await terminal.type("scan picture /nowhere.png")
            #expect(await shown.contains { $0.contains("no picture") })
        }
    }

    /// A camera that waits for a phone, or a disk that does not answer, costs the terminal its scanner and nothing
    /// else.
    @Test func aScannerThatBlocksDoesNotStopTheLinksBeats() async throws {
        try await withTerminal { terminal, gateway, shown in
            let session = try #require(await gateway.sessions.first { _ in true })
            _ = await shown.first { $0 == "ready" }
            let scanner = HeldScanner()
            await terminal.scan(with: scanner)
            await scanner.hasBegun()
            session.ping()
            #expect(await gateway.heard.contains { if case .ping = $0 { true } else { false } })
            scanner.release()
            #expect(await gateway.heard.contains { if case .scan = $0 { true } else { false } })
        }
    }

    @Test func aScannerThatFailsSaysWhyAndTheNextScanGoesOn() async throws {
        try await withTerminal { terminal, gateway, shown in
            _ = await shown.first { $0 == "ready" }
            await terminal.scan(with: BrokenScanner())
            #expect(await shown.contains { $0 == BrokenScanner.failure.sentence })
            await terminal.type("scan qr 99271828182845904523")
            #expect(await gateway.heard.contains { if case .scan = $0 { true } else { false } })
        }
    }

    /// The sum and the customer belong together as they were written, however long the scanner takes.
    @Test(arguments: ["amount 9.00 EUR", "scan qr 2", "scan picture /nowhere.png"])
    func aLineDoesNotOvertakeAScan(line: String) async throws {
        try await withTerminal { terminal, gateway, shown in
            _ = await shown.first { $0 == "ready" }
            await terminal.type("amount 5.00 EUR")
            let scanner = HeldScanner(text: "1")
            await terminal.scan(with: scanner)
            await scanner.hasBegun()
            await terminal.type(line)
            scanner.release()
            let scan = try #require(await Self.nextScan(gateway))
            #expect(scan.text.exposed == "1")
            #expect(scan.amount == euros(500))
        }
    }

    @Test func aCancelDropsTheScanAndItsSum() async throws {
        try await withTerminal { terminal, gateway, shown in
            _ = await shown.first { $0 == "ready" }
            await terminal.type("amount 5.00 EUR")
            let scanner = HeldScanner(text: "1")
            await terminal.scan(with: scanner)
            await scanner.hasBegun()
            await terminal.type("cancel")
            #expect(await shown.contains { $0.hasPrefix("the scan is dropped") })
            #expect(await shown.contains { $0.hasPrefix("\(euros(500)) is taken back") })
            scanner.release()
            await terminal.type("scan qr 2")
            let scan = try #require(await Self.nextScan(gateway))
            #expect(scan.text.exposed == "2")
            #expect(scan.amount == nil)
        }
    }

    /// The customer before is not certain yet, and stands on the display: it is not this one who is canceled.
    @Test func aCancelOfAnUnreadScanIsNotTheCustomersBefore() async throws {
        try await withTerminal { terminal, gateway, shown in
            _ = await shown.first { $0 == "ready" }
            let session = try #require(await gateway.sessions.first { _ in true })
            await terminal.type("amount 12.50 EUR")
            session.tell(.command(Self.command))
            #expect(await shown.contains { $0.hasPrefix("asking") })
            session.tell(.outcome(Self.command.id, scan: nil, status(1, nil)))
            #expect(await shown.contains { $0.hasPrefix("NOT CERTAIN YET") })
            let scanner = HeldScanner(text: "1")
            await terminal.scan(with: scanner)
            await scanner.hasBegun()
            await terminal.type("cancel")
            scanner.release()
            await terminal.type("scan qr 2")
            let next = await gateway.heard.first { output in
                if case .scan = output { return true }
                if case .call(_, .cancel) = output { return true }
                return false
            }
            guard case .scan(_, let scan)? = next else {
                Issue.record("\(String(describing: next))")
                return
            }
            #expect(scan.text.exposed == "2")
        }
    }

    private static func nextScan(_ gateway: TestGateway) async -> Scan? {
        for await output in gateway.heard {
            if case .scan(_, let scan) = output { return scan }
        }
        return nil
    }

    private static let command: Command = {
        let world = TerminalWorld()
        let made = world.command(1, amountRequired: true)
        return Command(
            id: made.id, what: made.what, application: made.application, destination: made.destination,
            operation: made.operation, amount: made.amount, amountRequired: made.amountRequired, sealed: made.sealed,
            sealedFor: made.sealedFor, expiresAt: TestGateway.now + .seconds(30))
    }()

    private func withTerminal(
        scanned: @escaping TestGateway.ScanAnswer = { _ in .refused(Refused(.noScanRule)) },
        answer: @escaping TestGateway.Answer = { call in
            if case .submit(let command, _, amount: _, at: _) = call { .taken(command) } else { nil }
        },
        _ body: (TerminalShell, TestGateway, AsyncStream<String>) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let gateway = try await TestGateway(on: group, scanned: scanned, answer: answer)
        let settings = Settings([
            "BATON_TERMINAL": "counter-1", "BATON_GATEWAY": "ws://127.0.0.1:\(gateway.port)",
            "BATON_HOME": folder.path, "BATON_PUBLIC_URL": "https://pay.example/", "BATON_PARENT": "true",
            "BATON_TAG_PICTURE": folder.appending(path: "tag.png").path,
        ])
        let (shown, show) = AsyncStream.makeStream(of: String.self)
        let terminal = TerminalShell(
            try TerminalConfiguration(settings), eventLoop: group.next(), logger: Logger(label: "terminal"),
            display: { show.yield($0) })
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await terminal.run() }
            do {
                try await body(terminal, gateway, shown)
            } catch {
                Issue.record(error)
            }
            tasks.cancelAll()
        }
        try await gateway.channel.close()
        try await group.shutdownGracefully()
    }
}
