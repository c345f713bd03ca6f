import DeviceLink
import DeviceProtocol
import RelayDomain

// What a terminal does with the relay's answers and news.

extension TerminalCore {
    mutating func hear(_ reply: DeviceReply, to call: RelayCall, now: Duration) {
        switch (call, reply) {
        case (.resume, .states(let states)):
            for state in states { resume(state, now: now) }
        case (.result(let command), .taken): settle(command)
        case (.received(let id), .proceed):
            if case .askingAmount(let command, relayKnows: _) = work, command.id == id {
                work = .askingAmount(command, relayKnows: true)
            }
        case (.scan(let id), .accepted):
            if case .scanning(let scan, acceptUntil: _?) = work, scan.scan == id {
                work = .scanning(scan, acceptUntil: nil)
            }
        case (.cancel, .taken): show(.cancelNoted)
        case (_, .refused), (_, .states), (_, .proceed), (_, .taken), (_, .accepted):
            break  // The outcome follows by itself.
        }
    }

    /// The relay's last word on a call.
    mutating func hear(_ error: DeviceError, of call: RelayCall) {
        switch call {
        case .received(let command), .submit(let command), .result(let command):
            settle(command)
            if error.code != .refusal(.unknownCommand) { show(.refused(error)) }
        case .scan(let id):
            if awaitedScans.contains(where: { $0.scan == id }) {
                awaitedScans.removeAll { $0.scan == id }
                return show(.noAnswer)  // It was accepted once: what is refused is only to say what came of it.
            }
            guard case .scanning(let scan, acceptUntil: _) = work, scan.scan == id else { return }
            work = nil
            show(.refused(error))
        case .cancel: show(.refused(error))
        case .resume: break
        }
    }

    /// - Parameters:
    ///   - command: the command that the relay names with it.
    ///   - scan: the scan that the relay names with it.
    mutating func hear(_ status: TransactionStatus, of command: CommandID?, scan: SubmissionKeyText?) {
        show(.outcome(status))
        guard [.ended, .unknown, .reversing].contains(status.state) else { return }
        if let scan { hear(status.state, of: scan) }
        guard let command else { return }
        if status.state == .ended {
            settle(command)
        } else {
            if desk.unsettled[command] != nil { told[command] = status.state }
            free(command)
        }
    }

    /// A scan is at its end, or the next customer need not wait for it.
    private mutating func hear(_ state: TransactionStatus.StateName, of scan: SubmissionKeyText) {
        if case .scanning(let running, acceptUntil: _) = work, running.scan == scan {
            work = nil
            awaitedScans = Array((awaitedScans + [running]).suffix(Self.awaitedScansMost))
        }
        guard state == .ended else { return }
        awaitedScans.removeAll { $0.scan == scan }
        lostScans.remove(scan)
    }

    /// The destination is silent. The next customer need not wait; this one is told to.
    mutating func free(_ command: CommandID) {
        if work == .submitting(command) { work = nil }
    }

    /// Makes a call again whose time has come.
    mutating func again(_ call: RelayCall, now: Duration) {
        if case .scanning(let scan, acceptUntil: _) = work, call == .scan(scan.scan) {
            submitAgain(scan, now: now)
        } else {
            self.call(call, now: now)
        }
    }
}
