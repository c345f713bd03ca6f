import RelayDomain

/// Everything a small POS program decides: its windows, its sale, what it sends, and what it remembers of it. Pure.
struct POSCore: Sendable {
    /// The most characters of an input field.
    static let textMost = 64
    /// How many sends are remembered.
    static let remembered = 256

    struct Window: Sendable {
        let operation: Operation
        var state: POSReply.State = .idle
        var field = ""
    }

    /// One send: under which mark, with which receipt, and how it ended.
    struct Sent: Sendable {
        let mark: String
        let receipt: String
        let window: String
        let sale: POSSale
        var end: POSLineEnd?
    }

    private(set) var windows: [String: Window]
    private(set) var sale: POSSale?
    private(set) var sent: [Sent] = []
    private let program: ProgramID
    private let sample: Amount?
    /// Tells this run's receipts from those of other runs.
    private let run: String
    private var salesOpened = 0
    private var sends: UInt64 = 0

    /// - Parameters:
    ///   - windows: which operation each application's window serves.
    ///   - sample: opens by itself, at the start and after each finished sale.
    ///   - run: a few letters that no other run of this POS program has.
    init(windows: [String: Operation], program: ProgramID, sample: Amount?, run: String) {
        self.windows = windows.mapValues { Window(operation: $0) }
        self.program = program
        self.sample = sample
        self.run = run
        if let sample { openSale(sample) }
    }

    /// The cashier opens a sale, in place of one that is open. Refused while a window is in use: the driver has compared
    /// the sale that it shall send.
    mutating func open(_ amount: Amount) throws(POSRefusal) {
        guard !windows.values.contains(where: { $0.state == .active || $0.state == .sending }) else {
            throw .windowBusy
        }
        openSale(amount)
    }

    /// The cashier drops the sale, and with it what a driver has entered; refused while something is being sent.
    mutating func void() throws(POSRefusal) {
        guard !windows.values.contains(where: { $0.state == .sending }) else { throw .windowBusy }
        emptyAll()
        sale = nil
    }

    /// What the driver left open is closed, so that nobody finds a customer's code in a field.
    mutating func driverLeft() { emptyAll() }

    /// Carries out one command of the driver.
    /// - Returns: the reply, and for a `send` what the POS program has to ask the destination now.
    mutating func carryOut(
        _ command: POSCommand, random: inout some RandomNumberGenerator
    ) throws(POSRefusal) -> (reply: POSReply, question: POSLineRequest?) {
        switch command {
        case .locate(let application): return (try locate(application), nil)
        case .activate(let window): return (try activate(window), nil)
        case .enter(let window, let text): return (try enter(text, into: window), nil)
        case .send(let window, let mark): return try send(window, mark, &random)
        case .confirm(let mark, _): return (try confirm(mark), nil)
        case .close(let window): return (try close(window), nil)
        }
    }

    /// The destination has answered a send, or nobody will ever know.
    /// - Returns: what was sent, for the cashier; nil if it is no longer remembered.
    mutating func lineEnded(_ receipt: String, _ end: POSLineEnd) -> Sent? {
        guard let index = sent.lastIndex(where: { $0.receipt == receipt }), sent[index].end == nil else { return nil }
        sent[index].end = end
        windows[sent[index].window]?.state = .finished
        switch end {
        case .answered(.declined): break
        case .answered(.approved), .inDoubt:
            // In doubt means aside: charging the same sale again could take the customer's money twice.
            sale = nil
            if let sample { openSale(sample) }
        }
        return sent[index]
    }

    // MARK: The commands

    private func locate(_ application: String) throws(POSRefusal) -> POSReply {
        guard let window = windows[application] else { throw .noSuchWindow }
        return POSReply(
            window: application, state: window.state, operation: window.operation, textMost: Self.textMost, sale: sale)
    }

