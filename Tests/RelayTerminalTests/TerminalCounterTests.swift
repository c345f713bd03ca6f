import DeviceLink
import DeviceProtocol
import RelayDomain
import Testing

@testable import RelayTerminal

/// What a terminal knows of its counter: what is counted there, what passes at its tag, whether it is open.
@Suite(.timeLimit(.minutes(2))) struct TerminalCounterTests {
    private var world = TerminalWorld()

    private func passing(_ number: Int, _ outcome: Outcome?, _ state: TransactionStatus.StateName? = nil) -> Passing {
        Passing(application: ApplicationID("sandbox-pay")!, operation: .payment, status: status(number, outcome, state))
    }

    // MARK: What is counted

    @Test mutating func onlyWhatTheShopCountsIsKept() {
        world.facts = .of(currencies: ["EUR"], programs: ["stars"])
        world.open()
        let dollars = Amount(minorUnits: 500, unit: .currency(CurrencyCode("USD")!))!
        let miles = Amount(minorUnits: 500, unit: .points(ProgramID("miles")!))!
        for sum in [dollars, miles] {
            world.receive(.keyed(sum))
            #expect(world.shown.last == .notCountedHere(sum))
        }
        for sum in [euros(500), stars(30)] {
            world.receive(.keyed(sum))
            #expect(world.shown.last == .amountReady(sum))
        }
    }

    @Test mutating func whatWasKeyedBeforeTheShopWasKnownIsTakenBackThen() {
        let miles = Amount(minorUnits: 500, unit: .points(ProgramID("miles")!))!
        world.receive(.keyed(miles))
        world.relayReported(.lost)
        world.facts = .of(currencies: ["EUR"], programs: ["stars"])
        world.open()
        #expect(world.shown.last == .notCountedHere(miles))
    }

    @Test mutating func whereASumIsRequiredAScanAsksForItFirst() {
        world.facts = .of(currencies: ["EUR"], programs: [], amountRequired: true)
        world.open()
        #expect(world.scan() == nil)
        #expect(world.shown.last == .askAmount(nil, nil, phone: nil))
        world.receive(.keyed(euros(1250)))
        guard case .scan(let scan)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        #expect(scan.amount == euros(1250))
        #expect(world.openScans == [ScanRecord(scan.scan, amount: euros(1250), at: scan.at)])
    }

    // MARK: What passes

    @Test mutating func whatPassesAtThePOSIsShown() {
        for news in [passing(1, nil, .commanded), passing(1, .approved())] {
            world.relayReported(.passing(news))
            #expect(world.shown.last == .passing(news))
        }
    }

    /// The POS has the sum of a customer who taps; what was keyed here was for somebody else, or for nothing.
    @Test mutating func aTapAtAPairedCounterTakesTheKeyedSumBack() {
        world.relayReported(.passing(passing(1, nil, .commanded)))
        world.receive(.keyed(euros(8800)))
        world.relayReported(.passing(passing(1, .approved())))
        #expect(world.shown.last == .amountReady(euros(8800)), "the customer before is done")
        let next = passing(2, nil, .commanded)
        world.relayReported(.passing(next))
        #expect(world.shown.suffix(2) == [.sumPassedBy(euros(8800)), .passing(next)])
        world.relayReported(.passing(passing(2, .approved())))
        let scan = world.scan()
        #expect(scan != nil && scan?.amount == nil)
    }

    /// The customer's code does not read, and the phone taps instead: the sum is paid at the POS.
    @Test mutating func aTapTakesTheSumOfAReadingBackToo() {
        world.receive(.keyed(euros(8800)))
        world.receive(.scanRequested)
        let news = passing(1, nil, .commanded)
        world.relayReported(.passing(news))
        #expect(world.shown.suffix(2) == [.sumPassedBy(euros(8800)), .passing(news)])
        world.relayReported(.passing(passing(1, .approved())))
        let failure = ScannerFailure(sentence: "The camera is unplugged; plug it in.")
        world.receive(.scannerEnded(.failed(failure)))
        #expect(world.shown.last == .scanFailed(failure), "no sum waits")
        let scan = world.scan()
        #expect(scan != nil && scan?.amount == nil)
    }

    /// The relay refuses the scan because of that tap: what it does not take on is not the next customer's sum.
    @Test(arguments: [false, true])
    func aTapTakesTheSumOfARefusedScanBack(tapIsFirst: Bool) throws {
        var world = TerminalWorld()
        world.receive(.keyed(euros(8800)))
        let read = world.scan("1")
        let scan = try #require(read)
        if tapIsFirst { world.relayReported(.passing(passing(1, nil, .commanded))) }
        world.relayRefused(.deviceBusy, of: .scan(scan.scan))
        if !tapIsFirst { world.relayReported(.passing(passing(1, nil, .commanded))) }
        #expect(!world.shown.contains(.sumPassedBy(euros(8800))), "the scan still goes with it")
        world.relayReported(.passing(passing(1, .approved())))
        world.pass(TerminalCore.scanLife)
        #expect(world.shown.last == .sumPassedBy(euros(8800)))
        let next = world.scan("2")
        #expect(next != nil && next?.amount == nil)
    }

    /// Whoever is asked for a sum after the tap keys it for that scan.
    @Test mutating func aSumThatIsKeyedAfterTheTapIsGivenBack() throws {
        let read = world.scan("1")
        let scan = try #require(read)
        world.relayReported(.passing(passing(1, nil, .commanded)))
        world.relayRefused(.amountRequired, of: .scan(scan.scan))
        world.receive(.keyed(euros(300)))
        world.relayRefused(.codeUsed, of: .scan(scan.scan))
        #expect(world.shown.last == .amountReady(euros(300)))
    }

    @Test mutating func whatPassesCanBeCanceled() {
        let cancel = Cancelable.transaction(world.transaction(1))
        world.relayReported(.passing(passing(1, nil, .commanded)))
        world.receive(.canceled)
        #expect(world.shown.last == .canceling)
        #expect(world.calls.last == .cancel(cancel, at: world.relayTime))
        world.relayReported(.lost)
        world.open()
        #expect(world.calls.last == .cancel(cancel, at: world.relayTime))
        world.relayReported(.answered(.cancel(cancel), .taken(CommandID(world.transaction(1)))))
        #expect(world.shown.last == .cancelNoted)
        world.relayReported(.lost)
        world.open()
        #expect(world.calls.count == 2, "the relay knows")
        world.relayReported(.passing(passing(1, .failed(.canceled))))
        world.receive(.canceled)
        #expect(world.shown.last == .idle)
    }

    // MARK: Open or closed

    @Test mutating func aClosedCounterTellsTheRelayWithEachSession() {
        let closed = DeviceReadiness.notReady(ReasonCode("closed"))
        world.receive(.served(closed))
        #expect(world.shown.last == .notServing)
        #expect(world.calls.last == .state(isReady: false, reason: closed.reason))
        world.relayReported(.lost)
        world.open()
        #expect(world.calls.last == .state(isReady: false, reason: closed.reason))
        #expect(world.scan() == nil)
        #expect(world.shown.last == .notServing)
        world.receive(.served(.ready))
        #expect(world.calls.last == .state(isReady: true, reason: nil))
        let calls = world.calls.count
        world.relayReported(.failed(.state(isReady: false, reason: closed.reason), .noReply))
        world.pass(.seconds(1))
        #expect(world.calls.count == calls, "what is no longer so is not said again")
    }
}

extension CounterFacts {
    fileprivate static func of(currencies: [String], programs: [String], amountRequired: Bool = false) -> CounterFacts {
        CounterFacts(
            terminal: TerminalID("counter-1")!,
            shop: Shop.Branch(
                id: ShopID("shop-1")!, name: "Shop", currency: CurrencyCode("EUR")!,
                timeZone: TimeZoneName("Europe/Berlin")!, programs: programs.compactMap { ProgramID($0) }),
            currencies: currencies.compactMap { CurrencyCode($0) }, programs: programs.compactMap { ProgramID($0) },
            amountRequired: amountRequired)
    }
}
