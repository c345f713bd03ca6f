import DeviceProtocol
import RelayDomain
import Sealing
import TerminalGateway
import Testing

/// What a terminal scanned leaves the gateway sealed, and a repeat is known by its digest.
@Suite(.timeLimit(.minutes(1))) struct ScannedCodeSealerTests {
    private let seal = SealingKey(bytes: [UInt8](repeating: 3, count: 32))!
    private let digest = DigestKey(bytes: [UInt8](repeating: 4, count: 32))!
    private let terminal = TerminalID("counter-1")!
    private static let now = Instant(milliseconds: 1_796_000_000_000)
    private static let secret = "99271828182845904523"
    private static let rule = ScanRule(
        symbology: .qr, length: 20...20, prefix: "99", application: ApplicationID("sandbox-pay")!, operation: .payment)

    private func code(
        _ text: String = secret, symbology: Symbology = .qr, amount: Int64? = 1250,
        of unit: Amount.Unit = .currency(CurrencyCode("EUR")!)
    ) throws -> ScannedCode {
        let scan = Scan(
            scan: SubmissionKeyText("s-1")!, symbology: symbology, text: ScannedText(text)!,
            amount: amount.flatMap { Amount(minorUnits: $0, unit: unit) }, at: Self.now)
        return try #require(
            ScannedCodeSealer(seal: seal, digest: digest).seal(scan, at: terminal, by: Self.rule))
    }

    @Test func theSealedBytesOpenForTheTransactionTheyWereSealedForAndNoOther() throws {
        let code = try code()
        func context(
            _ application: ApplicationID, _ terminal: String, _ operation: Operation, _ key: String
        ) -> SealingContext {
            SealingContext(
                application: application, terminal: TerminalID(terminal)!, operation: operation,
                key: SubmissionKeyText(key)!, expiresAt: nil)
        }
        let (application, sealed) = (Self.rule.application, code.information.sealed)
        #expect(
            try seal.open(sealed, for: context(application, "counter-1", .payment, "s-1")).exposed == Self.secret)
        for other in [
            context(ApplicationID("other")!, "counter-1", .payment, "s-1"),
            context(application, "counter-2", .payment, "s-1"), context(application, "counter-1", .accrue, "s-1"),
            context(application, "counter-1", .payment, "s-2"),
        ] { #expect(throws: SealingError.unusable, "\(other)") { try seal.open(sealed, for: other) } }
    }

    @Test func aRepeatHasTheSameDigestsAndOtherBytes() throws {
        let (first, again) = (try code(), try code())
        #expect(first.body == again.body)
        #expect(first.information.digest == again.information.digest)
        #expect(first.information.sealed != again.information.sealed)
    }

    @Test func anythingElseUnderTheSameScanIsAnotherBody() throws {
        let bodies = [
            try code(), try code(amount: 1251), try code(amount: nil), try code("99271828182845904524"),
            try code(symbology: .code128), try code(of: .currency(CurrencyCode("USD")!)),
            try code(of: .points(ProgramID("EUR")!)), try code(of: .points(ProgramID("stars")!)),
        ].map(\.body)
        #expect(Set(bodies).count == bodies.count)
    }

    @Test func theDigestIsThatOfTheSameCodeFromAPhone() throws {
        let secret = try #require(Secret(Self.secret))
        #expect(try code().information.digest == digest.digest(of: secret, application: Self.rule.application))
    }
}
