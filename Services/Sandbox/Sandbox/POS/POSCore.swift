import RelayDomain

/// Everything that a small POS program decides: its windows, its sale, what it sends, and its record of that. Pure.
struct POSCore: Sendable {
    /// The most characters of an input field.
    static let textMax = 64
    /// How many sends and how many openings are remembered.
    static let remembered = 256

    struct Window: Sendable {
        let operation: Operation
        var state: POSReply.State = .idle
        var field = ""
        /// The mark of the text in the field: it is sent under this mark, by the driver or the cashier.
        var mark: String?
        /// The number of the opening that is active.
        var opening: String?
    }

    /// The result of an opening.
    struct Opened: Sendable {
        let opening: POSOpening
        /// The mark of what was sent from it.
        var sent: String?
    }

    /// One send: its mark, its receipt, and how it ended.
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
    private var opened: [Opened] = []
    private let program: ProgramID
    private let sample: Amount?
    /// Distinguishes this run's receipts from those of other runs.
    private let run: String
    private let keepsFields: Bool
    private var salesOpened = 0
    private var windowsOpened: UInt64 = 0
    private var sends: UInt64 = 0

    /// - Parameters:
    ///   - windows: which operation each application's window serves.
    ///   - sample: opens by itself, at the start and after each finished sale.
    ///   - run: a few letters, different in each run of this POS program.
    ///   - keepsFields: whether what a driver entered stays when it disconnects.
    init(
        windows: [String: Operation], program: ProgramID, sample: Amount?, run: String, keepsFields: Bool = false
    ) {
        self.keepsFields = keepsFields
        self.windows = windows.mapValues { Window(operation: $0) }
        self.program = program
        self.sample = sample
        self.run = run
        if let sample { openSale(sample) }
    }

    /// The cashier opens a sale, in place of one that is open. Refused while a window is in use, because the driver has
    /// already compared the sale.
    mutating func open(_ amount: Amount) throws(POSRefusal) {
        guard !windows.values.contains(where: { $0.state == .active || $0.state == .sending }) else {
            throw .windowBusy
        }
        openSale(amount)
    }

    /// The cashier cancels the sale, and with it what a driver has entered; refused while something is being sent.
    mutating func void() throws(POSRefusal) {
        guard !windows.values.contains(where: { $0.state == .sending }) else { throw .windowBusy }
        emptyAll()
        sale = nil
    }

    /// The cashier closes the active window, and discards its text.
    mutating func closeWindow() throws(POSRefusal) {
        guard let name = active else { throw .windowNotActive }
        empty(name)
    }

    /// The cashier presses Enter: the text in the active window's field is sent.
    /// - Returns: the request that the POS program has to send to the destination now.
    mutating func pressEnter(random: inout some RandomNumberGenerator) throws(POSRefusal) -> POSLineRequest {
        guard let name = active else { throw .windowNotActive }
        return try send(from: name, &random).question
    }

    /// Closes what the driver left open, so that no customer's code stays in a field, unless `keepsFields`.
    mutating func driverLeft() {
        for name in windows.keys where !keepsFields || windows[name]?.field == "" {
            if windows[name]?.state != .sending { empty(name) }
        }
    }

    /// Carries out one command of the driver.
    /// - Returns: the reply, and for a `send` the request that the POS program has to send to the destination now.
    mutating func carryOut(
        _ command: POSCommand, random: inout some RandomNumberGenerator
    ) throws(POSRefusal) -> (reply: POSReply, question: POSLineRequest?) {
        switch command {
        case .hello: return (POSReply(), nil)
        case .locate(let application): return (try locate(application), nil)
        case .activate(let window): return (try activate(window), nil)
        case .enter(let opening, let mark, let text): return (try enter(text, into: opening, mark), nil)
        case .look(let opening): return (try look(at: opening), nil)
        case .send(let opening, let mark, let sum): return try send(opening, mark, sum, &random)
        case .confirm(let mark, _): return (try confirm(mark), nil)
        case .clear(let opening): return (try clear(opening), nil)
        }
    }

    /// The destination has answered a send, or its answer remains unknown.
    /// - Returns: what was sent, for the cashier; nil if it is no longer remembered.
    mutating func lineEnded(_ receipt: String, _ end: POSLineEnd) -> Sent? {
        guard let index = sent.lastIndex(where: { $0.receipt == receipt }), sent[index].end == nil else { return nil }
        sent[index].end = end
        windows[sent[index].window]?.state = .finished
        switch end {
        case .answered(.declined): break
        case .answered(.approved), .inDoubt:
            // An uncertain sale is set aside: charging it again could take the customer's money twice.
            sale = nil
            if let sample { openSale(sample) }
        }
        return sent[index]
    }

    // MARK: The commands

    private func locate(_ application: String) throws(POSRefusal) -> POSReply {
        guard let window = windows[application] else { throw .noSuchWindow }
        return POSReply(
            window: application, state: window.state, operation: window.operation, textMax: Self.textMax,
            sale: shown(in: window))
    }

