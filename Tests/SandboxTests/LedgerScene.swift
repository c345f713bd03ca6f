import RelayDomain

@testable import Sandbox

/// A ledger in memory with one code and one member, a hand-moved clock, and seeded randomness.
struct LedgerScene {
    static let euro = Amount.Unit.currency(CurrencyCode("EUR")!)
    static let stars = Amount.Unit.points(ProgramID("stars")!)
    static let member = AccountKey(member: KeyedDigest([UInt8](repeating: 7, count: 32))!, program: ProgramID("stars")!)

    var ledger = SandboxLedger()
    var now = Instant(milliseconds: 1_800_000_000_000)
    private var random = SeededGenerator(state: 1)

    init(limit: Amount? = nil, points: Int64 = 1_000) {
        let terms = CodeTerms(application: nil, limit: limit, expiresAt: now + .seconds(60))
        _ = carryOut(.issueCodes((0..<20).map(Self.code), terms: terms))
        _ = carryOut(.openAccount(Self.member, Account(tail: "42", points: points)))
    }

    static func code(_ number: UInt8) -> KeyedDigest { KeyedDigest([UInt8](repeating: 0, count: 31) + [number])! }

    /// The order of transaction `name`, under the reference that is always its own.
    static func order(
        _ name: String, _ operation: Operation = .payment, _ minorUnits: Int64 = 1_250, code: UInt8 = 0,
        unit: Amount.Unit? = nil, notAfter: Instant? = nil
    ) -> AuthorizationOrder {
        AuthorizationOrder(
            transaction: LedgerTransactionID(name)!, reference: reference, operation: operation,
            instrument: operation == .payment ? .code(Self.code(code)) : .member(member),
            amount: Amount(minorUnits: minorUnits, unit: unit ?? (operation == .payment ? euro : stars))!,
            notAfter: notAfter, fault: SandboxFault(minorUnits: minorUnits, member: nil))
    }

    static let reference = RetrievalReferenceNumber(number: 42)!

    mutating func carryOut(_ request: LedgerRequest) -> LedgerAnswer {
        ledger.carryOut(request, now: now, random: &random)
    }

    mutating func authorize(_ order: AuthorizationOrder) -> LedgerAnswer { carryOut(.authorize(order)) }

    /// The finding of a decision, whether it was repeated or not.
    mutating func decide(_ order: AuthorizationOrder) -> LedgerFinding? {
        guard case .decision(let finding, _) = carryOut(.authorize(order)) else { return nil }
        return finding
    }

    mutating func inquire(_ name: String) -> LedgerAnswer { carryOut(.inquire(LedgerTransactionID(name)!)) }
    mutating func reverse(_ name: String) -> LedgerAnswer {
        carryOut(.reverse(LedgerTransactionID(name)!, Self.reference))
    }

    var points: Int64? { ledger.accounts[Self.member]?.points }
    var booked: Int64 { ledger.totals[Self.euro]?.booked ?? 0 }
    var reversed: Int64 { ledger.totals[Self.euro]?.reversed ?? 0 }
    var kinds: [LedgerEntry.Kind] { ledger.entries.map(\.kind) }
}

extension LedgerFinding {
    var isApproved: Bool {
        if case .approved = self { true } else { false }
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
