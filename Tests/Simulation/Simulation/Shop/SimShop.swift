import DeviceEdge
import DeviceProtocol
import RelayDomain
import Sandbox

/// The registered shop, and the handling of its codes: sealing only binds the text to its context here, it does not
/// encrypt.
struct SimShop {
    static let pay = ApplicationID("pay")!
    static let points = ApplicationID("points")!
    static let bank = DestinationID("bank")!
    static let program = ProgramID("stamps")!
    static let euro = Amount.Unit.currency(CurrencyCode("EUR")!)
    static let members = (1...5).map { "mem-\($0)-0000" }

    /// The code that a phone shows at a visit.
    /// - Parameter phone: its name, as ``phoneName(_:)`` makes it.
    static func code(of phone: String, visit: Int) -> String { "pay-\(phone)-\(visit)" }

    static func phoneName(_ number: Int) -> String { "phone-\(number)" }

    /// Terminals without a POS, and those with one.
    let alone: [TerminalID]
    let paired: [(terminal: TerminalID, pos: POSID)]
    let registry: Registry
    let manifest: DestinationManifest

    init(alone: Int, paired: Int) {
        self.alone = (1...alone).map { TerminalID("counter-\($0)")! }
        self.paired = (1...paired).map { (TerminalID("desk-\($0)")!, POSID("till-\($0)")!) }
        let shop = Shop(
            destinations: [.init(id: Self.bank, kind: ReasonCode("sandbox")!)],
            applications: [
                .init(id: Self.pay, issuer: IssuerID("op")!, functions: [.payment], destination: Self.bank),
                .init(
                    id: Self.points, issuer: IssuerID("op")!, functions: [.accrue, .redeem],
                    destination: Self.bank),
            ],
            terminals: self.alone.map { .init(id: $0) }
                + self.paired.map { .init(id: $0.terminal, pairedWith: $0.pos) },
            pos: self.paired.map(\.pos),
            scanRules: [
                ScanRule(symbology: .qr, length: 1...64, prefix: "pay-", application: Self.pay, operation: .payment),
                ScanRule(symbology: .qr, length: 1...64, prefix: "mem-", application: Self.points, operation: .accrue),
            ])
        do { registry = try Registry(shop, version: 1) } catch { preconditionFailure("\(error)") }
        manifest = DestinationManifest(
            destination: Self.bank, operations: Set(Operation.allCases), amountRequired: true, codesReusable: false,
            codesOnce: true,
            // The sandbox can keep a request on its way for 5 s before an inquiry sees it.
            visibilityDelay: .seconds(10), concurrent: 8)!
    }

    static func application(for operation: Operation) -> ApplicationID { operation == .payment ? pay : points }
    static func unit(of operation: Operation) -> Amount.Unit { operation == .payment ? euro : .points(program) }

    /// What the n-th yes comes with: each time something else, and no draw of the world's.
    static func approval(_ number: Int) -> Approval {
        func sum(_ cents: Int) -> Amount? { Amount(minorUnits: Int64(cents), unit: euro) }
        return Approval(
            approvalCode: "A\(number)", providerReference: number % 2 == 0 ? "bank-\(number)" : nil,
            amount: number % 3 == 0 ? sum(number) : nil, brand: number % 5 == 0 ? "Visa" : nil,
            maskedAccount: number % 7 == 0 ? "411111******1111" : nil, balance: number % 4 == 0 ? sum(7) : nil,
            receiptLines: (0..<number % 10).map { "line \($0) of \(number)" },
            displayLines: number % 11 == 0 ? ["Thank you"] : [])
    }

    // MARK: - Codes

    /// - Parameter nonce: makes other bytes of the same text.
    static func seal(_ text: String, for context: SealingContext, nonce: Int = 0) -> SealedInformation {
        SealedInformation(Array("\(nonce)|\(line(of: context))|\(text)".utf8))!
    }

