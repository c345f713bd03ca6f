import DeviceLink
import DeviceProtocol
import RelayDomain

// How an agent carries a command out: one driver's step after the other, and what each step's end allows to say.

extension AgentCore {
    /// The relay said `proceed`.
    mutating func begin(now: Duration) {
        guard let command = work?.command else { return }
        guard openCommands.mayStart(command, now: now) else { return end(.refused(.expired), now: now) }
        work?.resultBy = now + Self.resultTimeout
        work?.stage = .locating
        outputs.append(.note(.begins(command)))
        drive(.locate(command.application), now: now)
    }

    mutating func driverReported(_ news: DriverNews, now: Duration) {
        guard let work else { return }
        switch (work.stage, news) {
        case (.locating, .located(let window)): located(window, now: now)
        case (.activating, .activated(let window)): activated(window, now: now)
        case (.entering, .entered): look(now: now)
        case (.looking, .seen(let sight)): looked(sight, now: now)
        case (.clearing(let reason), .seen(let sight)): cleared(sight, because: reason, now: now)
        case (.sending, .sent(let sighting)):
            self.work?.sighting = sighting
            confirm(now: now)
        case (.confirming, .confirmed(.finished(let sighting, let answer))):
            self.work?.sighting = sighting
            end(.entered(answer), now: now)
        case (.confirming, .confirmed(.sending(let sighting))):
            self.work?.sighting = sighting
            confirm(notBefore: work.confirmedAt + Self.retryDelay, now: now)
        case (.entering, .unreadable):
            self.work?.mayStandInField = false  // It was not entered.
            refuse(.unreadable, now: now)
        case (.looking, .unreadable): refuse(.unreadable, now: now)
        case (_, .failed(let failure)): failed(failure, now: now)
        case (_, .alive), (_, .located), (_, .activated), (_, .entered), (_, .seen), (_, .sent), (_, .confirmed),
            (_, .unreadable):
            break  // News of a step that was given up.
        }
    }

    private mutating func failed(_ failure: DriverFailure, now: Duration) {
        guard let work else { return }
        switch (work.stage, failure) {
        case (.locating, _):
            switch failure {
            case .unreachable, .broken, .silent, .refused(.driverBusy): programFailed(failure, now: now)
            case .refused, .readBackDiffers: break
            }
            refuse(Self.reason("locate", failure), now: now)
        case (.activating, _): refuse(Self.reason("activate", failure), now: now)
        case (.entering, _): refuse(Self.reason("enter", failure), now: now)
        case (.looking, _): refuse(Self.reason("look", failure), now: now)
        case (.clearing(let reason), _): pause(.clearing(reason), until: now + Self.retryDelay, now: now)
        case (.sending, .refused(let reason)) where reason != .markUsed:
            refuse(Self.reason("send", failure), now: now)
        case (.sending, _): confirm(now: now)  // It may have been sent.
        case (.confirming, .refused(let reason)) where reason != .driverBusy:
            if work.isSent || work.sighting != nil {
                endWithoutAnswer(now: now)
            } else {
                // The POS program has nothing under the mark: it did not get `send`, or it does not remember.
                refuse(Self.reason("send", failure), now: now)
            }
        case (.confirming, _): pause(.confirmation, until: now + Self.retryDelay, now: now)
        case (.asking, _), (.pausing, _): break  // News of a step that was given up.
        }
    }

    // MARK: To the sending

    private mutating func located(_ window: InputWindow, now: Duration) {
        programAnswered(now: now)
        guard let command = work?.command else { return }
        guard window.operation == nil || window.operation == command.operation else {
            return refuse(.otherOperation, now: now)
        }
        guard mayGoOn(now: now) else { return }
        work?.stage = .activating
        drive(.activate(window), now: now)
    }

    private mutating func activated(_ window: ActiveWindow, now: Duration) {
        guard let command = work?.command else { return }
        work?.opening = window.opening
        work?.sale = window.sale
        guard let check = Self.compare(window.sale, with: command.amount) else {
            return refuse(.amountMismatch, now: now)
        }
        guard mayGoOn(now: now) else { return }
        work?.amountCheck = check
        // From this entry on the cashier may send the code.
        openCommands.write(command.id, .entering(window.opening))
        work?.mayStandInField = true
        work?.stage = .entering
        drive(.enter(window.opening, mark: command.id, SealedCode(command)), now: now)
    }

    /// The last look before the sending: what was compared and entered is still so.
    private mutating func look(now: Duration) {
        guard mayGoOn(now: now), let command = work?.command, let opening = work?.opening else { return }
        work?.stage = .looking
        drive(.look(opening, SealedCode(command)), now: now)
    }

