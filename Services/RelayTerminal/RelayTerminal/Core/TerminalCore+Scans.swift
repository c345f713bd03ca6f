import DeviceLink
import DeviceProtocol
import RelayDomain

// What a terminal does with its scans until their outcome.

extension TerminalCore {
    // MARK: Attempts

    /// Submits the scan in work, again or for the first time.
    mutating func repeatScan(_ attempt: ScanAttempt, now: Duration) {
        work = .scanning(attempt)
        if !openCommands.isOpen { attemptLost() }  // It is asked about, and submitted, when the session stands again.
        update(attempt.id) { $0.amount = attempt.scan.amount }
        show(.asking(nil, nil, attempt.scan.amount))
        call(.scan(attempt.id), now: now)
    }

    /// When a refused scan is given up, whether or not there is a session.
    var scanDeadline: Duration? {
        guard case .scanning(let attempt) = work, case .refused = attempt.certainty else { return nil }
        return attempt.until
    }

    /// Submits a refused scan again, or gives it up.
    mutating func goOnScanning(now: Duration) {
        guard case .scanning(var attempt) = work, case .refused(let error) = attempt.certainty else { return }
        guard now < attempt.until else { return refuse(attempt, .refused(error), now: now) }
        attempt.certainty = .asked(after: error)
        work = .scanning(attempt)
        call(.scan(attempt.id), now: now)
    }

    /// An attempt was refused, or nobody knows what became of it. Where it is certain that the relay does not have the
    /// scan, the merchant reads why; the next attempt comes by itself.
    mutating func attemptFailed(
        _ id: SubmissionKeyText, _ failure: DeviceSessionStateMachine.CallFailure, now: Duration
    ) {
        guard case .scanning(var attempt) = work, attempt.id == id, case .asked(let before) = attempt.certainty else {
            return
        }
        guard case .refused(let error) = failure, error.sent == .no else {
            attemptLost()
            _ = openCommands.failed(.scan(id), failure, now: now)
            return
        }
        guard record(of: id)?.isUnwanted != true else { return drop(id, .canceled) }
        if error.code == .refusal(.amountRequired), attempt.scan.amount == nil {
            return askSum(of: attempt, now: now)
        }
        guard case .sameKey = error.retry else { return refuse(attempt, .refused(error), now: now) }
        _ = openCommands.failed(.scan(id), failure, now: now)
        attempt.certainty = .refused(error)
        work = .scanning(attempt)
        if error.code != before?.code { show(.tryingAgain(error)) }
    }

    /// The scan waits until the merchant has keyed its sum.
    mutating func askSum(of attempt: ScanAttempt, now: Duration) {
        var attempt = attempt
        attempt.certainty = .wantsSum(
            AmountPrompt(until: now + CommandStateMachine.Limits.result, doubted: nil))
        work = .scanning(attempt)
        askAgain()
    }

    /// It is uncertain whether the relay got the attempt that was on its way.
    mutating func attemptLost() {
        guard case .scanning(var attempt) = work, case .asked = attempt.certainty else { return }
        attempt.certainty = .possible
        work = .scanning(attempt)
    }

    /// The relay does not have the scan, and will not get it. The customer is still there, and the sum waits on, unless
    /// a phone has tapped.
    private mutating func refuse(_ attempt: ScanAttempt, _ why: TerminalDisplay, now: Duration) {
        if !attempt.isPassedBy { keypad.giveBack(attempt.sum) }
        drop(attempt.id, why)
        if attempt.isPassedBy, let sum = attempt.sum { show(.sumPassedBy(sum.amount)) }
    }

    /// Nothing more comes of a scan; the next customer may come.
    mutating func drop(_ id: SubmissionKeyText, _ why: TerminalDisplay) {
        forget(id)
        show(why)
    }

    // MARK: What the relay says

    /// The relay has the scan.
    mutating func accept(_ id: SubmissionKeyText) {
        update(id) { $0.isAccepted = true }
        if case .scanning(let attempt) = work, attempt.id == id { work = .awaiting(id) }
    }

