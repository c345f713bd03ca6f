import CodePictures
import DeviceLink
import DeviceProtocol
import DeviceRuntime
import Foundation
import Logging
import NIOCore
import RelayDomain
import ServiceLifecycle
import ServiceRuntime

/// A relay terminal's connection, disk, keyboard and display. It decides nothing: ``TerminalCore`` does.
///
/// Lives on the event loop of its link, so that news reach the core without a hop.
public actor TerminalShell: Service {
    nonisolated let eventLoop: any EventLoop
    public nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    private let configuration: TerminalConfiguration
    private let display: @Sendable (String) -> Void
    private var host: CoreHost<TerminalCore>?
    private var sessionLog: SessionLog
    private lazy var feed = ScannerFeed(on: eventLoop) { [weak self] end in
        self?.assumeIsolated { $0.host?.receive(.scannerEnded(end)) }
    }
    /// The scanner that the core is just asked about.
    private var scanner: (any Scanner)?
    /// Finishes with the error if the journal fails.
    private let failures: AsyncThrowingStream<Never, any Error>
    private let failure: AsyncThrowingStream<Never, any Error>.Continuation

    /// - Parameters:
    ///   - display: shows one line.
    ///   - onSession: told when a session stands, and when it is lost.
    public init(
        _ configuration: TerminalConfiguration, eventLoop: any EventLoop, logger: Logger,
        display: @escaping @Sendable (String) -> Void = TerminalShell.print,
        onSession: @escaping @Sendable (Bool) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.display = display
        sessionLog = SessionLog(with: configuration.gateway, logger: logger, onSession: onSession)
        (failures, failure) = AsyncThrowingStream.makeStream()
    }

    /// Serves until told to stop.
    /// - Throws: ``CommandJournalError`` if the journal cannot be used or fails.
    public func run() async throws {
        try showTag()
        let journal = try CommandJournal(path: configuration.journal)
        let core = TerminalCore(unfinished: try journal.unfinished(), scans: try journal.openScans())
        let host = CoreHost(core, journal: journal, on: eventLoop) { [weak self] news in
            self?.assumeIsolated { $0.hostReported(news) }
        }
        self.host = host
        host.start(
            .terminal(configuration.terminal), gateway: configuration.gateway,
            description: DeviceDescription(maker: "Baton", model: "baton-terminal"))
        defer {
            host.stop()
            feed.stop()
        }
        try await cancelWhenGracefulShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                if !self.configuration.hasNoKeyboard { group.addTask { await self.listenToKeyboard() } }
                for try await _ in self.failures {}
                group.cancelAll()
            }
        }
    }

    private func hostReported(_ news: CoreHost<TerminalCore>.News) {
        switch news {
        case .output(.show(let what)): display(what.text)
        case .output(.startScanner): if let scanner { feed.begin(scanner) }
        case .output(.stopScanner): feed.drop()
        case .output(.call): break  // The host makes calls itself.
        case .opened(let welcome): sessionLog.opened(welcome)
        case .lost(let loss):
            if let sentence = loss.sentence { display(sentence) }
            sessionLog.lost(loss)
        case .unreadable(let error): sessionLog.passedOver(error)
        case .failed(let error): failure.finish(throwing: error)
        }
    }

    // MARK: The merchant

    private func listenToKeyboard() async {
        let keyboard = KeyboardInput()
        for await line in keyboard.lines {
            if !line.isEmpty { type(line) }
            keyboard.next()
        }
    }

    /// Takes one line of the keyboard or scanner.
    func type(_ text: String) {
        do throws(TerminalLine.Mistake) {
            switch try TerminalLine(text) {
            case .amount(let amount): host?.receive(.keyed(amount))
            case .scan(let input): host?.receive(.scanned(input.symbology, input.text))
            case .scanPicture(let picture): scan(with: picture)
            case .clear: host?.receive(.cleared)
            case .cancel: host?.receive(.canceled)
            case .ready(let readiness): host?.receive(.served(readiness))
            }
        } catch {
            display(error.sentence)
        }
    }

    /// Has a scanner read, unless the core refuses it. What it reads comes back as an event; the link is served
    /// meanwhile.
    func scan(with scanner: any Scanner) {
        self.scanner = scanner
        host?.receive(.scanRequested)
        self.scanner = nil
    }

    /// The terminal's ID, as phones read it.
    private func showTag() throws {
        if let path = configuration.tagPicture {
            let png = try QRPicture.picture(of: configuration.tag).png()
            try Data(png).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
        display("relay terminal \(configuration.terminal), tag \(configuration.tag)")
    }

    /// Writes one line to standard output, at once.
    @Sendable public static func print(_ line: String) { StandardStream.output.writeLine(line) }
}
