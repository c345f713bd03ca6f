import DeviceLink
import DeviceProtocol
import RelayDomain

// How an agent carries a command out: one driver's step after the other, and what each step's end allows to say.

extension AgentCore {
    /// The relay said `proceed`.
    mutating func begin(now: Duration) {
        guard let command = work?.command else { return }
        guard desk.isInTime(command, now: now) else { return end(.refused(.expired), now: now) }
        work?.resultBy = now + Self.resultLimit
        work?.stage = .locating
        outputs.append(.note(.begins(command)))
        drive(.locate(command.application), now: now)
    }

    mutating func hear(_ news: DriverNews, now: Duration) {
        guard let work else { return }
        switch (work.stage, news) {
        case (.locating, .located(let window)):
            guard window.operation == nil || window.operation == work.command.operation else {
                return end(.refused(.otherOperation), now: now)
            }
            guard mayGoOn(now: now) else { return }
            self.work?.window = window
            self.work?.stage = .activating
            drive(.activate(window), now: now)
        case (.activating, .activated(let sale)):
            guard let check = Self.compare(sale, with: work.command.amount) else {
                return end(.refused(.amountMismatch), now: now)
            }
            guard mayGoOn(now: now), let window = work.window else { return }
            self.work?.amountCheck = check
            self.work?.stage = .entering
            drive(.enter(window, work.command.sealed, work.command.sealedFor), now: now)
        case (.entering, .entered):
            guard mayGoOn(now: now), let window = work.window else { return }
            // From this entry on a restart means: uncertain.
            desk.write(work.command.id, .sending)
            self.work?.stage = .sending
            drive(.send(window, mark: work.command.id), now: now)
        case (.entering, .unreadable):
            end(.refused(.unreadable), now: now)
        case (.sending, .sent(let receipt)):
            self.work?.receipt = receipt
            confirm(now: now)
        case (.sending, .failed(.refused(let reason))) where reason != .markUsed:
            end(.refused(ReasonCode("send.\(reason)") ?? reason), now: now)  // It says that nothing was sent.
        case (.sending, .failed):
            confirm(now: now)  // It may have been sent.
        case (.confirming, .confirmed(.finished(let receipt, let answer))):
            self.work?.receipt = receipt
            end(.entered(answer), now: now)
        case (.confirming, .confirmed(.sending(let receipt))):
            self.work?.receipt = receipt
            confirm(notBefore: work.confirmedAt + Self.confirmDelay, now: now)
        case (.confirming, .failed(.refused(let reason))) where reason != .driverBusy:
            endWithoutAnswer(now: now)
        case (.confirming, .failed):
            confirm(notBefore: now + Self.confirmDelay, now: now)
        case (.locating, .failed(let failure)): end(.refused(Self.reason("locate", failure)), now: now)
        case (.activating, .failed(let failure)): end(.refused(Self.reason("activate", failure)), now: now)
        case (.entering, .failed(let failure)): end(.refused(Self.reason("enter", failure)), now: now)
        case (_, .located), (_, .activated), (_, .entered), (_, .sent), (_, .confirmed), (_, .failed), (_, .unreadable):
            break  // News of a step that was given up.
        }
    }

    mutating func confirm(now: Duration) {
        guard let work else { return }
        let left = work.resultBy - now
        guard left > .zero else { return endWithoutAnswer(now: now) }
        let wait = min(left, DriverLimits.confirmWait)
        self.work?.stage = .confirming
        self.work?.confirmedAt = now
        drive(.confirm(work.command.id, wait: wait), within: wait + DriverLimits.step, now: now)
    }

    /// Asks again, at once if the POS program has taken its time: one that does not wait is not asked in a spin.
    private mutating func confirm(notBefore time: Duration, now: Duration) {
        guard let work, time > now else { return confirm(now: now) }
        guard time < work.resultBy else { return endWithoutAnswer(now: now) }
        self.work?.stage = .pausing(until: time)
    }

    /// A receipt is evidence that the POS program has it, even if it never says what came of it.
    private mutating func endWithoutAnswer(now: Duration) {
        end(work?.receipt == nil ? .uncertain : .entered(nil), now: now)
    }

    mutating func end(_ result: CommandResult, now: Duration) {
        guard let work else { return }
        let evidence = work.receipt.flatMap { Evidence(receipt: $0, amount: work.amountCheck) }
        self.work = nil
        if case .refused = result, let window = work.window { drive(.close(window), now: now) }
        if work.stage != .asking { drive(.finish, now: now) }
        outputs.append(.note(.ended(work.command.id, result, evidence)))
        desk.write(work.command.id, .ended(result, evidence))
        call(.result(work.command.id), now: now)
    }

    /// Asked before each step that leads to the sending: a stale or canceled command goes no further.
    private mutating func mayGoOn(now: Duration) -> Bool {
        guard let work else { return false }
        if work.isCanceled {
            end(.refused(.canceled), now: now)
        } else if !desk.isInTime(work.command, now: now) {
            end(.refused(.expired), now: now)
        } else {
            return true
        }
        return false
    }

    /// - Returns: nil if the sums differ. Sums of different units, such as points and money, say nothing about each other.
    private static func compare(_ sale: Amount?, with amount: Amount?) -> Evidence.AmountCheck? {
        guard let sale, let amount else { return .unchecked }
        switch (sale.unit, amount.unit) {
        case (.currency, .currency), (.points, .points): return sale == amount ? .checked : nil
        case (.currency, .points), (.points, .currency): return .unchecked
        }
    }

    private static func reason(_ step: String, _ failure: DriverFailure) -> ReasonCode {
        ReasonCode("\(step).\(failure.word)".prefix(ReasonCode.longest)) ?? .driverFailed
    }
}
