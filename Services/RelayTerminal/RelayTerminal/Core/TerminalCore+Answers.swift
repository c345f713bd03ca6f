import DeviceLink
import DeviceProtocol
import RelayDomain

// What a terminal does with the relay's answers and news.

extension TerminalCore {
    mutating func relayReplied(_ reply: DeviceReply, to call: RelayCall, now: Duration) {
        switch (call, reply) {
        case (.resume, .states(let commands, scans: let scans)):
            for state in commands { resume(state, now: now) }
            for state in scans { resume(state, now: now) }
        case (.result(let command), .taken): finish(command)
        case (.received(let id), .proceed): proceed(id, now: now)
        case (.submit(let command), .taken(_, let outcome?)):
            statusReceived(outcome, of: command, scan: nil, now: now)
        case (.scan(let id), .accepted(_, let outcome?)): statusReceived(outcome, of: nil, scan: id, now: now)
        case (.scan(let id), .accepted(_, nil)):
            accept(id)
            if record(of: id)?.isUnwanted == true { self.call(.cancel(.scan(id)), now: now) }
        case (.cancel(let cancelable), .taken):
            if case .scan(let id) = cancelable { accept(id) }
            if isOpen(cancelable) { show(.cancelNoted) }
            if case .transaction = cancelable { passing?.isUnwanted = false }
        case (_, .refused), (_, .states), (_, .proceed), (_, .taken), (_, .accepted), (_, .noted):
            break  // The outcome follows by itself.
        }
    }

    /// The relay's last word on a call.
    mutating func relayRefused(_ error: DeviceError, of call: RelayCall, now: Duration) {
        switch call {
        case .submit(let command) where error.code == .refusal(.malformed) && error.field == "amount":
            askAnew(command, after: error, now: now)
        case .submit where error.code == .refusal(.alreadyTaken), .result where error.code == .refusal(.alreadyTaken):
            show(.refused(error))  // Another word of this terminal's counts; its outcome follows.
        case .received(let command), .submit(let command), .result(let command):
            guard error.code != .refusal(.unknownCommand) else {
                return openCommands.unfinished[command].map { relayForgot($0) } ?? ()
            }
            finish(command)
            show(.refused(error))
        case .cancel(let cancelable): cancelRefused(cancelable, error, now: now)
        case .scan, .resume, .state: break
        }
    }

    /// - Parameters:
    ///   - command: the command that the relay names with it.
    ///   - scan: the scan that the relay names with it.
    mutating func statusReceived(
        _ status: TransactionStatus, of command: CommandID?, scan: SubmissionKeyText?, now: Duration
    ) {
        if let scan { accept(scan) }
        show(display(of: status, scan: scan, now: now))
        guard [.ended, .unknown, .reversing].contains(status.state) else { return }
        if let scan { statusReceived(status, of: scan) }
        guard let command else { return }
        if status.state == .ended {
            finish(command)
        } else {
            if openCommands.unfinished[command] != nil {
                told[.command(command)] = status
                onDisplay = .command(command)
            }
            free(command)
        }
    }

    /// What the merchant did before what the terminal is busy with now is told from it.
    private func display(of status: TransactionStatus, scan: SubmissionKeyText?, now: Duration) -> TerminalDisplay {
        guard let scan, work != .awaiting(scan), let record = record(of: scan) else { return .outcome(status) }
        return .earlierScan(record, ago: age(of: record, now: now), status)
    }

    /// The relay does not note a cancel. Where the outcome has been told already, it stays on the display.
    private mutating func cancelRefused(_ cancelable: Cancelable, _ error: DeviceError, now: Duration) {
        guard isOpen(cancelable) else { return }
        switch (cancelable, error.code) {
        case (.scan(let scan), .refusal(.unknownCommand)): return notCanceled(scan, now: now)
        case (.command(let command), .refusal(.unknownCommand)):
            if let record = openCommands.unfinished[command] { return relayForgot(record) }
        case (.transaction, .refusal): passing = nil
        case (_, .refusal), (_, .rule), (_, .other): break
        }
        show(.refused(error))
    }

    /// The destination is silent. The next customer need not wait; this one is told to.
    mutating func free(_ command: CommandID) {
        if work == .submitting(command) { work = nil }
    }

    /// Makes a call again whose time has come. Whether an attempt without answer has reached the relay, `resume` tells.
    mutating func again(_ call: RelayCall, now: Duration) {
        switch call {
        case .scan(let id) where scansInDoubt.contains(id): self.call(.resume([], scans: [id]), now: now)
        case .scan: goOnScanning(now: now)
        case .received, .submit, .result, .cancel, .resume, .state: self.call(call, now: now)
        }
    }
}
