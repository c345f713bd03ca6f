import DeviceLink
import DeviceProtocol
import RelayDomain

// What a terminal does with the relay's answers and news.

extension TerminalCore {
    mutating func hear(_ reply: DeviceReply, to call: RelayCall, now: Duration) {
        switch (call, reply) {
        case (.resume, .states(let states, scans: _)):
            for state in states { resume(state, now: now) }
        case (.result(let command), .taken): settle(command)
        case (.received(let id), .proceed):
            if case .askingAmount(let command, relayKnows: _) = work, command.id == id {
                work = .askingAmount(command, relayKnows: true)
            }
        case (.scan(let id), .accepted):
            accept(id)
            if unwantedScans.contains(id) { self.call(.cancel(.scan(id)), now: now) }
        case (.cancel(let cancelable), .taken):
            if case .scan(let id) = cancelable { noteCancel(of: id) }
            if isOpen(cancelable) { show(.cancelNoted) }
        case (_, .refused), (_, .states), (_, .proceed), (_, .taken), (_, .accepted), (_, .noted):
            break  // The outcome follows by itself.
        }
    }

    /// The relay's last word on a call.
    mutating func hear(_ error: DeviceError, of call: RelayCall) {
        switch call {
        case .received(let command), .submit(let command), .result(let command):
            settle(command)
            if error.code != .refusal(.unknownCommand) { show(.refused(error)) }
        case .scan(let id): refused(id)
        case .cancel(let cancelable): cancelRefused(cancelable, error)
        case .resume, .state: break
        }
    }

    /// - Parameters:
    ///   - command: the command that the relay names with it.
    ///   - scan: the scan that the relay names with it.
    mutating func hear(_ status: TransactionStatus, of command: CommandID?, scan: SubmissionKeyText?) {
        show(.outcome(status))
        if let scan { accept(scan) }
        guard [.ended, .unknown, .reversing].contains(status.state) else { return }
        if let scan { hear(status, of: scan) }
        guard let command else { return }
        if status.state == .ended {
            settle(command)
        } else {
            if desk.unsettled[command] != nil { told[command] = status }
            free(command)
        }
    }

    /// The relay does not note a cancel. Where the outcome has been told already, it stays on the display.
    private mutating func cancelRefused(_ cancelable: Cancelable, _ error: DeviceError) {
        guard isOpen(cancelable) else { return }
        switch (cancelable, error.code) {
        case (.scan(let scan), .refusal(.unknownCommand)): return unknownToRelay(scan)
        case (.scan(let scan), .refusal(.alreadyFinal)): noteCancel(of: scan)
        case (.command(let command), .refusal(.unknownCommand)): settle(command)
        case (_, .refusal), (_, .rule), (_, .other): break
        }
        show(.refused(error))
    }

    /// The destination is silent. The next customer need not wait; this one is told to.
    mutating func free(_ command: CommandID) {
        if work == .submitting(command) { work = nil }
    }

    /// Makes a call again whose time has come.
    mutating func again(_ call: RelayCall, now: Duration) {
        if case .scanning(let scan, _, until: _) = work, call == .scan(scan.scan) {
            goOnScanning(now: now)
        } else {
            self.call(call, now: now)
        }
    }
}
