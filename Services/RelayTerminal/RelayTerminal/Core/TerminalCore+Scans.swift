import DeviceLink
import DeviceProtocol
import RelayDomain

// What a terminal does with its scans until their outcome.

extension TerminalCore {
    /// What is certain about a scan: whether the relay has taken it on.
    enum Acceptance: Hashable, Sendable {
        /// An attempt waits for its answer; those before it, if there were any, were refused, at last for this.
        case asked(after: DeviceError?)
        /// Each attempt was refused: it is certain that the relay does not have the scan.
        case refused(DeviceError)
        /// Nobody knows what became of an attempt.
        case possible
        case accepted
    }

    /// Submits the scan in work again, asks about it, or gives it up. What the merchant wants no more is only canceled.
    mutating func goOnScanning(now: Duration) {
        guard case .scanning(let scan, let acceptance, let until) = work else { return }
        switch acceptance {
        case .asked: break  // Its answer comes, or the certainty that none does.
        case .refused(let error):
            guard now <= until else { return drop(.refused(error)) }
            work = .scanning(scan, .asked(after: error), until: until)
            call(.scan(scan.scan), now: now)
        case .possible where !unwantedScans.contains(scan.scan):
            guard now <= until else { return drop(.noAnswer) }
            call(.scan(scan.scan), now: now)
        case .possible, .accepted:
            guard !isTooOld(scan, now: now) else { return drop(.noAnswer) }
            ask(about: scan, now: now)
        }
    }

    /// Asks what came of a scan, by submitting it again; of one that the merchant wants no more, by canceling it.
    mutating func ask(about scan: Scan, now: Duration) {
        call(unwantedScans.contains(scan.scan) ? .cancel(.scan(scan.scan)) : .scan(scan.scan), now: now)
    }

    func isTooOld(_ scan: Scan, now: Duration) -> Bool {
        desk.clock.map { $0.time(at: now) - scan.at > Self.scanAskLimit } ?? false
    }

    /// The next customer may come.
    mutating func drop(_ why: TerminalDisplay) {
        work = nil
        show(why)
    }

    // MARK: What the relay says

    /// The relay has the scan.
    mutating func accept(_ id: SubmissionKeyText) {
        if case .scanning(let scan, _, let until) = work, scan.scan == id {
            work = .scanning(scan, .accepted, until: until)
        }
    }

    /// The relay has the scan, and knows that the merchant wants no more of it, or it is too late for that.
    mutating func noteCancel(of id: SubmissionKeyText) {
        accept(id)
        unwantedScans.remove(id)
    }

    /// An attempt was refused, or nobody knows what became of it. Where it is certain that the relay does not have the
    /// scan, the merchant reads why; the next attempt comes by itself.
    mutating func attemptFailed(_ id: SubmissionKeyText, _ failure: DeviceSessionStateMachine.CallFailure) {
        guard case .scanning(let scan, .asked(let before), let until) = work, scan.scan == id else { return }
        guard case .refused(let error) = failure, error.sent == .no else { return attemptLost() }
        guard !unwantedScans.contains(id) else { return drop(.canceled) }
        work = .scanning(scan, .refused(error), until: until)
        if case .sameKey = error.retry, error.code != before?.code { show(.tryingAgain(error)) }
    }

    /// Nobody knows whether the relay has had the attempt that was on its way.
    mutating func attemptLost() {
        if case .scanning(let scan, .asked, let until) = work { work = .scanning(scan, .possible, until: until) }
    }

    /// The relay's last word on an attempt. It says nothing of those before: they may have been taken.
    mutating func refused(_ id: SubmissionKeyText) {
        if awaitedScans.contains(where: { $0.scan == id }) {
            awaitedScans.removeAll { $0.scan == id }
            return show(.noAnswer)
        }
        guard case .scanning(let scan, let acceptance, until: _) = work, scan.scan == id else { return }
        switch acceptance {
        case .refused(let error): drop(.refused(error))
        case .asked, .possible, .accepted:
            if !unwantedScans.contains(id) { drop(.noAnswer) }  // Else the cancel's own answer tells.
        }
    }

    /// The relay does not have a scan that it was to cancel.
    mutating func unknownToRelay(_ id: SubmissionKeyText) {
        if awaitedScans.contains(where: { $0.scan == id }) {
            awaitedScans.removeAll { $0.scan == id }
            return show(.noAnswer)
        }
        guard case .scanning(let scan, let acceptance, until: _) = work, scan.scan == id else { return }
        switch acceptance {
        case .asked, .refused: break  // The attempt's own answer tells.
        case .possible: drop(.canceled)
        case .accepted: drop(.noAnswer)
        }
    }

    /// A scan is at its end, or the next customer need not wait for it.
    mutating func hear(_ status: TransactionStatus, of id: SubmissionKeyText) {
        if status.isCancelRequested { unwantedScans.remove(id) }
        if case .scanning(let scan, _, until: _) = work, scan.scan == id {
            work = nil
            awaitedScans = Array((awaitedScans + [scan]).suffix(Self.awaitedScansMost))
        }
        guard status.state == .ended else { return }
        awaitedScans.removeAll { $0.scan == id }
        lostScans.remove(id)
    }
}
