import RelayDomain

/// One customer and their phone: submits, repeats unanswered requests under the same key, waits for the outcome.
struct Customer: Sendable {
    /// The refusals that are allowed for these customers, whose requests are all valid and whose codes are all new.
    static let expected: Set<String> = [
        "deviceBusy", "terminalOffline", "posOffline", "destinationUnavailable", "overloaded", "relayLost",
        "alreadyFinal",
    ]

    let request: CustomerRequest
    let line: PhoneLine
    let history: History
    let sandbox: SandboxClient
    /// After this time the customer leaves, even without an outcome.
    let patience: Duration
    /// When the customer cancels; nil: never.
    var cancelsAfter: Duration?

    private enum Step { case again(after: Duration), leave }

    /// Submits, waits for the outcome, leaves.
    func visit() async {
        let begin = ContinuousClock.now
        var transaction: String?
        var isCancelled = false
        while !Task.isCancelled, .now < begin + patience {
            let asked = ContinuousClock.now
            let answer: PhoneAnswer
            if let transaction {
                if !isCancelled, let cancelsAfter, .now >= begin + cancelsAfter {
                    isCancelled = true
                    answer = await line.cancel(transaction)
                } else {
                    answer = await line.status(transaction, wait: cancelsAfter == nil || isCancelled ? 5 : 1)
                }
            } else {
                answer = await line.submit(request, wait: cancelsAfter == nil ? 10 : 0)
            }
            switch await phoneAnswered(answer, since: asked, &transaction) {
            case .leave: return
            case .again(let pause): if (try? await Task.sleep(for: pause)) == nil { return }
            }
        }
    }

    private func phoneAnswered(
        _ answer: PhoneAnswer, since asked: ContinuousClock.Instant, _ transaction: inout String?
    ) async -> Step {
        switch answer {
        case .lost:
            history.answered("nothing")
            return .again(after: .milliseconds(.random(in: 100...1_500)))
        case .refused(let code, let mayRepeat, let after):
            history.answered(code)
            if !["relayLost", "overloaded"].contains(code) { history.routerAnswered(requestOf: asked) }
            if code == "alreadyFinal" { return .again(after: .zero) }
            guard mayRepeat else {
                if !Self.expected.contains(code) { history.surprised(by: code) }
                return .leave
            }
            return .again(after: (after ?? .milliseconds(500)) * Double.random(in: 0.5...1))
        case .transaction(let id, let state, let outcome):
            history.routerAnswered(requestOf: asked)
            history.answered(outcome.map { $0.split(separator: " ").first.map(String.init) ?? $0 } ?? "not yet")
            history.heard(id, outcome: outcome, key: request.key)
            let isNew = transaction == nil
            transaction = id
            if outcome != nil { return await confirm(isNew) }
            if state == "pendingCustomer" { await sandbox.customerAccepts(id) }
            return .again(after: .milliseconds(isNew ? 10 : 100))
        }
    }

    /// Some phones ask once more under their key: the answer must be the same.
    private func confirm(_ isNew: Bool) async -> Step {
        guard isNew, Int.random(in: 0..<10) == 0 else { return .leave }
        if case .transaction(let id, _, let outcome) = await line.submit(request, wait: 0) {
            history.heard(id, outcome: outcome, key: request.key)
        }
        return .leave
    }
}
