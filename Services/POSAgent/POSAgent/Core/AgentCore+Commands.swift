import DeviceLink
import DeviceProtocol
import RelayDomain

// What an agent says to the relay about commands.

extension AgentCore {
    mutating func commandReceived(_ command: Command, known: CommandRecord?, now: Duration) {
        if let work, work.id == command.id { return call(.received(command.id), now: now) }
        switch (openCommands.unfinished[command.id] ?? known)?.report {
        case .ended(let result, let evidence):
            openCommands.recall(command.id, .ended(result, evidence))
            return call(.result(command.id), now: now)
        case .entering where interrupted.contains(where: { $0.command == command.id }): return  // Its turn comes.
        case .entering, .sending, .submitted:  // Only a journal that is older than this process can say so.
            openCommands.write(command.id, .ended(.uncertain, nil))
            return call(.result(command.id), now: now)
        case .met, nil: break
        }
        guard command.what == .enterAndSend else { return refuse(command.id, .unsupported, now: now) }
        guard work == nil, !isStopping else { return refuse(command.id, .deviceBusy, now: now) }
        guard openCommands.mayStart(command, now: now) else { return refuse(command.id, .expired, now: now) }
        work = Work(id: command.id, command: command, stage: .asking)
        openCommands.write(command.id, .met)
        call(.received(command.id), now: now)
    }

    mutating func cancel(_ command: CommandID, now: Duration) {
        guard let running = work, running.id == command else { return }
        work?.isCanceled = true
        if running.stage == .asking { end(.refused(.canceled), now: now) }
    }

    mutating func relayReplied(_ reply: DeviceReply, to call: RelayCall, now: Duration) {
        switch (call, reply) {
        case (.received(let id), .proceed):
            guard let work, work.id == id, work.stage == .asking else { return }
            begin(now: now)
        case (.result(let id), .taken): finish(id)
        case (.resume, .states(let states, scans: _)):
            for state in states { resume(state, now: now) }
        case (_, .refused), (_, .proceed), (_, .taken), (_, .states), (_, .accepted), (_, .noted):
            break  // Answers to other questions say nothing here.
        }
    }

    /// The relay's last word on a call.
    mutating func relayRefused(_ error: DeviceError, of call: RelayCall) {
        switch call {
        case .received(let id):
            guard let work, work.id == id, work.stage == .asking else { return }
            finish(id)  // Too late, or not ours: nothing was done, and nothing will be.
            outputs.append(.note(.refused(id, error)))
        case .result(let id):
            finish(id)
            outputs.append(.note(.refused(id, error)))
        case .resume, .submit, .scan, .cancel, .state: break
        }
    }

    /// Asks what became of everything that is open.
    mutating func resume(now: Duration) {
        for call in openCommands.resumptions() { self.call(call, now: now) }
    }

    /// Goes on where the relay says a command stands.
    private mutating func resume(_ state: CommandStatus, now: Duration) {
        guard let record = openCommands.unfinished[state.command] else { return }
        let running = work.flatMap { $0.id == state.command ? $0.stage : nil }
        guard let status = state.status, status.state != .ended else {
            finish(state.command)
            if let status = state.status { outputs.append(.note(.outcome(status))) }
            return
        }
        switch (running, record.report) {
        case (.asking, _): call(.received(state.command), now: now)
        case (.some, _): break  // It is being carried out.
        case (nil, .met): refuse(state.command, .interrupted, now: now)  // A restart before anything was entered.
        case (nil, .entering): break  // Its turn comes.
        case (nil, .ended), (nil, .sending), (nil, .submitted): call(.result(state.command), now: now)
        }
    }

    /// Nothing is left to be said about a command.
    mutating func finish(_ command: CommandID) {
        if let work, work.id == command {
            guard work.stage == .asking else { return }  // What was begun is brought to its end.
            self.work = nil
        }
        openCommands.finish(command)
    }

    mutating func refuse(_ command: CommandID, _ why: ReasonCode, now: Duration) {
        openCommands.write(command, .ended(.refused(why), nil))
        call(.result(command), now: now)
    }
}