    /// Goes on where the relay says a scan stands.
    mutating func resume(_ state: ScanStatus, now: Duration) {
        guard let record = record(of: state.scan) else { return }
        guard let status = state.status else { return relayHasNot(record, now: now) }
        accept(record.scan)
        if record.isUnwanted, status.state != .ended, !status.isCancelRequested {
            call(.cancel(.scan(record.scan)), now: now)  // The relay has not heard of it yet.
        }
        switch status.state {
        case .accepted, .commanded, .authorizing, .pendingCustomer:
            if work == nil { work = .awaiting(record.scan) }
        case .unknown, .reversing:
            if isNews(status, of: .scan(record.scan)) {
                statusReceived(status, of: nil, scan: record.scan, now: now)
            } else {
                free(record.scan)
            }
        case .ended: statusReceived(status, of: nil, scan: record.scan, now: now)
        }
    }

    /// The relay does not know a scan. Within its life it is submitted again, under the same ID.
    private mutating func relayHasNot(_ record: ScanRecord, now: Duration) {
        guard case .scanning(let attempt) = work, attempt.id == record.scan else {
            return relayForgot(record, now: now)
        }
        guard attempt.certainty == .possible else { return }  // The attempt's own answer tells.
        if record.isUnwanted {
            drop(record.scan, .canceled)
        } else if now < attempt.until {
            var again = attempt
            again.certainty = .asked(after: nil)
            work = .scanning(again)
            call(.scan(attempt.id), now: now)
        } else {
            refuse(attempt, .scanNotTaken, now: now)
        }
    }

    /// The relay does not know a scan that the terminal cannot submit any more. If it has said that it does, this may
    /// be the answer to an older question: it is asked once more.
    private mutating func relayForgot(_ record: ScanRecord, now: Duration) {
        if record.isAccepted, missing != record.scan {
            missing = record.scan
            call(.resume([], scans: [record.scan]), now: now)
        } else {
            drop(
                record.scan,
                record.isAccepted ? .noAnswer : .earlierScanNotTaken(record, ago: age(of: record, now: now)))
        }
    }

    /// The relay does not have a scan that it was to cancel.
    mutating func notCanceled(_ id: SubmissionKeyText, now: Duration) {
        if case .scanning(let attempt) = work, attempt.id == id, attempt.certainty != .possible { return }
        drop(id, record(of: id)?.isAccepted == true ? .noAnswer : .canceled)
    }

    /// A scan is at its end, or the next customer need not wait for it.
    mutating func statusReceived(_ status: TransactionStatus, of id: SubmissionKeyText) {
        guard record(of: id) != nil else { return }
        guard status.state != .ended else { return forget(id) }
        free(id)
        told[.scan(id)] = status
        onDisplay = .scan(id)
    }

    private mutating func free(_ id: SubmissionKeyText) {
        if work == .awaiting(id) { work = nil }
    }

    // MARK: The memory

    func record(of id: SubmissionKeyText) -> ScanRecord? { scans.first { $0.scan == id } }

    mutating func remember(_ record: ScanRecord) {
        scans.append(record)
        if scans.count > Self.openScansMax, let oldest = scans.first { drop(oldest.scan, .noAnswer) }
    }

    mutating func update(_ id: SubmissionKeyText, _ change: (inout ScanRecord) -> Void) {
        if let index = scans.firstIndex(where: { $0.scan == id }) { change(&scans[index]) }
    }

    /// Nothing is left to be done about a scan.
    mutating func forget(_ id: SubmissionKeyText) {
        switch work {
        case .scanning(let attempt) where attempt.id == id: endWork()
        case .awaiting(id): endWork()
        case .asking, .submitting, .reading, .scanning, .awaiting, nil: break
        }
        told[.scan(id)] = nil
        guard let index = scans.firstIndex(where: { $0.scan == id }) else { return }
        shownScans.append(scans.remove(at: index))
    }

    /// The scans that only the relay can tell about, the newest first.
    var scansInDoubt: [SubmissionKeyText] {
        var own: SubmissionKeyText?
        if case .scanning(let attempt) = work, attempt.certainty != .possible { own = attempt.id }
        return scans.reversed().map(\.scan).filter { $0 != own }
    }

    func age(of record: ScanRecord, now: Duration) -> Duration {
        openCommands.clock.map { max($0.time(at: now) - record.at, .zero) } ?? .zero
    }
}
