import DeviceLink
import DeviceProtocol
import RelayDomain
import Testing

@testable import RelayTerminal

/// The merchant wants no more of it: that is remembered until the relay knows it, and nothing is submitted after it.
@Suite(.timeLimit(.minutes(2))) struct TerminalCancelTests {
    private var world = TerminalWorld()

    // MARK: Commands

    @Test mutating func aQuestionForTheSumIsCanceledWithoutTheRelay() {
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.lost)
        world.receive(.canceled)
        #expect(world.shown.last == .canceled)
        world.open()
        world.hearState(of: 1, status(1, nil, .commanded))
        #expect(world.calls.last == .result(command.id, .refused(.canceled), nil, at: world.relayTime))
    }

    /// The sum was keyed and taken back without a connection: nobody may hear of it, after a restart either.
    @Test(arguments: [false, true])
    func whatWasNotSubmittedBeforeACancelIsNotSubmittedAfterIt(crashes: Bool) {
        var world = TerminalWorld()
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.lost)
        world.receive(.keyed(euros(5)))
        world.receive(.canceled)
        #expect(world.shown.last == .canceling)
        if crashes { world.crash() } else { world.open() }
        world.hearState(of: 1, status(1, nil, .commanded))
        #expect(world.calls.last == .cancel(.command(command.id), at: world.relayTime))
        #expect(world.calls.map(\.action) == [.received, .resume, .cancel])
    }

    @Test mutating func aCancelIsSaidAgainUntilTheRelayHasNotedIt() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.receive(.canceled)
        #expect(world.shown.last == .canceling)
        world.relayReported(.failed(.cancel(.command(command.id)), .connectionLost))
        world.relayReported(.lost)
        world.open()
        world.hearState(of: 1, status(1, nil, .authorizing))
        #expect(world.calls.map(\.action) == [.submit, .cancel, .resume, .cancel])
        world.relayReported(.answered(.cancel(.command(command.id)), .taken(command.id)))
        #expect(world.shown.last == .cancelNoted)
        world.pass(.seconds(20))
        world.hearState(of: 1, status(1, nil, .authorizing, isCancelRequested: true))
        #expect(world.calls.map(\.action) == [.submit, .cancel, .resume, .cancel, .resume])
        world.relayReported(.outcome(command.id, scan: nil, status(1, .reversed)))
        #expect(world.shown.last == .outcome(status(1, .reversed)))
        #expect(world.core.deadline == nil)
    }

    @Test mutating func afterACancelNeitherSilenceNorTheCommandItselfBringsTheSubmissionBack() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.receive(.canceled)
        world.relayReported(.failed(.submit(command.id), .noReply))
        world.relayReported(.failed(.cancel(.command(command.id)), .noReply))
        world.pass(.seconds(1))
        #expect(world.calls.map(\.action) == [.submit, .cancel, .cancel])
        world.relayReported(.command(command, known: world.journal[command.id]))
        #expect(world.calls.map(\.action) == [.submit, .cancel, .cancel, .cancel])
    }

    /// A transaction that is not certain is canceled too, though the terminal serves the next customer.
    @Test mutating func aCancelReachesWhatIsNotCertain() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.lost)
        world.receive(.canceled)
        world.open()
        world.hearState(of: 1, status(1, nil, .unknown))
        #expect(world.calls.last == .cancel(.command(command.id), at: world.relayTime))
    }

    @Test mutating func theOutcomeStaysOnTheDisplay() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.receive(.canceled)
        world.relayReported(.outcome(command.id, scan: nil, status(1, .approved())))
        world.relayRefused(.alreadyFinal, of: .cancel(.command(command.id)))
        #expect(world.shown.last == .outcome(status(1, .approved())))
        world.relayReported(.answered(.cancel(.command(command.id)), .taken(command.id)))
        #expect(world.shown.last == .outcome(status(1, .approved())))
    }

    /// The last that was shown is what the merchant means, though the terminal is free for the next customer.
    @Test mutating func whatStandsOnTheDisplayWithoutOutcomeCanBeCanceled() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.outcome(command.id, scan: nil, status(1, nil)))
        world.receive(.canceled)
        #expect(world.shown.last == .canceling)
        #expect(world.calls.last == .cancel(.command(command.id), at: world.relayTime))
    }

    /// A sum that is not kept is nobody's, and changes nothing.
    @Test mutating func aSumThatIsNotKeptDoesNotTakeItsPlace() {
        let command = world.command(1)
        world.facts = CounterFacts(
            terminal: TerminalID("counter-1")!, currencies: [CurrencyCode("EUR")!])
        world.open()
        world.relayReported(.command(command, known: nil))
        world.relayReported(.outcome(command.id, scan: nil, status(1, nil)))
        let dollars = Amount(minorUnits: 5, unit: .currency(CurrencyCode("USD")!))!
        world.receive(.keyed(dollars))
        #expect(world.shown.last == .notCountedHere(dollars))
        world.receive(.canceled)
        #expect(world.calls.last == .cancel(.command(command.id), at: world.relayTime))
    }

    @Test mutating func aSumForTheNextCustomerTakesItsPlace() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.outcome(command.id, scan: nil, status(1, nil)))
        world.receive(.keyed(euros(5)))
        world.receive(.canceled)
        #expect(world.shown.last == .sumTakenBack(euros(5)))
        world.receive(.canceled)
        #expect(world.shown.last == .idle)
        #expect(world.calls.map(\.action) == [.submit])
    }

    // MARK: Scans

    @Test mutating func aRefusedScanIsDropped() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayRefused(.deviceBusy, of: .scan(scan.scan))
        world.relayReported(.lost)
        world.receive(.canceled)
        #expect(world.shown.last == .canceled)
        world.open()
        world.pass(.seconds(30))
        #expect(world.openScans.isEmpty)
        #expect(world.calls == [.scan(scan)])
    }

    @Test mutating func aScanThatIsRefusedAfterTheCancelIsNotRepeated() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.receive(.canceled)
        #expect(world.shown.last == .canceling)
        world.relayRefused(.posOffline, of: .scan(scan.scan))
        world.relayRefused(.unknownCommand, of: .cancel(.scan(scan.scan)))
        #expect(world.shown.last == .canceled)
        world.pass(.seconds(30))
        #expect(world.calls.map(\.action) == [.scan, .cancel])
        #expect(world.openScans.isEmpty)
    }

    /// Only the relay can tell whether it has the scan.
    @Test(arguments: [false, true], [false, true])
    func aScanThatMayHaveBeenTakenIsCanceledWhenTheRelayIsBack(isTaken: Bool, crashes: Bool) throws {
        var world = TerminalWorld()
        let read = world.scan()
        let scan = try #require(read)
        world.relayReported(.lost)
        world.receive(.canceled)
        #expect(world.shown.last == .canceling)
        world.now += .seconds(60)
        if crashes { world.crash() } else { world.open() }
        #expect(world.calls.map(\.action) == [.scan, .resume])
        guard isTaken else {
            world.hearState(of: scan.scan, nil)
            if !crashes { #expect(world.shown.last == .canceled) }
            world.pass(.zero)
            #expect(world.calls.map(\.action) == [.scan, .resume])
            return #expect(world.openScans.isEmpty)
        }
        world.hearState(of: scan.scan, status(1, nil, .authorizing))
        #expect(world.calls.last == .cancel(.scan(scan.scan), at: world.relayTime))
        world.relayReported(.answered(.cancel(.scan(scan.scan)), .taken(CommandID(world.transaction(1)))))
        #expect(world.shown.last == .cancelNoted)
        #expect(world.openScans.map(\.scan) == [scan.scan])
        world.relayReported(.outcome(nil, scan: scan.scan, status(1, .reversed)))
        #expect(world.shown.last == .outcome(status(1, .reversed)))
        world.pass(.zero)
        #expect(world.openScans.isEmpty)
    }

    /// What stood on the display before the restart stands there again, and the merchant cancels it.
    @Test(arguments: [false, true])
    func anOpenScanIsCanceledAfterARestart(isAnswered: Bool) throws {
        var world = TerminalWorld()
        let read = world.scan()
        let scan = try #require(read)
        world.crash()
        if isAnswered { world.hearState(of: scan.scan, status(1, nil)) }
        world.receive(.canceled)
        #expect(world.shown.last == .canceling)
        #expect(world.calls.last == .cancel(.scan(scan.scan), at: world.relayTime))
        world.relayReported(.answered(.cancel(.scan(scan.scan)), .taken(CommandID(world.transaction(1)))))
        #expect(world.shown.last == .cancelNoted)
    }

    @Test mutating func aCancelOfAnEarlierScanThatTheRelayNeverHadIsDone() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.crash()
        world.receive(.canceled)
        world.relayRefused(.unknownCommand, of: .cancel(.scan(scan.scan)))
        #expect(world.shown.last == .canceled)
        world.pass(.zero)
        #expect(world.openScans.isEmpty)
    }

    @Test mutating func aScanThatIsAcceptedAfterTheCancelIsCanceledThen() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.receive(.canceled)
        world.relayRefused(.unknownCommand, of: .cancel(.scan(scan.scan)))
        #expect(world.openScans.map(\.scan) == [scan.scan], "its own answer is on the way")
        world.relayReported(.answered(.scan(scan.scan), .accepted(world.transaction(1))))
        #expect(world.calls.map(\.action) == [.scan, .cancel, .cancel])
    }

    @Test mutating func aCancelOfAScanIsSaidAgainWhileTheNextCustomerIsServed() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayReported(.answered(.scan(scan.scan), .accepted(world.transaction(1))))
        world.relayReported(.lost)
        world.receive(.canceled)
        world.open()
        world.relayReported(.outcome(nil, scan: scan.scan, status(1, nil)))
        world.pass(.seconds(20))
        world.hearState(of: scan.scan, status(1, nil))
        #expect(world.calls.map(\.action) == [.scan, .resume, .resume, .cancel])
        world.pass(.seconds(20))
        world.hearState(of: scan.scan, status(1, nil, .reversing, isCancelRequested: true))
        #expect(world.calls.map(\.action) == [.scan, .resume, .resume, .cancel, .resume], "the relay knows")
    }

    // MARK: Whatever comes

    /// In whatever order things come, the terminal submits nothing by itself that the merchant wants no more.
    @Test func nothingIsSubmittedAfterItsCancel() {
        var breaches: [UInt64] = []
        var cancels = 0
        for seed: UInt64 in 0..<300 {
            var world = TerminalWorld(seed: seed)
            world.commandLife = .seconds(3_000)
            var commands: Set<CommandID> = []
            var scans: Set<SubmissionKeyText> = []
            for _ in 0..<120 {
                let number = Int.random(in: 1...4, using: &world.random)
                let command = world.command(number, amountRequired: number.isMultiple(of: 2))
                var scan: SubmissionKeyText?
                if case .scanning(let running) = world.core.work { scan = running.id }
                switch Int.random(in: 0..<15, using: &world.random) {
                case 0, 1: world.relayReported(.command(command, known: world.journal[command.id]))
                case 2: world.receive(.keyed(euros(Int64(number))))
                case 3: _ = world.scanLater()
                case 4:
                    if world.core.shownLast == .busy { world.receive(.canceled) }  // It is about the scan alone.
                    switch world.core.work {
                    case .asking(let asking, _, relayKnows: _): commands.insert(asking.id)
                    case .submitting(let id):
                        if case .submitted = world.journal[id]?.report { commands.insert(id) }
                    case .scanning(let running): scans.insert(running.id)
                    case .awaiting(let id): scans.insert(id)
                    case .reading, nil: break
                    }
                    world.receive(.canceled)
                case 5: world.relayReported(.lost)
                case 6: world.open()
                case 7: world.crash()
                case 8: world.hearState(of: number, status(number, nil, .commanded))
                case 9: world.relayReported(.failed(.submit(command.id), .noReply))
                case 10: if let scan { world.relayRefused(.deviceBusy, of: .scan(scan)) }
                case 11: if let scan { world.relayReported(.failed(.scan(scan), .noReply)) }
                case 12: if let scan { world.hearState(of: scan, nil) }
                case 13: if let scan { world.relayRefused(.amountRequired, of: .scan(scan)) }
                default: world.pass(.seconds(1))
                }
                for call in world.calls {
                    switch call {
                    case .submit(let id, _, amount: _, at: _): if commands.contains(id) { breaches.append(seed) }
                    case .scan(let again): if scans.contains(again.scan) { breaches.append(seed) }
                    case .cancel: cancels += 1
                    case .hello, .prove, .received, .result, .resume, .state: break
                    }
                }
                world.calls = []
            }
        }
        #expect(breaches.isEmpty)
        #expect(cancels > 300)
    }
}
