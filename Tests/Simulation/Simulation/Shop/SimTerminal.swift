import DeviceLink
import DeviceProtocol
import RelayDomain
import RelayTerminal

/// A relay terminal and its cashier, who enters amounts early, late, wrong, or never, and removes them.
final class SimTerminal: SimDevice<TerminalCore> {
    let terminal: TerminalID
    /// The amount that each customer at this counter has to pay.
    private var prices: [String: Amount] = [:]
    /// The customer of each command and scan.
    private var customers: [Cancelable: String] = [:]
    /// The customer who last showed each code to the scanner.
    private var showing: [ScannedText: String] = [:]
    /// What lies before the scanner that reads when it is told to.
    private var beforeScanner: ScannedText?
    /// What it was told to read last.
    private var toRead: ScannedText?
    /// The same while the terminal waits for it, whose code it is, and the amount that goes with it.
    private var atScanner: (text: ScannedText, customer: String, sum: Amount?)?
    /// The transactions that it has shown to pass at its POS.
    private var passed: Set<TransactionID> = []
    /// The cashier plans one action, until another is needed.
    private var plan: (number: Int, due: Moment) = (0, .start)

    init(_ terminal: TerminalID, in world: SimWorld) {
        self.terminal = terminal
        super.init(.terminal(terminal), in: world, makeCore: { TerminalCore(unfinished: $0, scans: $1) })
    }

    override func begin() {
        world.properties.tookBack(at: terminal)
        endReading()
        if !openScans.isEmpty { world.tally.count("terminal restarted amid a scan") }
        super.begin()
    }

    /// The cashier sees it restart, and may still answer an earlier prompt.
    override func forget() {
        if core.asked == nil { forgetPlan() }
        super.forget()
    }

    // MARK: - The customer

    /// A customer comes to the counter.
    func comes(_ customer: String, price: Amount) { prices[customer] = price }

    /// The customer shows a code to the scanner.
    func scan(_ code: String, by customer: String) {
        guard let text = ScannedText(code) else { return }
        showing[text] = customer
        let isTold = world.chance(0.5)
        after(.zero) { [self] in  // If suspended, it reads the code later.
            guard isTold else { return receive(.scanned(.qr, text)) }
            beforeScanner = text
            receive(.scanRequested)
        }
    }

    private func beginReading(_ sum: Amount?) {
        guard let text = beforeScanner, let customer = showing[text] else { return }
        toRead = text
        atScanner = (text, customer, sum)
        if let sum { world.properties.reading(sum, at: terminal, for: customer) }
    }

    /// Its amount, if it still has one, is lost.
    private func endReading() {
        if let sum = atScanner?.sum { world.properties.dropped(sum, at: terminal) }
        atScanner = nil
    }

    /// Who shows this code.
    private func customer(showing text: ScannedText) -> String? {
        if let atScanner, atScanner.text == text { atScanner.customer } else { showing[text] }
    }

    /// A scanner reads late, too late, or nothing.
    private func read() {
        guard let text = toRead else { return }
        let wait = world.chance(0.15) ? world.span(4_000...30_000) : world.span(10...2_000)
        let end: ScannerEnd =
            world.chance(0.1) ? .failed(ScannerFailure(sentence: "The scanner sees no code.")) : .read(.qr, text)
        after(wait) { [self] in receive(.scannerEnded(end)) }
        // If it is suspended past the scanner's time, it may hear of a tap before it sees that the time is over.
        if wait > TerminalCore.readingTimeout, world.chance(0.3) { holdUp(for: world.span(4_000...7_000)) }
    }

    private func cancelSoon() {
        guard world.chance(0.04) else { return }
        after(world.span(0...4_000)) { [self] in
            forgetPlan()
            receive(.canceled)
        }
    }

    override func heard(_ command: Command) {
        world.tally.count("command at a terminal")
        customers[.command(command.id)] = command.sealedFor.key.text
    }

    // MARK: - The cashier

