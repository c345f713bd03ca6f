import Ingress
import RelayDomain

import enum Ingress.PhoneQuery

/// A customer with a phone: pays, earns and redeems points; taps twice, repeats under the same key, cancels, and gives
/// up.
final class SimPhone: SimProcess {
    private var visits = 0
    private var lastCode: String?
    /// The code of a transaction that failed with nothing sent: it may be used again, under a new key.
    private var returnedCode: String?

    /// One visit at a counter.
    private struct Visit {
        let submit: SubmitTransaction
        let code: String
        let wait: Duration
        var tries = 0
        var polls = 0
    }

    override func begin() { think() }

    private func think() {
        guard world.weather.isStormy else { return }
        after(world.span(100...world.weather.pause)) { [self] in
            guard world.weather.isStormy else { return }
            world.chance(0.2) ? showCode() : tap()
        }
    }

    // MARK: - At the counter

    private func newOperation() -> Operation {
        world.chance(0.65) ? .payment : world.chance(0.5) ? .accrue : .redeem
    }

    private func code(for operation: Operation) -> String {
        guard operation == .payment else { return world.pick(SimShop.members) }
        if let lastCode, world.chance(0.06) {
            world.tally.count("code shown twice")
            return lastCode
        }
        if let returnedCode, world.chance(0.7) {
            world.tally.count("code used again that came back")
            self.returnedCode = nil
            return returnedCode
        }
        let code = SimShop.code(of: name, visit: visits)
        world.destination.issue(code)
        lastCode = code
        return code
    }

    /// The last four digits select the sandbox's faults.
    private func price(for operation: Operation) -> Amount {
        let endings: [Int64] = [
            9101, 9103, 9201, 9204, 9216, 9230, 9301, 9302, 9303, 9304, 9305, 9306, 9401, 9402, 9403, 9501, 9502, 9503,
            9504,
        ]
        let ending =
            world.chance(world.weather.faultyPrices) ? world.pick(endings) : Int64(world.pick([100, 250, 999]))
        return world.price(operation, ending: ending)
    }

    /// Shows a code to a terminal's scanner.
    private func showCode() {
        visits += 1
        let operation: Operation = world.chance(0.7) ? .payment : .accrue
        let terminal = world.pick(world.terminals)
        let price = price(for: operation)
        let customer = "k-\(name)-\(visits)"
        terminal.comes(customer, price: price)
        world.tills.first { $0.pos == world.shop.registry.terminal(terminal.terminal)?.pairedWith }?.openSale(price)
        let code = code(for: operation)
        if world.chance(0.85), !terminal.keyBefore(for: customer) { return think() }
        var wait = world.span(20...1_500)
        if world.chance(0.08) {  // A coupon by mistake.
            after(wait) { terminal.scan("coupon-\(code)", by: customer) }
            wait += world.span(500...4_000)
        }
        after(wait) { [self] in
            terminal.scan(code, by: customer)
            think()
        }
    }

    private func tap() {
        visits += 1
        let operation = newOperation()
        let terminal = world.pick(world.terminals)
        let price = price(for: operation)
        terminal.comes("k-\(name)-\(visits)", price: price)
        if let till = world.tills.first(where: { $0.pos == world.shop.registry.terminal(terminal.terminal)?.pairedWith }
        ) {
            let wrong = Amount(minorUnits: 1, unit: price.unit)
            till.openSale(world.chance(0.5) ? nil : world.chance(0.9) ? price : wrong)
        } else if world.chance(0.3), !terminal.keyBefore(for: "k-\(name)-\(visits)") {
            return think()
        }
        let amount = world.chance(0.5) ? price : nil
        let wait = Duration.seconds(world.pick([0, 2, 10, 30] as [Int64]))
        let code = code(for: operation)
        let submit = submission(operation, terminal.terminal, code, amount)
        tell("taps at \(terminal.terminal): \(operation), key \(submit.key.text), \(price)")
        attempt(Visit(submit: submit, code: code, wait: wait))
        if world.chance(0.08) { attempt(Visit(submit: submit, code: code, wait: .seconds(2), tries: 100)) }  // Twice.
    }

    private func submission(_ operation: Operation, _ terminal: TerminalID, _ code: String, _ amount: Amount?)
        -> SubmitTransaction
    {
        let application = SimShop.application(for: operation)
        let codeLife = world.span(world.chance(0.5) ? 2_000...8_000 : 2_000...45_000)
        let expiresAt = world.chance(0.3) ? SimClock.epoch + (world.now - .start) + codeLife : nil
        let key = SubmissionKey(
            origin: .phone(application: application, customer: name), terminal: terminal,
            text: SubmissionKeyText("k-\(name)-\(visits)")!)
        return SubmitTransaction(
            terminal: terminal, application: application, operation: operation,
            information: information(code, operation, key, expiresAt: operation == .payment ? expiresAt : nil),
            amount: amount, key: key, body: SimShop.digest("\(operation) \(code) \(amount.map { "\($0)" } ?? "")"),
            hopStamps: [])
    }

