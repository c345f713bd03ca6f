import DeviceLink
import DeviceProtocol
import RelayDomain
import RelayTerminal

/// A relay terminal and the cashier before it, who keys sums early, late, wrong, or never.
final class SimTerminal: SimDevice<TerminalCore> {
    let terminal: TerminalID
    /// What the customer who is at the counter has to pay.
    var price: Amount?

    init(_ terminal: TerminalID, in world: SimWorld) {
        self.terminal = terminal
        super.init(.terminal(terminal), in: world, makeCore: { TerminalCore(unsettled: $0, scans: $1) })
    }

    /// The customer shows a code to the scanner.
    func scan(_ code: String) {
        if let text = ScannedText(code) { take(.scanned(.qr, text)) }
    }

    /// The cashier keys a sum before the tap.
    func key(_ amount: Amount) { take(.keyed(amount)) }

    override func heard(_ command: Command) { world.tally.count("command at a terminal") }

    override func carryOut(_ output: TerminalOutput) {
        guard case .show(let display) = output else { return }
        switch display {
        case .askAmount(_, let operation, let phone): askCashier(operation, phone)
        case .asking: world.tally.count("terminal consents")
        case .outcome(let status): world.properties.told(status, to: name)
        case .busy, .idle, .online, .offline, .amountReady, .canceled, .canceling, .cancelNoted, .scanNeedsSession,
            .scanInDoubt, .tryingAgain, .refused, .noAnswer:
            break
        }
        if case .asking = display, world.chance(0.04) { after(world.span(0...4_000)) { [self] in take(.canceled) } }
    }

    private func askCashier(_ operation: Operation, _ phone: Amount?) {
        let price = phone ?? self.price.flatMap { $0.unit == SimShop.unit(of: operation) ? $0 : nil }
        let sum = price ?? Amount(minorUnits: 500, unit: SimShop.unit(of: operation))!
        switch Int.random(in: 0..<100, using: &world.random) {
        case 0..<76: keyLater(sum, 200...3_000)
        case 76..<82:
            world.tally.count("wrong sum keyed")
            keyLater(Amount(minorUnits: sum.minorUnits + 1, unit: sum.unit)!, 200...3_000)
        case 82..<88: keyLater(sum, 10_000...70_000)
        case 88..<94: after(world.span(100...5_000)) { [self] in take(.canceled) }
        default: world.tally.count("no sum keyed")
        }
    }

    private func keyLater(_ sum: Amount, _ wait: ClosedRange<Int64>) {
        after(world.span(wait)) { [self] in take(.keyed(sum)) }
    }
}
