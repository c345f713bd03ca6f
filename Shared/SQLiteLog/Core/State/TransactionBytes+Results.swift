import RelayDomain

// What devices, destinations and POS have said: commands, outcomes, stamps, evidence, details.

/// How an outcome is numbered; no number is given twice.
private enum OutcomeNumber {
    static let approved: UInt8 = 0
    static let declined: UInt8 = 1
    static let reversed: UInt8 = 2
    static let handedOver: UInt8 = 3
    static let failed: UInt8 = 4
}

/// How a command's state is numbered; no number is given twice. Twice the number, and one more for a POS agent's.
private enum CommandNumber {
    static let issued: UInt8 = 0
    static let received: UInt8 = 1
    static let submitted: UInt8 = 2
    static let entered: UInt8 = 3
    /// Entered, and the POS's answer is the transaction's outcome.
    static let enteredAsOutcome: UInt8 = 4
    static let approved: UInt8 = 5
    static let declined: UInt8 = 6
    static let refused: UInt8 = 7
    static let uncertain: UInt8 = 8
    static let expired: UInt8 = 9
    static let silent: UInt8 = 10
    static let canceled: UInt8 = 11
}

/// The bits of what an approval brings: those of its fields, and one for what was left out.
private let leftOutBit: UInt64 = 1 << 32
private let approvalBits = Approval.Field.allCases.reduce(leftOutBit) { $0 | 1 << $1.number }

/// The bits of ``OrderDetails``, and of the parts of a sum; none is given twice.
private enum DetailBit {
    static let attributes: UInt64 = 1 << 0
    static let parts: UInt64 = 1 << 1
    static let title: UInt64 = 1 << 2
    static let customer: UInt64 = 1 << 3
    /// The customer's name is the key's.
    static let customerAsKey: UInt64 = 1 << 4
    static let all: UInt64 = (1 << 5) - 1
}

private enum PartBit {
    static let tax: UInt64 = 1 << 0
    static let taxFree: UInt64 = 1 << 1
    static let service: UInt64 = 1 << 2
    static let tip: UInt64 = 1 << 3
    static let instalments: UInt64 = 1 << 4
    static let all: UInt64 = (1 << 5) - 1
}

extension POSAnswer {
    fileprivate var outcome: Outcome {
        switch self {
        case .approved(let approval): .approved(approval)
        case .declined(let reason): .declined(reason)
        }
    }
}

extension ByteWriter {
    mutating func add(_ outcome: Outcome, after unit: inout Amount.Unit?) {
        switch outcome {
        case .approved(let approval):
            add(byte: OutcomeNumber.approved)
            add(approval, after: &unit)
        case .declined(let reason):
            add(byte: OutcomeNumber.declined)
            add(reason)
        case .reversed: add(byte: OutcomeNumber.reversed)
        case .handedOver(let certainty):
            add(byte: OutcomeNumber.handedOver)
            add(certainty)
        case .failed(let reason):
            add(byte: OutcomeNumber.failed)
            add(reason)
        }
    }

    private mutating func add(_ reason: StatedReason) {
        add(reason.code)
        add(text: reason.text?.text ?? "")
    }

    private mutating func add(_ approval: Approval, after unit: inout Amount.Unit?) {
        var bits: UInt64 = 0
        func has(_ isThere: Bool, _ field: Approval.Field) { if isThere { bits |= 1 << field.number } }
        has(approval.approvalCode != nil, .approvalCode)
        has(approval.providerReference != nil, .providerReference)
        has(approval.amount != nil, .amount)
        has(approval.brand != nil, .brand)
        has(approval.maskedAccount != nil, .maskedAccount)
        has(approval.balance != nil, .balance)
        has(approval.pointsEarned != nil, .pointsEarned)
        has(!approval.receiptLines.isEmpty, .receiptLines)
        has(!approval.displayLines.isEmpty, .displayLines)
        if !approval.leftOut.isEmpty { bits |= leftOutBit }
        add(bits)
        if let text = approval.approvalCode?.text { add(text: text) }
        if let text = approval.providerReference?.text { add(text: text) }
        if let amount = approval.amount { add(amount, after: &unit) }
        if let text = approval.brand?.text { add(text: text) }
        if let text = approval.maskedAccount?.text { add(text: text) }
        if let amount = approval.balance { add(amount, after: &unit) }
        if let amount = approval.pointsEarned { add(amount, after: &unit) }
        if !approval.receiptLines.isEmpty { add(lines: approval.receiptLines.map(\.text)) }
        if !approval.displayLines.isEmpty { add(lines: approval.displayLines.map(\.text)) }
        if !approval.leftOut.isEmpty { add(bits: approval.leftOut) }
    }