    /// - Parameter attempt: an ingress seals each request anew, so the bytes of a repeat are others.
    private func information(
        _ code: String, _ operation: Operation, _ key: SubmissionKey, expiresAt: Instant?, attempt: Int = 0
    ) -> Information {
        let context = SealingContext(
            application: SimShop.application(for: operation), terminal: key.terminal, operation: operation,
            key: key.text, expiresAt: expiresAt)
        return Information(
            kind: operation.information, sealed: SimShop.seal(code, for: context, nonce: attempt),
            digest: SimShop.digest(code), expiresAt: expiresAt)
    }

    // MARK: - The relay

    private func request(_ query: PhoneQuery, wait: Duration, _ answered: @escaping (PhoneAnswer?) -> Void) {
        let ingress = world.pick(world.ingresses)
        let begin = world.now
        world.network.request(ingress, from: self, limit: wait + .seconds(5)) { respond in
            ingress.request(query, wait: wait, answer: respond)
        } answered: { (result: Result<PhoneAnswer, SimNetwork.AskFailure>) in
            if case .success(.status(let status)) = result { self.noteWait(wait, since: begin, status) }
            answered(try? result.get())
        }
    }

    /// A router has answered without an outcome, although the phone would wait longer.
    private func noteWait(_ wait: Duration, since begin: Moment, _ status: TransactionStatus) {
        let most = world.bounds.waitMax
        guard status.outcome == nil, wait > most, most..<wait ~= world.now - begin else { return }
        world.tally.count("wait beyond its bound cut short")
    }

    private func attempt(_ visit: Visit) {
        var visit = visit
        visit.tries += 1
        if visit.tries > 1 { world.tally.count("same key again") }
        let submit = visit.submit
        let sealedAnew = SubmitTransaction(
            terminal: submit.terminal, application: submit.application, operation: submit.operation,
            information: information(
                visit.code, submit.operation, submit.key, expiresAt: submit.information.expiresAt,
                attempt: visit.tries),
            amount: submit.amount, key: submit.key, body: submit.body, hopStamps: [])
        request(.submit(sealedAnew), wait: visit.wait) { [self] answer in
            switch answer {
            case .status(let status): ingressAnswered(status, visit)
            case .problem(let problem):
                if problem.word == Refusal.codeExpired.rawValue { refusedAsExpired(visit.submit) }
                guard case .sameKey(let pause) = problem.retry, world.chance(0.5) else { return think() }
                again(visit, after: pause ?? .seconds(1))
            case nil: again(visit, after: .seconds(1))
            case .terminal: think()
            }
        }
    }

    private func refusedAsExpired(_ submit: SubmitTransaction) {
        guard let end = submit.information.expiresAt else { return }
        world.properties.expired(
            end - (SimClock.epoch + (world.now - .start)),
            wallClockIsRight: world.wallClock.isRight(for: .seconds(5), at: world.now))
    }

    private func again(_ visit: Visit, after pause: Duration) {
        guard visit.tries < 6, world.weather.isStormy else { return think() }
        after(pause + world.span(0...500)) { [self] in attempt(visit) }
    }

    private func ingressAnswered(_ status: TransactionStatus, _ visit: Visit) {
        world.properties.told(status, to: name, under: visit.submit.key)
        if case .failed = status.outcome, visit.submit.operation == .payment { returnedCode = visit.code }
        guard status.outcome == nil, visit.tries < 100 else {
            if visit.tries < 100 { think() }
            return
        }
        guard visit.polls < 4 else { return think() }
        var visit = visit
        visit.polls += 1
        after(world.span(200...4_000)) { [self] in
            if world.chance(0.15) {
                tell("cancels \(status.id.short)")
                request(.cancel(status.id), wait: .seconds(5)) { [self] in ingressAnswered($0, visit) }
            } else if world.chance(0.3) {
                attempt(visit)
            } else {
                request(.status(status.id), wait: .seconds(10)) { [self] in ingressAnswered($0, visit) }
            }
        }
    }

    private func ingressAnswered(_ answer: PhoneAnswer?, _ visit: Visit) {
        if case .status(let status) = answer { ingressAnswered(status, visit) } else { think() }
    }
}
