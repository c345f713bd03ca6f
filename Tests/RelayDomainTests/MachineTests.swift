import RelayDomain
import RelayTesting
import Testing

/// Peers lose, repeat and reorder what they like; the machines keep their promises.
@Suite(.timeLimit(.minutes(2))) struct MachineTests {
    /// Any event at all, at any time.
    func event(_ random: inout SeededGenerator, at now: Instant) -> TransactionStateMachine.Event {
        let events: [TransactionStateMachine.Event] = [
            .commanded, .submitted, .submissionFailed(.amountMismatch), .dispatched, .notTaken, .adapterLost,
            .timePassed, .commandEnded(.expired), .commandEnded(.uncertain), .commandEnded(.entered(nil)),
            .commandEnded(.entered(.approved())), .destinationAnswered(.approved()),
            .destinationAnswered(.declined(ReasonCode("no")!)), .destinationAnswered(.pendingCustomer),
            .destinationAnswered(.unknown), .destinationAnswered(.notFound), .destinationAnswered(.notSent),
            .inquiryAnswered(.approved(), askedAt: now, visibilityDelay: .seconds(5)),
            .inquiryAnswered(.notFound, askedAt: now, visibilityDelay: .seconds(5)),
            .inquiryAnswered(.pendingCustomer, askedAt: now, visibilityDelay: .seconds(5)),
            .inquiryAnswered(.reversed, askedAt: now, visibilityDelay: .seconds(5)), .reversalAnswered(.confirmed),
            .reversalAnswered(.refused(ReasonCode("no")!)), .reversalAnswered(.unknown), .destinationReady,
            .cancelRequested(.phone), .closed(.declined(ReasonCode("no")!)),
        ]
        return events[Int.random(in: 0..<events.count, using: &random)]
    }

    @Test(arguments: 0..<500 as Range<UInt64>)
    func anOutcomeComesOnceAndNeverChanges(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var machine = TransactionStateMachine()
        var now = Instant(milliseconds: 0)
        var outcome: Outcome?
        var authorizations = 0
        for _ in 0..<100 {
            now = now + .milliseconds(Int.random(in: 0...4_000, using: &random))
            let before = machine.state
            for action in machine.apply(event(&random, at: now), at: now) {
                if case .authorize = action {
                    authorizations += 1
                    if before == .authorizing(.done) { continue }  // The socket gave the request back.
                    #expect(authorizations == 1, "seed \(seed)")
                }
                guard case .conclude(let concluded) = action else { continue }
                #expect(outcome == nil, "seed \(seed)")
                outcome = concluded
            }
            #expect(machine.outcome == outcome, "seed \(seed)")
        }
    }

    @Test func onlyAnExplicitAnswerApprovesOrDeclines() {
        for answer in [DestinationAnswer.unknown, .notFound, .pendingCustomer] {
            var machine = TransactionStateMachine(
                .authorizing(.done), entered: .init(authorizing: Instant(milliseconds: 0)))
            _ = machine.apply(.destinationAnswered(answer), at: Instant(milliseconds: 1))
            #expect(machine.outcome == nil, "\(answer)")
        }
    }

    /// A customer has two minutes in all, however often the destination says that it is asking.
    @Test func aCustomerWhoHadTheirTimeIsNotWaitedForAgain() {
        let start = Instant(milliseconds: 0)
        var machine = TransactionStateMachine(
            .unknown,
            entered: .init(authorizing: start, pendingCustomer: start, unknown: start + .seconds(120)))
        let now = start + .seconds(121)
        _ = machine.apply(.inquiryAnswered(.pendingCustomer, askedAt: now, visibilityDelay: .zero), at: now)
        #expect(machine.state == .unknown)
    }

    @Test func aDeviceThatWasFreedIsNotTakenAgain() {
        let start = Instant(milliseconds: 0)
        let now = start + .seconds(18)
        var machine = TransactionStateMachine(
            .unknown, entered: .init(authorizing: start, unknown: start + .seconds(15)))
        _ = machine.apply(.inquiryAnswered(.pendingCustomer, askedAt: now, visibilityDelay: .zero), at: now)
        #expect(machine.state == .pendingCustomer)
        #expect(!machine.holdsDevice)
    }

    @Test func sumsOfDifferentUnitsDoNotAgree() {
        func sum(_ currency: String) -> Amount? {
            CurrencyCode(currency).flatMap { Amount(minorUnits: 100, unit: .currency($0)) }
        }
        #expect(throws: Never.self) {
            try AmountAgreement.agree(phone: sum("EUR"), merchant: sum("EUR"), required: true).get()
        }
        #expect(throws: AmountAgreement.Disagreement.self) {
            try AmountAgreement.agree(phone: sum("EUR"), merchant: sum("USD"), required: true).get()
        }
    }

    /// Peers that say much do not make a transaction grow.
    @Test func aPathHasABound() {
        var samples = JournalSamples()
        var transaction = samples.transaction()
        for number in 0..<100 { transaction.stamp(.received, at: transaction.acceptedAt + .milliseconds(number)) }
        #expect(transaction.hopStamps.count == Transaction.hopStampsMax)
    }

    @Test func aWakeUpOfAnEarlierStepDoesNothing() {
        var machine = TransactionStateMachine(
            .authorizing(.waiting), entered: .init(authorizing: Instant(milliseconds: 0)))
        let early = machine.deadline
        _ = machine.apply(.dispatched, at: Instant(milliseconds: 10))
        #expect(machine.apply(.timePassed, at: early!) == [])
        #expect(machine.state == .authorizing(.done))
    }

    /// The moment of expiry is the first that is too late, for the timer and for all that a device or a router begins.
    @Test func atItsExpiryACommandIsOver() {
        let issued = Instant(milliseconds: 0)
        func machine(_ state: CommandStateMachine.State) -> CommandStateMachine {
            CommandStateMachine(
                carrier: .terminal, issuedAt: issued, expiresAt: issued + .seconds(30), codeExpiresAt: nil, state: state
            )
        }
        let events: [CommandStateMachine.Event] = [
            .deviceReceived, .deviceSubmitted, .deviceConnected, .informationBroughtAgain, .restarted, .timePassed,
        ]
        for event in events {
            for attempts in 0...1 {
                var (late, inTime) = (machine(.issued(attempts: attempts)), machine(.issued(attempts: attempts)))
                #expect(!late.apply(event, at: late.expiresAt).contains { [.proceed, .send].contains($0) }, "\(event)")
                #expect(!late.isRunning, "\(event)")
                _ = inTime.apply(event, at: inTime.expiresAt - .milliseconds(1))
                let submitted = event == .deviceSubmitted && inTime.state == .ended(.submitted)
                #expect(inTime.isRunning || submitted, "\(event)")
            }
        }
        var received = machine(.received(at: issued + .seconds(29)))
        #expect(received.apply(.deviceReceived, at: issued + .seconds(30)) == [.tooLate], "a repeat starts nothing")
        #expect(received.isRunning, "what was started in time goes on")
    }

    @Test(arguments: 0..<500 as Range<UInt64>)
    func aCommandEndsOnceAndStartsOnlyInTime(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let carrier: CommandStateMachine.Carrier = Bool.random(using: &random) ? .terminal : .posAgent
        var now = Instant(milliseconds: 0)
        var machine = CommandStateMachine(
            carrier: carrier, issuedAt: now, codeExpiresAt: Bool.random(using: &random) ? now + .seconds(10) : nil)
        let events: [CommandStateMachine.Event] = [
            .deviceReceived, .deviceSubmitted, .deviceEntered(nil), .deviceRefused(ReasonCode("no")!), .deviceUncertain,
            .deviceConnected, .informationBroughtAgain, .cancelRequested(.device), .timePassed, .restarted,
        ]
        var ends = 0
        for _ in 0..<50 {
            now = now + .milliseconds(Int.random(in: 0...5_000, using: &random))
            let before = machine.state
            let event = events[Int.random(in: 0..<events.count, using: &random)]
            let actions = machine.apply(event, at: now)
            for action in actions {
                switch action {
                case .end(let end):
                    ends += 1
                    if end == .submitted, case .issued = before { #expect(now < machine.expiresAt, "seed \(seed)") }
                    if carrier == .posAgent, case .issued = before, end == .uncertain {
                        #expect(
                            actions.first == .outOfTurn && [.deviceEntered(nil), .deviceUncertain].contains(event),
                            "only the agent's own word makes it doubtful: seed \(seed)")
                    } else if carrier == .posAgent, case .issued = before {
                        #expect(
                            [.expired, .refused(ReasonCode("no")!), .canceled(.device)].contains(end),
                            "nothing was done: seed \(seed)")
                    }
                case .proceed, .send: #expect(now < machine.expiresAt, "nothing starts after its expiry: seed \(seed)")
                case .repeatLastWord, .tooLate, .cancel, .outOfTurn: break
                }
            }
            #expect(ends <= 1, "seed \(seed)")
            switch before {
            case .ended(.uncertain): break  // What was not known may be learned.
            case .ended: #expect(machine.state == before, "an end stays: seed \(seed)")
            case .issued, .received: break
            }
        }
    }
}
