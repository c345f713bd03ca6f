import DeviceLink
import DeviceProtocol
import POSAgent
import RelayDomain

/// A POS agent, and the POS program that it drives: one that answers, declines, does not answer, refuses, or loses the
/// connection during a sending; and its cashier. The POS program's field and bookings remain when the agent dies.
final class SimTill: SimDevice<AgentCore> {
    /// The POS program's record of one sending.
    struct Sending {
        let sighting: Evidence.Sighting
        /// Nil: its line is silent.
        var answer: POSAnswer?
        var isFinished = false
        /// A faulty agent sent it without the relay's permission.
        var isUnasked = false
    }

    let pos: POSID
    /// The open sale's amount, if the driver can read it.
    private var price: Amount?
    /// Whether the agent is carrying out a command.
    private var isAtWork = false
    private(set) var sendings: [CommandID: Sending] = [:]
    /// How often the one window has opened: the latest opening's number.
    private var openings = 0
    private var isOpen = false
    /// The command whose code is in the open window's field.
    private var standing: CommandID?
    /// The openings from which something was sent.
    private var sentFrom: Set<Int> = []
    /// Until then the POS program does not answer its driver.
    private var isGoneUntil = Moment.start
    /// Commands that a restart found in the field.
    private var clearing: Set<CommandID> = []

    init(_ pos: POSID, in world: SimWorld) {
        self.pos = pos
        super.init(.pos(pos), in: world, makeCore: { records, _ in AgentCore(unfinished: records) })
    }

    override func heard(_ command: Command) {
        world.tally.count("command at a POS")
        if world.weather.isStormy, sendings[command.id] == nil, world.chance(0.01) { sendUnasked(command.id) }
    }

    /// A faulty agent: it has entered and sent without permission, and reports it.
    private func sendUnasked(_ mark: CommandID) {
        tell("sends for \(mark.transaction.short) without the relay's word")
        sendings[mark] = Sending(sighting: nextSighting(), isUnasked: true)
        decide(mark)
        say(.result(mark)) { .result(mark, .entered(nil), nil, at: $0) }
    }

    override func failed(_ call: RelayCall, _ failure: DeviceSessionStateMachine.CallFailure) {
        guard case .result(let command) = call, case .refused(let error) = failure,
            error.code == .refusal(.outOfTurn)
        else { return }
        world.tally.count("entered out of turn")
        world.properties.refusedOutOfTurn(command)
    }

    override func carryOut(_ output: AgentOutput) {
        switch output {
        case .drive(let number, let step): drive(step) { [self] news in receive(.driven(number, news)) }
        case .note(let note): noted(note)
        case .call, .stopped: break
        }
    }

    private func noted(_ note: AgentNote) {
        switch note {
        case .begins(let command):
            isAtWork = true
            world.properties.starting(
                command, at: world.relayTime.earliest(in: command.id.transaction.journal, at: world.now),
                allowed: world.hasReceived(command.id.transaction))
        case .clears(let command): clearing.insert(command)
        case .ended(let command, let result, _):
            isAtWork = false
            guard clearing.remove(command) != nil else { return }
            switch result {
            case .entered: world.tally.count("agent restarted in the field: the cashier had sent")
            case .refused: world.tally.count("agent restarted in the field: cleared")
            case .uncertain: world.tally.count("agent restarted in the field: uncertain")
            }
        case .outcome(let status): world.properties.told(status, to: name)
        case .ready, .notReady, .refused: break
        }
    }

    override func forget() {
        isAtWork = false
        super.forget()
    }

    // MARK: - The POS program

    /// The cashier opens a sale, unless the previous one is being paid.
    /// - Parameter price: nil if the driver cannot read it.
    func openSale(_ price: Amount?) {
        if !isAtWork { self.price = price }
    }

    private typealias Answer = (DriverNews, ClosedRange<Int64>) -> Void

    private func drive(_ step: DriverStep, _ say: @escaping (DriverNews) -> Void) {
        let mood = Int.random(in: 0..<100, using: &world.random)
        func answer(_ news: DriverNews, _ wait: ClosedRange<Int64> = 5...200) {
            after(world.span(wait)) { say(news) }
        }
        guard world.now >= isGoneUntil else { return answer(.failed(.unreachable)) }
        switch step {
        case .probe: answer(mood < 3 ? .failed(.unreachable) : .alive, 5...50)
        case .locate:
            mood < 3 ? answer(.failed(.unreachable)) : answer(.located(InputWindow(id: "w", operation: nil)))
        case .activate:
            mood < 3 ? answer(.failed(.refused(SimShop.reason("noOpenSale")))) : activate(answer)
        case .enter(let opening, let mark, _): enter(opening, mark, mood, answer)
        case .look(let opening, _): mood < 3 ? answer(.failed(.silent), 5_000...5_000) : answer(seen(opening))
        case .send(let opening, let mark, let sum, _): send(opening, mark, sum, mood, answer)
        case .confirm(let mark, _, _): confirm(mark, mood, answer)
        case .clear(let opening): clear(opening, mood, answer)
        case .finish: break
        }
    }

    private func activate(_ answer: Answer) {
        reopen()
        guard let opening = WindowOpening(window: "w", serial: "\(openings)") else { return }
        answer(.activated(ActiveWindow(opening, sale: sale)), 5...200)
    }

    private var sale: Sale? { price.map { Sale(number: nil, amount: $0) } }

    private func reopen() {
        openings += 1
        (isOpen, standing) = (true, nil)
    }

    private func closeWindow() { (isOpen, standing) = (false, nil) }

