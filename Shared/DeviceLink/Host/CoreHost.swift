import DeviceProtocol
import NIOCore
import RelayDomain

/// Runs a device's core: its link, its journal and its clock. It decides nothing.
///
/// Used only on one event loop, like its ``DeviceLink``. For each input the core decides, then the entries are made
/// durable, then the outputs are carried out.
public final class CoreHost<Core: DeviceCore> {
    /// What the host tells its owner, on the event loop.
    public enum News: Sendable {
        /// An action of the device itself is to be done.
        case output(Core.Output)
        case opened(Welcome)
        case lost(DeviceSessionStateMachine.Loss)
        /// The relay sent what this version cannot read; it was ignored.
        case unreadable(DeviceProtocolError)
        /// The journal failed. The host stops: a device that cannot store its memory must not act.
        case failed(CommandJournalError)
    }

    private let journal: CommandJournal
    private let eventLoop: any EventLoop
    private let news: (News) -> Void
    private var core: Core
    /// As they are in the journal.
    private var openScans: [ScanRecord]
    private var random = SystemRandomNumberGenerator()
    private var link: DeviceLink?
    private var openCalls: [CallID: RelayCall] = [:]
    private var inbox: [Core.Input] = []
    private var isStepping = false
    private var hasFailed = false
    private var timer: Scheduled<Void>?

    /// - Parameters:
    ///   - journal: must be the journal from whose open commands and scans `core` was made.
    ///   - news: called on the event loop. It may call the host.
    public init(_ core: Core, journal: CommandJournal, on eventLoop: any EventLoop, news: @escaping (News) -> Void) {
        eventLoop.preconditionInEventLoop()
        self.core = core
        openScans = core.openScans
        self.journal = journal
        self.eventLoop = eventLoop
        self.news = news
    }

    /// Connects, and continues until ``stop()``.
    public func start(_ device: Device, gateway: GatewayAddress, description: DeviceDescription) {
        let link = DeviceLink(device, gateway: gateway, description: description, on: eventLoop) { [weak self] news in
            self?.linkReported(news)
        }
        self.link = link
        link.start()
    }

    /// Ends the session and carries out nothing more.
    public func stop() {
        timer?.cancel()
        link?.stop()
        link = nil
    }

    /// Decides on one input, makes it durable, carries it out.
    public func receive(_ input: Core.Input) {
        eventLoop.preconditionInEventLoop()
        inbox.append(input)
        guard !isStepping, !hasFailed else { return }  // Carrying out a step may cause the next input.
        isStepping = true
        defer { isStepping = false }
        while !inbox.isEmpty {
            let inputs = inbox
            inbox = []
            let (entries, outputs) = core.step(inputs, now: DeviceLink.now, random: &random)
            do throws(CommandJournalError) {
                let scans = core.openScans
                try journal.write(
                    entries, openScans: scans == openScans ? nil : scans,
                    at: link?.clock?.time(at: DeviceLink.now) ?? Instant(milliseconds: 0))
                openScans = scans
            } catch {
                return fail(error)  // No output of this step or a later one is carried out.
            }
            for output in outputs { carryOut(output) }
        }
        arm()
    }

    private func carryOut(_ output: Core.Output) {
        guard let (call, request) = output.call else { return news(.output(output)) }
        guard let link else { return }
        do throws(DeviceSessionStateMachine.CallRefusal) {
            openCalls[try link.call(request)] = call
        } catch {
            inbox.append(.relay(.failed(call, DeviceSessionStateMachine.CallFailure(error))))
        }
    }

    private func linkReported(_ news: DeviceLink.News) {
        switch news {
        case .opened(let welcome):
            self.news(.opened(welcome))
            if let clock = link?.clock { receive(.relay(.opened(clock, welcome.counter))) }
        case .lost(let loss):
            self.news(.lost(loss))
            receive(.relay(.lost))
        case .event(.command(let command)):
            do throws(CommandJournalError) {
                receive(.relay(.command(command, known: try journal.record(of: command.id))))
            } catch {
                fail(error)
            }
        case .event(.cancel(let command)): receive(.relay(.cancel(command)))
        case .event(.outcome(let command, let scan, let status)):
            receive(.relay(.outcome(command, scan: scan, status)))
        case .event(.time): if let clock = link?.clock { receive(.relay(.time(clock))) }
        case .event(.passing(let passing)): receive(.relay(.passing(passing)))
        case .answered(let id, let reply):
            if let call = openCalls.removeValue(forKey: id) { receive(.relay(.answered(call, reply))) }
        case .failed(let id, let failure):
            if let call = openCalls.removeValue(forKey: id) { receive(.relay(.failed(call, failure))) }
        case .unreadable(let error):
            self.news(.unreadable(error))
        }
    }

    private func arm() {
        timer?.cancel()
        timer = core.deadline.map { deadline in
            let host = NIOLoopBound(self, eventLoop: eventLoop)
            let wait = DeviceLink.wait(until: deadline, now: DeviceLink.now)
            return eventLoop.scheduleTask(in: wait) { host.value.lookAtClock() }
        }
    }

    private func lookAtClock() {
        if let deadline = core.deadline, deadline <= DeviceLink.now { receive(.relay(.timePassed)) } else { arm() }
    }

    private func fail(_ error: CommandJournalError) {
        hasFailed = true
        stop()
        news(.failed(error))
    }
}

extension DeviceSessionStateMachine.CallFailure {
    /// The failure that a core gets for a call that was not sent.
    fileprivate init(_ refusal: DeviceSessionStateMachine.CallRefusal) {
        switch refusal {
        case .notOpen: self = .connectionLost
        case .tooManyCalls(let error), .tooLarge(let error): self = .refused(error)
        }
    }
}