    /// Enters an amount before the tap or scan. Some customers pay cash then.
    /// - Returns: whether the customer continues.
    func keyBefore(for customer: String) -> Bool {
        // The display asks for another customer's amount, or does not show pressed keys.
        guard let price = prices[customer], core.asked == nil, heldUp == nil else { return true }
        forgetPlan()
        key(price, for: .next(until: keptUntil))
        guard world.chance(0.15) else { return true }
        world.tally.count("customer paid cash")
        decide(world.span(300...5_000)) { [self] in receive(world.chance(0.5) ? .cleared : .canceled) }
        return false
    }

    /// Until when an amount that is entered now waits.
    private var keptUntil: Moment { world.now + .seconds(125) }

    private func key(_ sum: Amount, for owner: KeyedSums.Owner) {
        guard isUp else { return }
        after(.zero) { [self] in
            tell("the cashier keys \(sum)")
            world.properties.keyed(sum, at: terminal, for: owner)
            receive(.keyed(sum))
        }
    }

    private func forgetPlan() { plan.number += 1 }

    /// Another prompt is on the display. An amount that is just being entered is entered nevertheless.
    private func readDisplay() {
        if plan.due < world.now || plan.due - world.now > .seconds(2) { forgetPlan() }
    }

    /// Acts after a while, unless the terminal does not show pressed keys: then the cashier waits and reads again.
    private func decide(_ wait: Duration, _ act: @escaping () -> Void) {
        let number = plan.number
        plan.due = world.now + wait
        world.plan(after: wait) { [self] in
            guard plan.number == number else { return }
            forgetPlan()
            if isUp, heldUp == nil { act() }
        }
    }

    private func answer(_ phone: Amount?) {
        readDisplay()
        guard let asked = core.asked else { return }
        let customer = customers[asked] ?? "nobody"
        let sum = prices[customer] ?? phone ?? world.price(.payment, ending: 500)
        func keyLater(_ sum: Amount, _ wait: ClosedRange<Int64>) {
            decide(world.span(wait)) { [self] in
                // If the scan is refused nevertheless, the amount waits for another code.
                if case .scan = asked { key(sum, for: .taken(by: customer, until: keptUntil)) }
                if case .command = asked { key(sum, for: .customer(customer)) }
            }
        }
        switch Int.random(in: 0..<100, using: &world.random) {
        case 0..<76: keyLater(sum, 200...3_000)
        case 76..<82:
            world.tally.count("wrong sum keyed")
            keyLater(Amount(minorUnits: sum.minorUnits + 1, unit: sum.unit)!, 200...3_000)
        case 82..<88: keyLater(sum, 10_000...70_000)
        case 88..<94: decide(world.span(100...5_000)) { [self] in receive(.canceled) }
        default: world.tally.count("no sum keyed")
        }
    }

    private func choose(_ keyed: Amount, _ phone: Amount) {
        readDisplay()
        guard let asked = core.asked, let customer = customers[asked] else { return }
        let mood = Int.random(in: 0..<100, using: &world.random)
        decide(world.span(200...3_000)) { [self] in
            if mood < 80 { key(mood < 50 ? phone : keyed, for: .customer(customer)) } else { receive(.canceled) }
        }
    }

    // MARK: - The terminal