    private mutating func add(lines: [String]) {
        add(UInt64(lines.count))
        for line in lines { add(text: line) }
    }

    /// A set of words, a bit each.
    mutating func add(bits words: Set<some NumberedWord>) {
        add(words.reduce(UInt64(0)) { $0 | 1 << $1.number })
    }

    mutating func add(_ command: CommandStateMachine, of transaction: Transaction, after unit: inout Amount.Unit?) {
        func begin(_ number: UInt8) {
            add(byte: number << 1 | (command.carrier == .posAgent ? 1 : 0))
            add(command.issuedAt, minus: transaction.acceptedAt)
            add(command.expiresAt, minus: command.issuedAt)
        }
        switch command.state {
        case .issued: begin(CommandNumber.issued)
        case .received(let at):
            begin(CommandNumber.received)
            add(at, minus: command.issuedAt)
        case .ended(.submitted): begin(CommandNumber.submitted)
        case .ended(.entered(nil)): begin(CommandNumber.entered)
        case .ended(.entered(let answer?)) where answer.outcome == transaction.outcome:
            begin(CommandNumber.enteredAsOutcome)
        case .ended(.entered(.approved(let approval)?)):
            begin(CommandNumber.approved)
            add(approval, after: &unit)
        case .ended(.entered(.declined(let reason)?)):
            begin(CommandNumber.declined)
            add(reason)
        case .ended(.refused(let reason)):
            begin(CommandNumber.refused)
            add(reason)
        case .ended(.uncertain): begin(CommandNumber.uncertain)
        case .ended(.expired): begin(CommandNumber.expired)
        case .ended(.silent): begin(CommandNumber.silent)
        case .ended(.canceled(let by)):
            begin(CommandNumber.canceled)
            add(by)
        }
    }

    /// Each stamp is one number: the time since the one before, its hop and its act.
    mutating func add(_ stamps: [HopStamp], after start: Instant) {
        add(UInt64(stamps.count))
        var last = start
        for stamp in stamps {
            let span = stamp.at.milliseconds - last.milliseconds
            add(signed: span << 9 | Int64(stamp.hop.number) << 5 | Int64(stamp.act.number))
            last = stamp.at
        }
    }

    mutating func add(_ evidence: Evidence, after unit: inout Amount.Unit?) {
        add(evidence.sighting.kind)
        add(evidence.amount)
        if let text = evidence.sighting.text { add(text: text.text) }
        add(byte: evidence.sum == nil ? 0 : 1)
        if let sum = evidence.sum { add(sum, after: &unit) }
    }

    /// - Parameter customer: the key's.
    mutating func add(_ details: OrderDetails, beside customer: CustomerName?) {
        var bits: UInt64 = 0
        if !details.attributes.isEmpty { bits |= DetailBit.attributes }
        if details.parts != nil { bits |= DetailBit.parts }
        if details.title != nil { bits |= DetailBit.title }
        if let name = details.customer { bits |= name == customer ? DetailBit.customerAsKey : DetailBit.customer }
        add(bits)
        if !details.attributes.isEmpty {
            let attributes = details.attributes.sorted
            add(UInt64(attributes.count))
            for (name, value) in attributes {
                add(text: name.text)
                add(text: value.text)
            }
        }
        if let parts = details.parts { add(parts) }
        if let title = details.title { add(text: title.text) }
        if bits & DetailBit.customer != 0, let name = details.customer { add(text: name.text) }
    }

    private mutating func add(_ parts: SumParts) {
        let sums = [
            (PartBit.tax, parts.tax), (PartBit.taxFree, parts.taxFree), (PartBit.service, parts.service),
            (PartBit.tip, parts.tip), (PartBit.instalments, parts.instalments.map(Int64.init)),
        ]
        add(sums.reduce(UInt64(0)) { $1.1 == nil ? $0 : $0 | $1.0 })
        for case (_, let sum?) in sums { add(UInt64(sum)) }
    }
}

