import DeviceLink
import DeviceProtocol
import RelayDomain

@testable import POSAgent

/// An agent with a disk, a clock and a session, all of them values.
struct AgentWorld {
    var core = AgentCore()
    var journal: [CommandID: CommandRecord] = [:]
    var calls: [DeviceRequest] = []
    var steps: [(number: UInt64, step: DriverStep)] = []
    /// The probes, which come beside the steps of commands.
    var probes: [UInt64] = []
    var notes: [AgentNote] = []
    var hasStopped = false
    var now = Duration.seconds(100)
    var commandLife = Duration.seconds(30)

    private static let start = Instant(milliseconds: 1_796_000_000_000)

    init() { open() }

    var relayTime: Instant { Self.start + now }
    var lastStep: DriverStep? { steps.last?.step }

    mutating func receive(_ input: AgentInput) {
        var random = SystemRandomNumberGenerator()  // The agent's core throws no dice.
        let (entries, outputs) = core.step([input], now: now, random: &random)
        for entry in entries { journal[entry.command] = entry }
        for output in outputs {
            switch output {
            case .call(_, let request): calls.append(request)
            case .drive(let number, .probe): probes.append(number)
            case .drive(let number, let step): steps.append((number, step))
            case .note(let note): notes.append(note)
            case .stopped: hasStopped = true
            }
        }
    }

    mutating func relayReported(_ news: RelayNews) { receive(.relay(news)) }

    mutating func open() {
        let counter = CounterFacts(terminal: TerminalID("counter-1")!, pos: POSID("till-1")!)
        relayReported(.opened(RelayTimeEstimate(Self.start, askedAt: .zero, heardAt: .zero), counter))
    }

    /// The driver ends the latest step.
    mutating func driven(_ news: DriverNews) { receive(.driven(steps.last?.number ?? 0, news)) }

    mutating func pass(_ time: Duration) {
        now += time
        relayReported(.timePassed)
    }

    /// The process ends without a word and starts again with what the disk remembers.
    mutating func crash() {
        core = AgentCore(unfinished: journal.values.filter { !$0.isFinished })
        probes = []
        open()
    }

    /// The driver ends the latest probe.
    mutating func probed(_ news: DriverNews) { receive(.driven(probes.last ?? 0, news)) }

    /// Goes with a command up to a stage; `step` counts from 0 (the command has come) to 6 (sent).
    mutating func advance(_ command: Command, to step: Int, sale: Amount? = nil) {
        let sale = sale.map { Sale(number: "S-1", amount: $0) }
        relayReported(.command(command, known: journal[command.id]))
        if step > 0 { relayReported(.answered(.received(command.id), .proceed(command.id))) }
        if step > 1 { driven(.located(window)) }
        if step > 2 { driven(.activated(ActiveWindow(opening, sale: sale))) }
        if step > 3 { driven(.entered) }
        if step > 4 { driven(.seen(.open(.code, sale: sale))) }
        if step > 5 { driven(.sent(receipt("R-1"))) }
    }

    /// The relay's answer to `resume`: it has heard nothing of a result.
    mutating func resumeCommanded(_ command: CommandID) {
        let status = TransactionStatus(
            id: command.transaction, state: .commanded, outcome: nil, sent: .no, hopStamps: [], reconciliation: [],
            deviceReason: nil, amount: nil, version: 1)
        relayReported(.answered(.resume([command]), .states([CommandStatus(command: command, status: status)])))
    }

    let window = InputWindow(id: "w-1", operation: .payment)
    let opening = WindowOpening(window: "w-1", serial: "O-1")!

    func command(
        _ number: Int, amount: Amount? = nil, of party: AmountParty = .phone,
        operation: RelayDomain.Operation = .payment
    ) -> Command {
        let application = ApplicationID("sandbox-pay")!
        let transaction = TransactionID(
            high: 0x019A_0000_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(number), journal: 0)!
        return Command(
            id: CommandID(transaction), what: .enterAndSend, application: application,
            destination: DestinationID("sandbox")!, operation: operation, amount: amount, amountOf: party,
            amountRequired: true,
            sealed: SealedInformation([UInt8(number)])!,
            sealedFor: SealingContext(
                application: application, terminal: TerminalID("counter-1")!, operation: operation,
                key: SubmissionKeyText("k-1")!, expiresAt: nil),
            expiresAt: relayTime + commandLife)
    }
}

/// A POS program's number for a sending.
func receipt(_ number: String) -> Evidence.Sighting { .receiptNumber(Evidence.Text(number)!) }
