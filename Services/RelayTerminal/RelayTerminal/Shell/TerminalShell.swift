import CodePictures
import DeviceLink
import DeviceProtocol
import Foundation
import Logging
import NIOCore
import RelayDomain
import ServiceLifecycle

/// A relay terminal's connection, disk, keyboard and display. It decides nothing: ``TerminalCore`` does.
///
/// Lives on the event loop of its link, so that news reach the core without a hop.
public actor TerminalShell: Service {
    nonisolated let eventLoop: any EventLoop
    public nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    private let configuration: TerminalConfiguration
    private let journal: CommandJournal
    private let logger: Logger
    private let display: @Sendable (String) -> Void
    private let onSession: @Sendable (Bool) -> Void
    private var core: TerminalCore
    private var random = SystemRandomNumberGenerator()
    private var link: DeviceLink?
    private var openCalls: [CallID: TerminalCall] = [:]
    private var inbox: [TerminalInput] = []
    private var isStepping = false
    private var timer: Scheduled<Void>?
    /// Finishes with an error if the journal fails: a terminal that cannot remember must not act.
    private let failures: AsyncThrowingStream<Never, any Error>
    private let failure: AsyncThrowingStream<Never, any Error>.Continuation

    /// - Parameters:
    ///   - display: shows one line.
    ///   - onSession: told when a session stands, and when it is lost.
    /// - Throws: ``CommandJournalError``.
    public init(
        _ configuration: TerminalConfiguration, eventLoop: any EventLoop, logger: Logger,
        display: @escaping @Sendable (String) -> Void = TerminalShell.print,
        onSession: @escaping @Sendable (Bool) -> Void = { _ in }
    ) throws(CommandJournalError) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        self.display = display
        self.onSession = onSession
        journal = try CommandJournal(path: configuration.journal)
        core = TerminalCore(unsettled: try journal.unsettled())
        (failures, failure) = AsyncThrowingStream.makeStream()
    }

    /// Serves until told to stop, or until the journal fails.
    public func run() async throws {
        try showTag()
        link = DeviceLink(
            .terminal(configuration.terminal), gateway: configuration.gateway, software: "baton-terminal",
            on: eventLoop
        ) { [weak self] news in self?.assumeIsolated { $0.hear(news) } }
        link?.start()
        try await cancelWhenGracefulShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                if !self.configuration.hasNoKeyboard { group.addTask { await self.listenToKeyboard() } }
                for try await _ in self.failures {}
                group.cancelAll()
            }
        }
        timer?.cancel()
        link?.stop()
    }

    // MARK: The core

    private func take(_ input: TerminalInput) {
        inbox.append(input)
        guard !isStepping else { return }  // Carrying a step out may bring the next input.
        isStepping = true
        while !inbox.isEmpty {
            let inputs = inbox
            inbox = []
            let (entries, outputs) = core.step(inputs, now: DeviceLink.now, random: &random)
            do {
                try write(entries)
            } catch {
                failure.finish(throwing: error)
                return  // Still stepping: nothing of this step or a later one leaves.
            }
            for output in outputs { carryOut(output) }
        }
        isStepping = false
        arm()
    }

    private func write(_ entries: [CommandRecord]) throws {
        try journal.write(entries, at: link?.clock?.time(at: DeviceLink.now) ?? Instant(milliseconds: 0))
    }

    private func carryOut(_ output: TerminalOutput) {
        switch output {
        case .call(let call, let request):
            do throws(DeviceSessionStateMachine.CallRefusal) {
                guard let link else { return }
                openCalls[try link.call(request)] = call
            } catch {
                inbox.append(.failed(call, error == .notOpen ? .connectionLost : .noReply))
            }
        case .show(let what):
            display(what.text)
        }
    }

    private func arm() {
        timer?.cancel()
        timer = core.deadline.map { deadline in
            let wait = max(deadline - DeviceLink.now, .zero).milliseconds + 1
            return eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(wait)) { [weak self] in
                self?.assumeIsolated { $0.take(.timePassed) }
            }
        }
    }

    // MARK: The relay

    private func hear(_ news: DeviceLink.News) {
        switch news {
        case .opened(let welcome):
            logger.info("session", metadata: ["connection": "\(welcome.connection.term).\(welcome.connection.number)"])
            onSession(true)
            if let clock = link?.clock { take(.opened(clock)) }
        case .lost(let loss):
            logger.notice("session lost", metadata: ["why": "\(loss)"])
            onSession(false)
            take(.lost)
        case .event(.command(let command)):
            do {
                take(.command(command, known: try journal.record(of: command.id)))
            } catch {
                failure.finish(throwing: error)
            }
        case .event(.cancel(let command)): take(.cancel(command))
        case .event(.outcome(let command, let scan, let status)): take(.outcome(command, scan: scan, status))
        case .answered(let id, let reply):
            if let call = openCalls.removeValue(forKey: id) { take(.answered(call, reply)) }
        case .failed(let id, let failure):
            if let call = openCalls.removeValue(forKey: id) { take(.failed(call, failure)) }
        case .unreadable(let error):
            logger.warning("passed over what the relay sent", metadata: ["error": "\(error)"])
        }
    }

    // MARK: The merchant

    private func listenToKeyboard() async {
        for await line in Keyboard.lines() where !line.isEmpty { type(line) }
    }

    /// Takes one line of the keyboard or scanner.
    func type(_ line: String) {
        do throws(TerminalLine.Mistake) {
            switch try TerminalLine(line) {
            case .amount(let amount): take(.keyed(amount))
            case .scan(let symbology, let text): take(.scanned(symbology, text))
            case .scanPicture(let path): scan(pictureAt: path)
            }
        } catch {
            display(error.sentence)
        }
    }

    private func scan(pictureAt path: String) {
        guard let file = FileManager.default.contents(atPath: path) else {
            return display("There is no picture that can be read at \(path).")
        }
        do {
            let codes = try CodeScanner.codes(in: GrayPicture(png: Array(file)))
            guard let code = codes.first, let text = ScannedText(code.text) else {
                return display("The scanner sees no code in this picture; hold the phone nearer.")
            }
            guard codes.count == 1 else { return display("The scanner sees \(codes.count) codes; show one at a time.") }
            take(.scanned(code.symbology, text))
        } catch {
            display("\(error)")
        }
    }

    /// The terminal's ID, as phones read it.
    private func showTag() throws {
        display("relay terminal \(configuration.terminal), tag \(configuration.tag)")
        guard let path = configuration.tagPicture else { return }
        let png = try QRPicture.picture(of: configuration.tag).png()
        try Data(png).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    /// Writes one line to standard output, at once.
    @Sendable public static func print(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