    private mutating func activate(_ name: String) throws(POSRefusal) -> POSReply {
        guard let window = windows[name] else { throw .noSuchWindow }
        guard window.state != .sending else { throw .windowBusy }
        let isTaken = windows.contains { $0.key != name && ($0.value.state == .active || $0.value.state == .sending) }
        guard !isTaken else { throw .otherWindowActive }
        guard sale != nil else { throw .noOpenSale }
        windowsOpened += 1
        let opening = POSOpening(window: name, serial: "O-\(run)-\(Self.fourDigits(windowsOpened))")
        empty(name)
        windows[name]?.state = .active
        windows[name]?.opening = opening.serial
        opened.append(Opened(opening: opening))
        if opened.count > Self.remembered { opened.removeFirst() }
        return POSReply(window: name, state: .active, opening: opening.serial, sale: shown(in: window))
    }

    private mutating func enter(
        _ text: String, into opening: POSOpening, _ mark: String
    ) throws(POSRefusal) -> POSReply {
        guard isActive(opening) else { throw .windowNotActive }
        guard !sent.contains(where: { $0.mark == mark }) else { throw .markUsed }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else { throw .fieldRefusesText }
        guard text.utf8.count <= Self.textMax else { throw .fieldTooLong }
        windows[opening.window]?.field = text
        windows[opening.window]?.mark = mark
        return try look(at: opening)
    }

    private func look(at opening: POSOpening) throws(POSRefusal) -> POSReply {
        guard let known = opened.last(where: { $0.opening == opening }) else { throw .unknownOpening }
        var reply = POSReply(window: opening.window, opening: opening.serial)
        if let mark = known.sent {
            reply.state = isUnderWay(mark) ? .sending : .finished
        } else if let window = windows[opening.window], window.opening == opening.serial {
            (reply.state, reply.text, reply.sale) = (.active, window.field, shown(in: window))
        } else {
            (reply.state, reply.text) = (.closed, "")
        }
        return reply
    }

    private mutating func clear(_ opening: POSOpening) throws(POSRefusal) -> POSReply {
        if isActive(opening) { empty(opening.window) }
        return try look(at: opening)
    }

    private mutating func send(
        _ opening: POSOpening, _ mark: String, _ sum: Amount?, _ random: inout some RandomNumberGenerator
    ) throws(POSRefusal) -> (reply: POSReply, question: POSLineRequest?) {
        guard !sent.contains(where: { $0.mark == mark }) else { throw .markUsed }
        guard isActive(opening), let window = windows[opening.window] else { throw .windowNotActive }
        guard window.field.isEmpty || window.mark == mark else { throw .otherMark }
        if let sum, let sale, amount(of: sale, for: window.operation) != sum { throw .saleChanged }
        let (reply, question) = try send(from: opening.window, &random)
        return (reply, question)
    }

    /// Sends the text in an active window's field, for the driver or the cashier.
    private mutating func send(
        from name: String, _ random: inout some RandomNumberGenerator
    ) throws(POSRefusal) -> (reply: POSReply, question: POSLineRequest) {
        guard let window = windows[name], let serial = window.opening else { throw .windowNotActive }
        guard let mark = window.mark else { throw .fieldEmpty }
        guard let sale else { throw .noOpenSale }
        sends += 1
        let receipt = "R-\(run)-\(Self.fourDigits(sends))"
        let suffix = String(UInt64.random(in: .min ... .max, using: &random), radix: 36)
        guard let transaction = LedgerTransactionID("pos-\(run)-\(sends)-\(suffix)") else {
            preconditionFailure("letters, digits and hyphens make an identifier")
        }
        empty(name)
        windows[name]?.state = .sending
        let opening = POSOpening(window: name, serial: serial)
        if let index = opened.lastIndex(where: { $0.opening == opening }) { opened[index].sent = mark }
        sent.append(Sent(mark: mark, receipt: receipt, window: name, sale: sale))
        if sent.count > Self.remembered { sent.removeFirst() }
        let question = POSLineRequest(
            receipt: receipt, transaction: transaction,
            reference: RetrievalReferenceNumber(journal: 99, sequence: .random(in: .min ... .max, using: &random)),
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

    // MARK: The parts

    /// Whether something was sent with the mark, and has not ended.
    func isUnderWay(_ mark: String) -> Bool { sent.contains { $0.mark == mark && $0.end == nil } }

    /// The active window: there is at most one.
    private var active: String? { windows.first { $0.value.state == .active }?.key }

    private func isActive(_ opening: POSOpening) -> Bool {
        windows[opening.window].map { $0.state == .active && $0.opening == opening.serial } ?? false
    }

    /// The open sale, with the amount that a sending from the window would book.
    private func shown(in window: Window) -> POSSale? {
        sale.map { POSSale(number: $0.number, amount: amount(of: $0, for: window.operation)) }
    }

    private mutating func emptyAll() {
        for name in windows.keys where windows[name]?.state != .sending { empty(name) }
    }

    private mutating func empty(_ name: String) {
        windows[name]?.state = .idle
        windows[name]?.field = ""
        windows[name]?.mark = nil
        windows[name]?.opening = nil
    }

    private mutating func openSale(_ amount: Amount) {
        salesOpened += 1
        sale = POSSale(number: "S-\(Self.fourDigits(UInt64(salesOpened)))", amount: amount)
    }

    private func amount(of sale: POSSale, for operation: Operation) -> Amount {
        guard operation != .payment else { return sale.amount }
        // One point for each of the sale's minor units; the amount is already valid.
        return Amount(minorUnits: sale.amount.minorUnits, unit: .points(program)) ?? sale.amount
    }

    private static func fourDigits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