extension ByteReader {
    mutating func outcome(after unit: inout Amount.Unit?) throws(Unreadable) -> Outcome {
        switch try byte() {
        case OutcomeNumber.approved: .approved(try approval(after: &unit))
        case OutcomeNumber.declined: .declined(try statedReason())
        case OutcomeNumber.reversed: .reversed
        case OutcomeNumber.handedOver: .handedOver(try word())
        case OutcomeNumber.failed: .failed(try word())
        case let number: throw .newer("outcome \(number)")
        }
    }

    private mutating func statedReason() throws(Unreadable) -> StatedReason {
        let code: ReasonCode = try name()
        let text = try text()
        return StatedReason(code, text: text.isEmpty ? nil : DisplayText(cleaning: text))
    }

    private mutating func approval(after unit: inout Amount.Unit?) throws(Unreadable) -> Approval {
        let bits = try number()
        guard bits & ~approvalBits == 0 else { throw .newer("fields \(bits & ~approvalBits) of an approval") }
        func has(_ field: Approval.Field) -> Bool { bits & 1 << field.number != 0 }
        let approvalCode = has(.approvalCode) ? try text() : nil
        let providerReference = has(.providerReference) ? try text() : nil
        let amount = has(.amount) ? try amount(after: &unit) : nil
        let brand = has(.brand) ? try text() : nil
        let maskedAccount = has(.maskedAccount) ? try text() : nil
        let balance = has(.balance) ? try self.amount(after: &unit) : nil
        let pointsEarned = has(.pointsEarned) ? try self.amount(after: &unit) : nil
        let receiptLines = has(.receiptLines) ? try lines(most: Approval.receiptLinesMax) : []
        let displayLines = has(.displayLines) ? try lines(most: Approval.displayLinesMax) : []
        let leftOut: Set<Approval.Field> = bits & leftOutBit == 0 ? [] : try self.bits()
        return Approval(
            approvalCode: approvalCode, providerReference: providerReference, amount: amount, brand: brand,
            maskedAccount: maskedAccount, balance: balance, pointsEarned: pointsEarned, receiptLines: receiptLines,
            displayLines: displayLines, leftOut: leftOut)
    }

    private mutating func lines(most: Int) throws(Unreadable) -> [String] {
        let count = try number()
        guard count <= most else { throw .malformed }
        var lines: [String] = []
        for _ in 0..<count { lines.append(try text()) }
        return lines
    }

    mutating func bits<Word: NumberedWord & Hashable>() throws(Unreadable) -> Set<Word> {
        var rest = try number()
        var words: Set<Word> = []
        for word in Word.allCases where rest & 1 << word.number != 0 {
            words.insert(word)
            rest &= ~(1 << word.number)
        }
        guard rest == 0 else { throw .newer("\(Word.self) \(rest.trailingZeroBitCount)") }
        return words
    }

    mutating func command(
        _ accepted: Instant, codeExpiresAt: Instant?, outcome: Outcome?, after unit: inout Amount.Unit?
    ) throws(Unreadable) -> CommandStateMachine {
        let number = try byte()
        let issuedAt = try instant(accepted)
        let expiresAt = try instant(issuedAt)
        let state: CommandStateMachine.State
        switch number >> 1 {
        case CommandNumber.issued: state = .issued(attempts: 0)
        case CommandNumber.received: state = .received(at: try instant(issuedAt))
        case CommandNumber.submitted: state = .ended(.submitted)
        case CommandNumber.entered: state = .ended(.entered(nil))
        case CommandNumber.enteredAsOutcome:
            switch outcome {
            case .approved(let approval): state = .ended(.entered(.approved(approval)))
            case .declined(let reason): state = .ended(.entered(.declined(reason)))
            case .reversed, .handedOver, .failed, nil: throw .malformed
            }
        case CommandNumber.approved: state = .ended(.entered(.approved(try approval(after: &unit))))
        case CommandNumber.declined: state = .ended(.entered(.declined(try statedReason())))
        case CommandNumber.refused: state = .ended(.refused(try name()))
        case CommandNumber.uncertain: state = .ended(.uncertain)
        case CommandNumber.expired: state = .ended(.expired)
        case CommandNumber.silent: state = .ended(.silent)
        case CommandNumber.canceled: state = .ended(.canceled(try word()))
        case let number: throw .newer("command \(number)")
        }
        return CommandStateMachine(
            carrier: number & 1 == 0 ? .terminal : .posAgent, issuedAt: issuedAt, expiresAt: expiresAt,
            codeExpiresAt: codeExpiresAt, state: state)
    }