    override func decided(_ inputs: [TerminalInput], _ outputs: [TerminalOutput]) {
        // Of several codes that were shown while it was suspended, it asks for the amount of the first.
        for input in inputs {
            guard let text = input.code else { continue }
            if let asked = core.asked, customers[asked] == nil { customers[asked] = customer(showing: text) }
        }
        let justKeyed = Set(inputs.compactMap { if case .keyed(let sum) = $0 { sum } else { nil } })
        var isRead = inputs.contains { if case .scannerEnded = $0 { true } else { false } }
        for output in outputs {
            switch output {
            case .call(_, .submit(let command, _, let sum?, at: _)): charging(sum, to: .command(command))
            case .call(_, .scan(let scan)):
                if customers[.scan(scan.scan)] == nil {
                    customers[.scan(scan.scan)] = customer(showing: scan.text)
                }
                if let sum = scan.amount { charging(sum, to: .scan(scan.scan)) }
                if world.weather.isStormy, world.chance(0.03) {
                    after(world.span(1...400)) { [self] in kill("dies amid a scan") }
                }
            case .show(.sumTooLate(let sum)), .show(.sumNotKept(let sum)), .show(.sumPassedBy(let sum)),
                .show(.sumOfAnother(let sum)):
                world.properties.dropped(sum, at: terminal)
                if atScanner?.sum == sum { atScanner?.sum = nil }
            case .show(.reading(let sum)):
                beginReading(sum)
                isRead = false
            case .show(.scanDropped): endReading()
            case .show(.passing(let passing)):
                if passing.status.state != .ended, passed.insert(passing.status.id).inserted {
                    world.properties.passedBy(at: terminal, except: justKeyed)
                }
            case .show(.amountReady(let sum)): world.properties.waits(sum, at: terminal)
            case .stopScanner: isRead = true
            case .call, .show, .startScanner: break
            }
        }
        if isRead { atScanner = nil }
        if inputs.contains(.cleared) || inputs.contains(.canceled) {
            world.properties.tookBack(at: terminal, except: justKeyed)
        }
    }

    private func charging(_ sum: Amount, to whom: Cancelable) {
        world.properties.charging(sum, at: terminal, to: customers[whom] ?? "nobody", now: world.now)
    }

    override func carryOut(_ output: TerminalOutput) {
        switch output {
        case .show(let display): show(display)
        case .startScanner: read()
        case .call, .stopScanner: break  // It notices late that nobody waits.
        }
    }

    private func show(_ display: TerminalDisplay) {
        tell("shows \(display)")
        switch display {
        case .askAmount(_, let operation, let phone):
            if operation == nil { world.tally.count("scan asked for its sum") }
            answer(phone)
        case .amountsDiffer(let keyed, let phone):
            world.tally.count("sums differ")
            choose(keyed, phone)
        case .asking:
            world.tally.count("terminal consents")
            forgetPlan()
            cancelSoon()
        case .reading: cancelSoon()
        case .scanDropped: world.tally.count("scan dropped")
        case .scanTimedOut: world.tally.count("scanner too late")
        case .scannerBusy, .scannerStuck: world.tally.count("scanner not done")
        case .outcome(let status), .earlierScan(_, ago: _, let status?):
            if case .earlierScan = display { world.tally.count("earlier scan told") }
            world.properties.told(status, to: name)
            world.properties.showing(status, at: terminal)
        case .passing(let passing): world.properties.told(passing.status, to: name)
        case .sumTakenBack:
            world.tally.count("sum taken back")
            forgetPlan()
        case .canceled, .canceling: forgetPlan()
        case .sumPassedBy: world.tally.count("sum passed by")
        case .sumOfAnother: world.tally.count("sum of another")
        case .sumTooLate:
            world.tally.count("late answer")
            forgetPlan()
        case .sumNotKept: world.tally.count("sum keyed meanwhile")
        case .questionOver: world.tally.count("question over")
        case .scanNotTaken, .earlierScanNotTaken: world.tally.count("scan not taken")
        case .refused: world.tally.count("refused at a terminal")
        case .busy, .idle, .online, .offline, .amountReady, .cancelNoted, .scanNeedsSession,
            .scanFailed, .sameScan, .scanNotBegun, .tryingAgain, .noAnswer, .sumLapsed, .noSum, .notCountedHere,
            .serving, .notServing, .earlierScan:
            break
        }
    }
}

extension TerminalInput {
    /// The code that a scanner read.
    fileprivate var code: ScannedText? {
        switch self {
        case .scanned(_, let text), .scannerEnded(.read(_, let text)): text
        case .relay, .keyed, .scanRequested, .scannerEnded, .cleared, .served, .canceled: nil
        }
    }
}