    private mutating func activate(_ name: String) throws(POSRefusal) -> POSReply {
        guard let window = windows[name] else { throw .noSuchWindow }
        guard window.state != .sending else { throw .windowBusy }
        let isTaken = windows.contains { $0.key != name && ($0.value.state == .active || $0.value.state == .sending) }
        guard !isTaken else { throw .otherWindowActive }
        guard sale != nil else { throw .noOpenSale }
        windows[name]?.state = .active
        windows[name]?.field = ""
        return POSReply(window: name, state: .active, sale: sale)
    }

    private mutating func enter(_ text: String, into name: String) throws(POSRefusal) -> POSReply {
        guard windows[name]?.state == .active else { throw .windowNotActive }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else { throw .fieldRefusesText }
        guard text.utf8.count <= Self.textMost else { throw .fieldTooLong }
        windows[name]?.field = text
        return POSReply(window: name, state: .active, text: windows[name]?.field)
    }

    private mutating func send(
        _ name: String, _ mark: String, _ random: inout some RandomNumberGenerator
    ) throws(POSRefusal) -> (reply: POSReply, question: POSLineRequest?) {
        guard !sent.contains(where: { $0.mark == mark }) else { throw .markUsed }
        guard let window = windows[name], window.state == .active else { throw .windowNotActive }
        guard !window.field.isEmpty else { throw .fieldEmpty }
        guard let sale else { throw .noOpenSale }
        sends += 1
        let receipt = "R-\(run)-\(Self.fourDigits(sends))"
        let suffix = String(UInt64.random(in: .min ... .max, using: &random), radix: 36)
        guard let transaction = LedgerTransactionID("pos-\(run)-\(sends)-\(suffix)") else {
            preconditionFailure("letters, digits and hyphens make an identifier")
        }
        windows[name]?.state = .sending
        windows[name]?.field = ""
        sent.append(Sent(mark: mark, receipt: receipt, window: name, sale: sale))
        if sent.count > Self.remembered { sent.removeFirst() }
        let question = POSLineRequest(
            receipt: receipt, transaction: transaction,
            reference: ReferenceNumber(journal: 99, sequence: .random(in: .min ... .max, using: &random)),
            operation: window.operation, text: window.field, amount: amount(of: sale, for: window.operation))
        return (POSReply(window: name, state: .sending, receipt: receipt), question)
    }

    private func confirm(_ mark: String) throws(POSRefusal) -> POSReply {
        guard let known = sent.last(where: { $0.mark == mark }) else { throw .unknownMark }
        var reply = POSReply(
            window: known.window, state: known.end == nil ? .sending : .finished, receipt: known.receipt)
        if case .answered(let answer) = known.end { reply.answer = answer }
        return reply
    }

    private mutating func close(_ name: String) throws(POSRefusal) -> POSReply {
        guard let window = windows[name] else { throw .noSuchWindow }
        guard window.state != .sending else { throw .windowBusy }
        empty(name)
        return POSReply(window: name, state: .idle, canceled: window.state == .active)
    }

    // MARK: The parts

    /// Whether something was sent under the mark, and has not ended.
    func isUnderWay(_ mark: String) -> Bool { sent.contains { $0.mark == mark && $0.end == nil } }

    private mutating func emptyAll() {
        for name in windows.keys where windows[name]?.state != .sending { empty(name) }
    }

    private mutating func empty(_ name: String) {
        windows[name]?.state = .idle
        windows[name]?.field = ""
    }

    private mutating func openSale(_ amount: Amount) {
        salesOpened += 1
        sale = POSSale(number: "S-\(Self.fourDigits(UInt64(salesOpened)))", amount: amount)
    }

    private func amount(of sale: POSSale, for operation: Operation) -> Amount {
        guard operation != .payment else { return sale.amount }
        // A point for each of the sale's minor units; the sum is a valid one already.
        return Amount(minorUnits: sale.amount.minorUnits, unit: .points(program)) ?? sale.amount
    }

    private static func fourDigits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