    private mutating func looked(_ sight: WindowSight, now: Duration) {
        guard let work, let command = work.command, let opening = work.opening else { return }
        switch sight {
        case .open(.code, let sale) where sale == work.sale:
            guard mayGoOn(now: now) else { return }
            // From this entry on a restart means: uncertain.
            openCommands.write(work.id, .sending)
            self.work?.stage = .sending
            drive(.send(opening, mark: work.id, sum: work.sale?.amount, SealedCode(command)), now: now)
        case .open(.code, let sale):
            let isSame = Self.compare(sale, with: command.amount) != nil
            refuse(isSame ? .saleChanged : .amountMismatch, now: now)
        case .open(.empty, _), .open(.other, _): refuse(.fieldChanged, now: now)
        case .closed, .sent, .unknown: cleared(sight, because: .windowClosed, now: now)
        }
    }

    /// Asked before each step that leads to the sending: a stale or canceled command goes no further.
    private mutating func mayGoOn(now: Duration) -> Bool {
        guard let work, let command = work.command else { return false }
        if work.isCanceled {
            refuse(.canceled, now: now)
        } else if !openCommands.mayStart(command, now: now) {
            refuse(.expired, now: now)
        } else {
            return true
        }
        return false
    }

    /// - Returns: nil if the sums differ, in their unit or in how much.
    private static func compare(_ sale: Sale?, with amount: Amount?) -> Evidence.AmountCheck? {
        guard let sum = sale?.amount, let amount else { return .unchecked }
        return sum == amount ? .checked : nil
    }

    private static func reason(_ step: String, _ failure: DriverFailure) -> ReasonCode {
        ReasonCode("\(step).\(failure.word)".prefix(ReasonCode.longest)) ?? .driverFailed
    }

    // MARK: To a refusal

    /// Ends with a refusal. If the code may stand in the field, not before it was seen that it does not: what the
    /// cashier may still send was not refused.
    private mutating func refuse(_ reason: ReasonCode, now: Duration) {
        if work?.mayStandInField == true { clear(because: reason, now: now) } else { end(.refused(reason), now: now) }
    }

    private mutating func clear(because reason: ReasonCode, now: Duration) {
        guard let opening = work?.opening else { return }
        work?.stage = .clearing(reason)
        drive(.clear(opening), now: now)
    }

    private mutating func cleared(_ sight: WindowSight, because reason: ReasonCode, now: Duration) {
        switch sight {
        case .closed, .open(.empty, _):
            work?.opening = nil
            end(.refused(reason), now: now)
        case .open(.code, _), .open(.other, _): pause(.clearing(reason), until: now + Self.retryDelay, now: now)
        case .sent:
            work?.isSent = true
            confirm(now: now)
        case .unknown: end(.uncertain, now: now)
        }
    }

    /// After a restart, what may stand in a field is cleared before anything new is begun.
    mutating func goOnAfterRestart(now: Duration) {
        guard work == nil, !isStopping, let (command, opening) = interrupted.popLast() else { return }
        work = Work(
            id: command, command: nil, stage: .clearing(.interrupted), resultBy: now + Self.clearingTimeout,
            opening: opening, mayStandInField: true)
        outputs.append(.note(.clears(command)))
        drive(.clear(opening), now: now)
    }

    // MARK: To a result

    private mutating func confirm(now: Duration) {
        guard let work else { return }
        let left = work.resultBy - now
        guard left > .zero else { return endWithoutAnswer(now: now) }
        let wait = min(left, DriverLimits.confirmWait)
        self.work?.stage = .confirming
        self.work?.confirmedAt = now
        drive(
            .confirm(work.id, wait: wait, work.command.map(SealedCode.init)), within: wait + DriverLimits.step, now: now
        )
    }

    /// Asks again, at once if the POS program has taken its time: one that does not wait is not asked in a spin.
    private mutating func confirm(notBefore time: Duration, now: Duration) {
        time > now ? pause(.confirmation, until: time, now: now) : confirm(now: now)
    }

    private mutating func pause(_ retry: Retry, until time: Duration, now: Duration) {
        guard let work else { return }
        guard time < work.resultBy else { return endWithoutAnswer(now: now) }
        self.work?.stage = .pausing(until: time, retry)
    }

    mutating func retry(_ step: Retry, now: Duration) {
        switch step {
        case .confirmation: confirm(now: now)
        case .clearing(let reason): clear(because: reason, now: now)
        }
    }

    /// A sighting shows that the POS program has it, even if it never says what came of it.
    private mutating func endWithoutAnswer(now: Duration) {
        end(work?.sighting == nil ? .uncertain : .entered(nil), now: now)
    }

    mutating func end(_ result: CommandResult, now: Duration) {
        guard let work else { return }
        // What the cashier has sent may be another sale's sum.
        let sum = work.isSent ? nil : work.sale?.amount
        let evidence = work.sighting.map { Evidence($0, amount: work.amountCheck, sum: sum) }
        self.work = nil
        watch.probeAt = now + Self.probeDelay
        if case .refused = result, let opening = work.opening { drive(.clear(opening), now: now) }
        if work.stage != .asking { drive(.finish, now: now) }
        outputs.append(.note(.ended(work.id, result, evidence)))
        openCommands.write(work.id, .ended(result, evidence))
        call(.result(work.id), now: now)
    }
}