    private func isActive(_ opening: WindowOpening) -> Bool { isOpen && opening.serial == "\(openings)" }

    private func enter(_ opening: WindowOpening, _ mark: CommandID, _ mood: Int, _ answer: Answer) {
        guard isActive(opening), sendings[mark] == nil else {
            return answer(.failed(.refused(SimShop.reason("windowNotActive"))), 5...50)
        }
        standing = mark
        cashierActs(mark)
        switch mood {
        case 0..<3: answer(.failed(.readBackDiffers), 5...200)
        case 3..<5: answer(.failed(.broken), 5...200)
        case 5..<9: answer(.entered, 4_000...9_000)
        case 9..<14 where world.weather.isStormy:
            after(.milliseconds(1)) { [self] in
                if world.chance(0.3) { isGoneUntil = world.now + world.span(1_000...60_000) }
                kill("dies with a code in its POS's field")
            }
        default: answer(.entered, 5...200)
        }
    }

    private func seen(_ opening: WindowOpening) -> DriverNews {
        if Int(opening.serial).map(sentFrom.contains) == true { return .seen(.sent) }
        guard isActive(opening) else { return .seen(.closed) }
        return .seen(.open(standing == nil ? .empty : .code, sale: sale))
    }

    private func clear(_ opening: WindowOpening, _ mood: Int, _ answer: Answer) {
        switch mood {
        case 0..<8: return answer(.failed(.unreachable), 5...200)
        case 8..<10: return answer(.seen(.unknown), 5...200)
        default: break
        }
        if isActive(opening) { closeWindow() }
        answer(seen(opening), 5...200)
    }

    private func send(
        _ opening: WindowOpening, _ mark: CommandID, _ sum: Amount?, _ mood: Int, _ answer: Answer
    ) {
        world.properties.sending(mark)
        guard sendings[mark] == nil else { return answer(.failed(.refused(SimShop.reason("markUsed"))), 5...50) }
        guard isActive(opening), standing == mark else {
            return answer(.failed(.refused(SimShop.reason("windowNotActive"))), 5...50)
        }
        if let sum, let price, price != sum {
            world.tally.count("sale changed after the last look")
            return answer(.failed(.refused(SimShop.reason("saleChanged"))), 5...200)
        }
        switch mood {
        case 0..<4: return answer(.failed(.refused(SimShop.reason("noOpenSale"))), 5...200)
        case 4..<7: return answer(.failed(.broken), 5...200)  // Before it was sent.
        default: break
        }
        guard let sighting = sendWhatStands() else { return }
        switch mood {
        case 7..<11: world.tally.count("POS line lost in the middle of a sending")
        case 11..<14: answer(.failed(.broken), 5...200)
        default: answer(.sent(sighting), 5...200)
        }
    }

    /// - Returns: the receipt; empty if the field is empty.
    @discardableResult
    private func sendWhatStands() -> Evidence.Sighting? {
        guard isOpen, let mark = standing else { return nil }
        let sighting = nextSighting()
        sendings[mark] = Sending(sighting: sighting)
        sentFrom.insert(openings)
        closeWindow()
        tell("sends for \(mark.transaction.short)")
        decide(mark)
        return sighting
    }

    /// Drivers see each kind of POS program in another way.
    private func nextSighting() -> Evidence.Sighting {
        guard let text = Evidence.Text("R-\(sendings.count + 1)") else { preconditionFailure("it is short") }
        return switch sendings.count % 4 {
        case 0: .receiptNumber(text)
        case 1: .windowClosed
        case 2: .textSeen(text)
        default: .readBack(text)
        }
    }

    /// The destination answers on the POS's own connection, or never does.
    private func decide(_ mark: CommandID) {
        let mood = Int.random(in: 0..<100, using: &world.random)
        let pos = self
        world.plan(after: world.span(mood < 10 ? 5_000...50_000 : 50...2_000)) {
            pos.sendings[mark]?.isFinished = true
            if mood < 80 { pos.sendings[mark]?.answer = .approved }
            if mood >= 90 { pos.sendings[mark]?.answer = .declined(SimShop.reason("insufficientFunds")) }
        }
    }

    private func confirm(_ mark: CommandID, _ mood: Int, _ answer: Answer) {
        guard mood >= 5 else { return answer(.failed(.silent), 5_000...5_000) }
        guard let sending = sendings[mark] else {
            return answer(.failed(.refused(SimShop.reason("unknownMark"))), 5...50)
        }
        if sending.isFinished {
            answer(.confirmed(.finished(sending.sighting, sending.answer)), 5...50)
        } else {
            answer(.confirmed(.sending(sending.sighting)), 1_000...3_000)
        }
    }

    // MARK: - The cashier

    /// Sees a code in the field, and acts, soon or late.
    private func cashierActs(_ mark: CommandID) {
        guard world.chance(0.4) else { return }
        let pos = self
        world.plan(after: world.span(world.chance(0.5) ? 10...600 : 500...40_000)) {
            guard pos.isOpen, pos.standing == mark else { return }
            switch Int.random(in: 0..<10, using: &pos.world.random) {
            case 0..<6: pos.pressEnter()
            case 6: pos.closeWindow()
            case 7: pos.reopen()
            default: pos.price = Amount(minorUnits: 1 + (pos.price?.minorUnits ?? 0), unit: SimShop.euro)
            }
        }
    }

    /// Sends the text in the field, from any origin. At a world's end each cashier does so: a code that was reported as
    /// not sent must not be in any field.
    func pressEnter() {
        guard isOpen, standing != nil else { return }
        world.tally.count("cashier sends what stands in a POS's field")
        sendWhatStands()
    }
}
