import DeviceProtocol
import RelayDomain

/// The values that the tests are made of.
enum Sample {
    static let now = Instant(milliseconds: 1_796_000_000_000)
    static let terminal = Device.terminal(TerminalID("counter-1")!)
    static let pos = Device.pos(POSID("till-1")!)
    static let transaction = TransactionID("019a0000-0000-7000-8000-000000000001.0")!
    static let command = CommandID(transaction)
    static let sealed = SealedInformation([1, 2, 3])!
    static let secret = "99271828182845904523"

    static func terminal(_ number: Int) -> Device { .terminal(TerminalID("counter-\(number)")!) }
    static func count(_ term: UInt64, _ number: UInt64) -> ConnectionCount {
        ConnectionCount(term: term, number: number)
    }

    static let rule = ScanRule(
        symbology: .qr, length: 20...20, prefix: "99", application: ApplicationID("sandbox-pay")!, operation: .payment)
    static let counter = CounterFacts(terminal: TerminalID("counter-1")!)
    static let tables = GatewayTables(
        version: 1, scanRules: [rule], pairings: [POSID("till-1")!: TerminalID("counter-1")!])

    static func scan(
        _ text: String = secret, unit: Amount.Unit = .currency(CurrencyCode("EUR")!)
    ) -> DeviceRequest {
        .scan(
            Scan(
                scan: SubmissionKeyText("s-1")!, symbology: .qr, text: ScannedText(text)!,
                amount: Amount(minorUnits: 1250, unit: unit), at: now))
    }

    static func order(sealed: [UInt8] = [1, 2, 3], expiresAt: Instant = now + .seconds(30)) -> Command {
        Command(
            id: command, what: .sendToDestination, application: ApplicationID("sandbox-pay")!,
            destination: DestinationID("sandbox")!, operation: .payment, amount: nil, amountRequired: false,
            sealed: SealedInformation(sealed)!,
            sealedFor: SealingContext(
                application: ApplicationID("sandbox-pay")!, terminal: TerminalID("counter-1")!, operation: .payment,
                key: SubmissionKeyText("k-1")!, expiresAt: nil),
            expiresAt: expiresAt)
    }

    static let approved = TransactionStatus(
        id: transaction, state: .ended, outcome: .approved(), sent: .yes, hopStamps: [], reconciliation: [],
        deviceReason: nil, amount: nil, version: 5)
}

/// A small generator with a seed (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
