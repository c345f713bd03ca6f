import DeviceLink
import DeviceProtocol
import DeviceRuntime
import Logging
import NIOCore
import RelayDomain
import Sealing
import ServiceLifecycle
import ServiceRuntime

/// A POS agent's connection, disk and driver. It decides nothing: ``AgentCore`` does.
///
/// Lives on the event loop of its link. The driver's steps run one after the other in a task of their own.
public actor AgentShell: Service {
    nonisolated let eventLoop: any EventLoop
    public nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    private let configuration: AgentConfiguration
    private let driver: any InputWindowDriver
    private let key: SealingKey
    private let logger: Logger
    private var host: CoreHost<AgentCore>?
    private var sessionLog: SessionLog
    private let steps: AsyncStream<(number: UInt64, step: DriverStep)>
    private let nextStep: AsyncStream<(number: UInt64, step: DriverStep)>.Continuation
    /// Finishes when the core has stopped, with the error if the journal fails.
    private let ends: AsyncThrowingStream<Never, any Error>
    private let ended: AsyncThrowingStream<Never, any Error>.Continuation

    /// - Parameters:
    ///   - key: opens the sealed bytes, just before they are entered.
    ///   - onSession: told when a session stands, and when it is lost.
    public init(
        _ configuration: AgentConfiguration, driver: any InputWindowDriver, key: SealingKey,
        eventLoop: any EventLoop, logger: Logger, onSession: @escaping @Sendable (Bool) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.driver = driver
        self.key = key
        self.eventLoop = eventLoop
        self.logger = logger
        sessionLog = SessionLog(with: configuration.gateway, logger: logger, onSession: onSession)
        (ends, ended) = AsyncThrowingStream.makeStream()
        // A command has at most three steps under way: one that hangs, its clearing and its finish.
        (steps, nextStep) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(64))
    }

    /// Serves until told to stop, then brings to its end what is being carried out. If it is cut off, the journal tells
    /// the next start what there was.
    /// - Throws: ``CommandJournalError`` if the journal cannot be used or fails.
    public func run() async throws {
        let journal = try CommandJournal(path: configuration.journal)
        let core = AgentCore(unfinished: try journal.unfinished())
        let host = CoreHost(core, journal: journal, on: eventLoop) { [weak self] news in
            self?.assumeIsolated { $0.hostReported(news) }
        }
        self.host = host
        host.start(
            .pos(configuration.pos), gateway: configuration.gateway,
            description: DeviceDescription(maker: "Baton", model: "baton-pos-agent"))
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await self.driveSteps() }
            defer {
                self.end()
                group.cancelAll()
            }
            try await withGracefulShutdownHandler {
                for try await _ in self.ends {}
            } onGracefulShutdown: {
                self.eventLoop.execute { self.assumeIsolated { $0.host?.receive(.stopping) } }
            }
        }
    }

    /// From here on nothing is decided: what a step that is under way brings is found out at the next start.
    private func end() {
        host?.stop()
        host = nil
        nextStep.finish()
    }

    private func hostReported(_ news: CoreHost<AgentCore>.News) {
        switch news {
        case .output(.drive(let number, let step)): nextStep.yield((number, step))
        case .output(.note(let note)): note.log(to: logger)
        case .output(.stopped): ended.finish()
        case .output(.call): break  // The host makes calls itself.
        case .opened(let welcome): sessionLog.opened(welcome)
        case .lost(let loss): sessionLog.lost(loss)
        case .unreadable(let error): sessionLog.passedOver(error)
        case .failed(let error): ended.finish(throwing: error)
        }
    }

    // MARK: The POS program

    private func driveSteps() async {
        for await (number, step) in steps {
            if let news = await drive(step) { host?.receive(.driven(number, news)) }
        }
    }

    /// - Returns: nil for steps whose end is not awaited.
    private func drive(_ step: DriverStep) async -> DriverNews? {
        do throws(DriverFailure) {
            switch step {
            case .probe:
                try await driver.probe()
                return .alive
            case .locate(let application): return .located(try await driver.locate(application))
            case .activate(let window): return .activated(try await driver.activate(window))
            case .enter(let opening, let mark, let sealed):
                guard let code = opened(sealed) else { return .unreadable }
                let field = try await driver.enter(code, into: opening, mark: mark)
                return field?.hasSameBytes(as: code) == true ? .entered : .failed(.readBackDiffers)
            case .look(let opening, let sealed):
                guard let code = opened(sealed) else { return .unreadable }
                return .seen(WindowSight(try await driver.look(at: opening), code: code))
            case .send(let opening, let mark, let sum, let sealed):
                let sighting = try await driver.send(opening, mark: mark, sum: sum)
                return .sent(sighting.withholding(finder(sealed)))
            case .confirm(let mark, let wait, let sealed):
                let confirmation = try await driver.confirm(mark, wait: wait)
                return .confirmed(confirmation.withholding(sealed.flatMap(finder)))
            case .clear(let opening): return .seen(WindowSight(try await driver.clear(opening), code: nil))
            case .finish:
                await driver.finish()
                return nil
            }
        } catch {
            return .failed(error.withholding(step.sealed.flatMap(finder)))
        }
    }

    private func opened(_ sealed: SealedCode) -> Secret? { try? key.open(sealed.information, for: sealed.context) }

    private func finder(_ sealed: SealedCode) -> SecretFinder? { opened(sealed).map(SecretFinder.init) }
}
