import DeviceLink
import DeviceProtocol
import Logging
import NIOCore
import RelayDomain
import Sealing
import ServiceLifecycle

/// A POS agent's connection, disk and driver. It decides nothing: ``AgentCore`` does.
///
/// Lives on the event loop of its link. The driver's steps run one after the other in a task of their own.
public actor AgentShell: Service {
    nonisolated let eventLoop: any EventLoop
    public nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    private let configuration: AgentConfiguration
    private let driver: any InputWindowDriver
    private let key: SealingKey
    private let journal: CommandJournal
    private let logger: Logger
    private let onSession: @Sendable (Bool) -> Void
    private var core: AgentCore
    private var link: DeviceLink?
    private var openCalls: [CallID: AgentCall] = [:]
    private var inbox: [AgentInput] = []
    private var isStepping = false
    private var timer: Scheduled<Void>?
    private let steps: AsyncStream<(number: UInt64, step: DriverStep)>
    private let nextStep: AsyncStream<(number: UInt64, step: DriverStep)>.Continuation
    /// Finishes with an error if the journal fails: an agent that cannot remember must not act.
    private let failures: AsyncThrowingStream<Never, any Error>
    private let failure: AsyncThrowingStream<Never, any Error>.Continuation

    /// - Parameters:
    ///   - key: opens the sealed bytes, just before they are entered.
    ///   - onSession: told when a session stands, and when it is lost.
    /// - Throws: ``CommandJournalError``.
    public init(
        _ configuration: AgentConfiguration, driver: any InputWindowDriver, key: SealingKey,
        eventLoop: any EventLoop, logger: Logger, onSession: @escaping @Sendable (Bool) -> Void = { _ in }
    ) throws(CommandJournalError) {
        self.configuration = configuration
        self.driver = driver
        self.key = key
        self.eventLoop = eventLoop
        self.logger = logger
        self.onSession = onSession
        journal = try CommandJournal(path: configuration.journal)
        core = AgentCore(unsettled: try journal.unsettled())
        (failures, failure) = AsyncThrowingStream.makeStream()
        // A command has at most three steps under way: one that hangs, its close and its finish.
        (steps, nextStep) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(64))
    }

    /// Serves until told to stop, or until the journal fails. A command that is being carried out then is found in the
    /// journal at the next start.
    public func run() async throws {
        link = DeviceLink(
            .pos(configuration.pos), gateway: configuration.gateway, software: "baton-pos-agent", on: eventLoop
        ) { [weak self] news in self?.assumeIsolated { $0.hear(news) } }
        link?.start()
        try await cancelWhenGracefulShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await self.driveSteps() }
                for try await _ in self.failures {}
                group.cancelAll()
            }
        }
        timer?.cancel()
        link?.stop()
    }

    // MARK: The core

    private func take(_ input: AgentInput) {
        inbox.append(input)
        guard !isStepping else { return }  // Carrying a step out may bring the next input.
        isStepping = true
        while !inbox.isEmpty {
            let inputs = inbox
            inbox = []
            let (entries, outputs) = core.step(inputs, now: DeviceLink.now)
            do {
                try journal.write(entries, at: link?.clock?.time(at: DeviceLink.now) ?? Instant(milliseconds: 0))
            } catch {
                failure.finish(throwing: error)
                return  // Still stepping: nothing of this step or a later one leaves.
            }
            for output in outputs { carryOut(output) }
        }
        isStepping = false
        arm()
    }

    private func carryOut(_ output: AgentOutput) {
        switch output {
        case .call(let call, let request):
            do throws(DeviceSessionStateMachine.CallRefusal) {
                guard let link else { return }
                openCalls[try link.call(request)] = call
            } catch {
                inbox.append(.failed(call, error == .notOpen ? .connectionLost : .noReply))
            }
        case .drive(let number, let step): nextStep.yield((number, step))
        case .note(let note): note.log(to: logger)
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
        case .event(.outcome(let command, scan: _, let status)): take(.outcome(command, status))
        case .answered(let id, let reply):
            if let call = openCalls.removeValue(forKey: id) { take(.answered(call, reply)) }
        case .failed(let id, let failure):
            if let call = openCalls.removeValue(forKey: id) { take(.failed(call, failure)) }
        case .unreadable(let error):
            logger.warning("passed over what the relay sent", metadata: ["error": "\(error)"])
        }
    }

    // MARK: The POS program

    private func driveSteps() async {
        for await (number, step) in steps {
            if let news = await drive(step) { take(.driven(number, news)) }
        }
    }

    /// - Returns: nil for steps after which nobody waits.
    private func drive(_ step: DriverStep) async -> DriverNews? {
        do throws(DriverFailure) {
            switch step {
            case .locate(let application): return .located(try await driver.locate(application))
            case .activate(let window): return .activated(sale: try await driver.activate(window))
            case .enter(let window, let sealed, let context):
                guard let secret = try? key.open(sealed, for: context) else { return .unreadable }
                try await driver.enter(secret, into: window)
                return .entered
            case .send(let window, let mark): return .sent(receipt: try await driver.send(window, mark: mark))
            case .confirm(let mark, let wait): return .confirmed(try await driver.confirm(mark, wait: wait))
            case .close(let window):
                await driver.close(window)
                return nil
            case .finish:
                await driver.finish()
                return nil
            }
        } catch {
            return .failed(error)
        }
    }
}