    mutating func hopStamps(after start: Instant) throws(Unreadable) -> [HopStamp] {
        let count = try number()
        guard count <= Transaction.hopStampsMax else { throw .malformed }
        var (stamps, last): ([HopStamp], Int64) = ([], start.milliseconds)
        stamps.reserveCapacity(Int(count))
        for _ in 0..<count {
            let number = try signed()
            let (sum, overflows) = last.addingReportingOverflow(number >> 9)
            let at = Instant(milliseconds: sum)
            guard !overflows, at.milliseconds == sum else { throw .malformed }
            let (hop, act) = (UInt8(number >> 5 & 15), UInt8(number & 31))
            guard let hop = Hop.allCases.first(where: { $0.number == hop }),
                let act = HopStamp.Act.allCases.first(where: { $0.number == act })
            else { throw .newer("a stamp of hop \(hop), act \(act)") }
            stamps.append(HopStamp(hop, act, at: at))
            last = sum
        }
        return stamps
    }

    mutating func evidence(after unit: inout Amount.Unit?) throws(Unreadable) -> Evidence {
        let kind: Evidence.Sighting.Kind = try word()
        let check: Evidence.AmountCheck = try word()
        let sighting: Evidence.Sighting =
            switch kind {
            case .receiptNumber: .receiptNumber(try seen())
            case .windowClosed: .windowClosed
            case .textSeen: .textSeen(try seen())
            case .readBack: .readBack(try seen())
            }
        let sum: Amount? =
            switch try byte() {
            case 0: nil
            case 1: try amount(after: &unit)
            default: throw .malformed
            }
        return Evidence(sighting, amount: check, sum: sum)
    }

    private mutating func seen() throws(Unreadable) -> Evidence.Text {
        guard let text = Evidence.Text(try text()) else { throw .malformed }
        return text
    }

    mutating func details(beside customer: CustomerName?) throws(Unreadable) -> OrderDetails {
        let bits = try number()
        guard bits & ~DetailBit.all == 0 else { throw .newer("details \(bits)") }
        let attributes = bits & DetailBit.attributes == 0 ? .none : try attributes()
        let parts = bits & DetailBit.parts == 0 ? nil : try parts()
        let title: OrderTitle? = bits & DetailBit.title == 0 ? nil : try bounded()
        var name: CustomerName?
        if bits & DetailBit.customer != 0 { name = try bounded() }
        if bits & DetailBit.customerAsKey != 0 {
            guard let customer, name == nil else { throw .malformed }
            name = customer
        }
        return OrderDetails(attributes: attributes, parts: parts, title: title, customer: name)
    }

    private mutating func attributes() throws(Unreadable) -> Attributes {
        let count = try number()
        guard count <= Attributes.countMax else { throw .malformed }
        var values: [AttributeName: AttributeValue] = [:]
        for _ in 0..<count {
            guard let name = AttributeName(try text()) else { throw .malformed }
            values[name] = try bounded()
        }
        guard values.count == count, let attributes = Attributes(values) else { throw .malformed }
        return attributes
    }

    private mutating func parts() throws(Unreadable) -> SumParts {
        let bits = try number()
        guard bits & ~PartBit.all == 0 else { throw .newer("parts \(bits) of a sum") }
        var sums: [UInt64: Int64] = [:]
        for bit in [PartBit.tax, PartBit.taxFree, PartBit.service, PartBit.tip, PartBit.instalments]
        where bits & bit != 0 {
            guard let sum = Int64(exactly: try number()) else { throw .malformed }
            sums[bit] = sum
        }
        let instalments = sums[PartBit.instalments].map { Int(clamping: $0) }
        guard
            let parts = SumParts(
                tax: sums[PartBit.tax], taxFree: sums[PartBit.taxFree], service: sums[PartBit.service],
                tip: sums[PartBit.tip], instalments: instalments)
        else { throw .malformed }
        return parts
    }
}
