import DeviceLink
import DeviceProtocol
import NIOCore
import RelayDomain
import RelayTerminal
import RelayTesting

/// A relay terminal within this process, and the merchant at it: the terminal's own core on a real WebSocket, its
/// memory of commands in a database of its own that is kept for the run.
///
/// Lives on one event loop.
final class Counter {
    /// The behaviour of all merchants.
    struct Manners: Sendable {
        let history: History
        /// Whether requests that take more than a minute are no longer made.
        let isHurried: @Sendable () -> Bool
    }

    let id: TerminalID
    private let eventLoop: any EventLoop
    private let manners: Manners
    private var random: SeededGenerator
    private var host: CoreHost<TerminalCore>?
    private(set) var isOnline = false

    init(_ id: TerminalID, _ manners: Manners, seed: UInt64, on eventLoop: any EventLoop) {
        self.id = id
        self.manners = manners
        self.eventLoop = eventLoop
        random = SeededGenerator(seed: seed)
    }

    /// Connects, and reconnects.
    /// - Throws: `CommandJournalError`.
    func open(_ gateway: GatewayAddress) throws {
        let host = CoreHost(TerminalCore(), journal: try CommandJournal(path: ":memory:"), on: eventLoop) {
            [weak self] in self?.hostReported($0)
        }
        self.host = host
        host.start(.terminal(id), gateway: gateway, description: DeviceDescription(model: "baton-chaos"))
    }

    func close() {
        host?.stop()
        host = nil
    }

    /// The merchant enters an amount, then scans a customer's code.
    func scan(_ code: String) {
        guard isOnline, let text = ScannedText(code) else { return }
        host?.receive(.keyed(sum(.payment, phone: nil)))
        host?.receive(.scanned(.qr, text))
    }

    private func hostReported(_ news: CoreHost<TerminalCore>.News) {
        switch news {
        case .opened: isOnline = true
        case .lost: isOnline = false
        case .output(.show(.askAmount(_, let operation, let phone))): key(operation ?? .payment, phone: phone)
        case .output(.show(.amountsDiffer(let keyed, phone: _))): key(.payment, phone: keyed)  // The merchant insists.
        case .output(.show(.outcome(let status))), .output(.show(.earlierScan(_, ago: _, let status?))):
            manners.history.heard(status.id.text, outcome: status.outcome?.told)
        case .output, .unreadable: break
        case .failed(let error): manners.history.surprised(by: "terminal: \(error)")
        }
    }

    /// The merchant is asked for the amount, and enters it after a moment; a few never do.
    private func key(_ operation: Operation, phone: Amount?) {
        if !manners.isHurried(), Int.random(in: 0..<300, using: &random) == 0 { return }
        let sum = sum(operation, phone: phone)
        let isSlow = Int.random(in: 0..<30, using: &random) == 0
        let pause = TimeAmount.milliseconds(.random(in: isSlow ? 500...2_500 : 10...300, using: &random))
        let counter = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: pause) { counter.value.host?.receive(.keyed(sum)) }
    }

    private func sum(_ operation: Operation, phone: Amount?) -> Amount {
        if let phone, Int.random(in: 0..<20, using: &random) > 0 { return phone }
        let minorUnits = Flavor(isHurried: manners.isHurried(), &random).minorUnits(&random)
        guard let currency = CurrencyCode("EUR"), let program = ProgramID(SandboxClient.program),
            let sum = Amount(
                minorUnits: minorUnits, unit: operation == .payment ? .currency(currency) : .points(program))
        else { preconditionFailure("small sums in well-known units are amounts") }
        return sum
    }
}