    /// - Returns: nil for bytes that were sealed for another context.
    static func open(_ sealed: SealedInformation, for context: SealingContext) -> String? {
        let parts = String(decoding: sealed.bytes, as: UTF8.self).split(separator: "|", maxSplits: 2)
        return parts.count == 3 && parts[1] == line(of: context) ? String(parts[2]) : nil
    }

    private static func line(of context: SealingContext) -> String {
        let expiry = context.expiresAt.map { "\($0.milliseconds)" } ?? ""
        return "\(context.application) \(context.terminal) \(context.operation.rawValue) \(context.key) \(expiry)"
    }

    /// Whether a code, or a membership ID, is somewhere in these bytes: all of it, for among a thousand worlds' digests
    /// four bytes like its first do come up.
    static func holdCode(_ bytes: [UInt8]) -> Bool {
        /// `0` stands for a digit.
        func begins(_ form: StaticString, at start: Int) -> Bool {
            guard bytes.count - start >= form.utf8CodeUnitCount else { return false }
            return (0..<form.utf8CodeUnitCount).allSatisfy { place in
                let (byte, wanted) = (bytes[start + place], form.utf8Start[place])
                return byte == wanted || wanted == UInt8(ascii: "0") && (0x30...0x39).contains(byte)
            }
        }
        var last: UInt32 = 0
        for (place, byte) in bytes.enumerated() {
            last = last << 8 | UInt32(byte)
            switch last {
            case 0x7061_792D: if begins("pay-phone-0-0", at: place - 3) { return true }
            case 0x6D65_6D2D: if begins("mem-0-0000", at: place - 3) { return true }
            default: break
            }
        }
        return false
    }

    /// FNV-1a (64 bit), four times with different start values, and mixed (the finalizer of SplitMix64): fingerprints
    /// combine the four, which would be alike otherwise.
    static func digest(_ text: String) -> KeyedDigest {
        var bytes: [UInt8] = []
        for round in 0..<4 as Range<UInt64> {
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ round
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
            hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
            withUnsafeBytes(of: (hash ^ hash >> 31).bigEndian) { bytes.append(contentsOf: $0) }
        }
        return KeyedDigest(bytes)!
    }

    static func reason(_ word: String) -> ReasonCode { ReasonCode(word)! }

    static func ledgerID(_ transaction: TransactionID) -> LedgerTransactionID { LedgerTransactionID(transaction.text)! }

    /// A request as the adapter sends it to the destination; nil if it is invalid.
    func order(for request: AuthorizationRequest) -> AuthorizationOrder? {
        guard let text = Self.open(request.sealed, for: request.sealedFor), let amount = request.amount else {
            return nil
        }
        let instrument: Instrument =
            request.operation == .payment
            ? .code(Self.digest(text)) : .member(AccountKey(member: Self.digest(text), program: Self.program))
        return AuthorizationOrder(
            transaction: Self.ledgerID(request.transaction), reference: request.reference, operation: request.operation,
            instrument: instrument, amount: amount, notAfter: request.notAfter,
            fault: SandboxFault(minorUnits: amount.minorUnits, member: nil))
    }
}

/// The terminal gateways' sealing.
struct SimSealer: ScanSealer {
    func seal(_ scan: Scan, at terminal: TerminalID, by rule: ScanRule) -> ScannedCode? {
        let text = scan.text.exposed
        let context = SealingContext(
            application: rule.application, terminal: terminal, operation: rule.operation, key: scan.scan,
            expiresAt: nil)
        return ScannedCode(
            application: rule.application, operation: rule.operation,
            information: Information(
                kind: rule.operation.information, sealed: SimShop.seal(text, for: context),
                digest: SimShop.digest(text), expiresAt: nil),
            amount: scan.amount, scan: scan.scan,
            body: SimShop.digest("\(text) \(scan.amount.map { "\($0)" } ?? "")"))
    }
}
