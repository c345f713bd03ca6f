import DeviceLink
import POSAgent
import RelayDomain

/// A POS agent, and the POS program that it drives: a till that answers, declines, says nothing, refuses, or loses the line
/// in the middle of a sending. What the POS program has booked outlives the agent.
final class SimTill: SimDevice<AgentCore> {
    /// What the POS program knows of one sending.
    struct Sending {
        let receipt: String
        /// Nil: its line is silent.
        var answer: POSAnswer?
        var isFinished = false
    }

    let pos: POSID
    /// The open sale's sum, if the driver can read it.
    var price: Amount?
    private(set) var sendings: [CommandID: Sending] = [:]

    init(_ pos: POSID, in world: SimWorld) {
        self.pos = pos
        super.init(.pos(pos), in: world, makeCore: { records, _ in AgentCore(unsettled: records) })
    }

    override func heard(_ command: Command) { world.tally.count("command at a POS") }

    override func carryOut(_ output: AgentOutput) {
        switch output {
        case .drive(let number, let step): drive(step) { [self] news in take(.driven(number, news)) }
        case .note(.begins(let command)):
            world.properties.starting(command, at: world.relayTime.earliest(in: command.id.transaction.journal, at: world.now),
                allowed: world.hasReceived(command.id.transaction))
        case .note(.outcome(let status)): world.properties.told(status, to: name)
        case .note, .call, .stopped: break
        }
    }

    private func drive(_ step: DriverStep, _ say: @escaping (DriverNews) -> Void) {
        let mood = Int.random(in: 0..<100, using: &world.random)
        func answer(_ news: DriverNews, _ wait: ClosedRange<Int64> = 5...200) {
            after(world.span(wait)) { say(news) }
        }
        switch step {
        case .locate:
            mood < 3 ? answer(.failed(.unreachable)) : answer(.located(InputWindow(id: "w", operation: nil)))
        case .activate:
            mood < 3 ? answer(.failed(.refused(SimShop.reason("noOpenSale")))) : answer(.activated(sale: price))
        case .enter:
            mood < 3 ? answer(.failed(.readBackDiffers)) : answer(.entered, mood < 8 ? 4_000...9_000 : 5...200)
        case .send(_, let mark): send(mark, mood, answer)
        case .confirm(let mark, _): confirm(mark, mood, answer)
        case .close, .finish: break
        }
    }

    private func send(_ mark: CommandID, _ mood: Int, _ answer: (DriverNews, ClosedRange<Int64>) -> Void) {
        world.properties.sending(mark)
        guard sendings[mark] == nil else { return answer(.failed(.refused(SimShop.reason("markUsed"))), 5...50) }
        switch mood {
        case 0..<4: return answer(.failed(.refused(SimShop.reason("noOpenSale"))), 5...200)
        case 4..<7: return answer(.failed(.broken), 5...200)  // Before it was sent.
        default: break
        }
        let receipt = "R-\(sendings.count + 1)"
        sendings[mark] = Sending(receipt: receipt)
        tell("sends for \(mark.transaction.short)")
        decide(mark)
        switch mood {
        case 7..<11: world.tally.count("POS line lost in the middle of a sending")
        case 11..<14: answer(.failed(.broken), 5...200)
        default: answer(.sent(receipt: receipt), 5...200)
        }
    }

    /// The POS's own line answers, or never does.
    private func decide(_ mark: CommandID) {
        let mood = Int.random(in: 0..<100, using: &world.random)
        let pos = self
        world.plan(after: world.span(mood < 10 ? 5_000...50_000 : 50...2_000)) {
            pos.sendings[mark]?.isFinished = true
            if mood < 80 { pos.sendings[mark]?.answer = .approved }
            if mood >= 90 { pos.sendings[mark]?.answer = .declined(SimShop.reason("insufficientFunds")) }
        }
    }

    private func confirm(_ mark: CommandID, _ mood: Int, _ answer: (DriverNews, ClosedRange<Int64>) -> Void) {
        guard mood >= 5 else { return answer(.failed(.silent), 5_000...5_000) }
        guard let sending = sendings[mark] else {
            return answer(.failed(.refused(SimShop.reason("unknownMark"))), 5...50)
        }
        if sending.isFinished {
            answer(.confirmed(.finished(receipt: sending.receipt, sending.answer)), 5...50)
        } else {
            answer(.confirmed(.sending(receipt: sending.receipt)), 1_000...3_000)
        }
    }
}
