import DeviceProtocol
import RelayDomain
import Sealing
import TerminalGateway
import Testing

struct ScannedCodeSealerTests {
    private let seal = SealingKey(bytes: [UInt8](repeating: 3, count: 32))!
    private let digest = DigestKey(bytes: [UInt8](repeating: 4, count: 32))!
    private let terminal = TerminalID("counter-1")!

    private func code(_ text: String = Sample.secret, amount: Int64? = 1250) throws -> ScannedCode {
        let scan = Scan(
            scan: SubmissionKeyText("s-1")!, symbology: .qr, text: ScannedText(text)!,
            amount: amount.flatMap { Amount(minorUnits: $0, unit: .currency(CurrencyCode("EUR")!)) }, at: Sample.now)
        return try #require(
            ScannedCodeSealer(seal: seal, digest: digest).seal(scan, at: terminal, by: Sample.rule))
    }

    @Test func theSealedBytesOpenForTheTransactionTheyWereSealedForAndNoOther() throws {
        let code = try code()
        func context(_ terminal: String) -> SealingContext {
            SealingContext(
                application: code.application, terminal: TerminalID(terminal)!, operation: code.operation,
                key: code.scan, expiresAt: nil)
        }
        #expect(try seal.open(code.information.sealed, for: context("counter-1")).exposed == Sample.secret)
        #expect(throws: SealingError.unusable) { try seal.open(code.information.sealed, for: context("counter-2")) }
    }

    @Test func aRepeatHasTheSameDigestsAndOtherBytes() throws {
        let (first, again) = (try code(), try code())
        #expect(first.body == again.body)
        #expect(first.information.digest == again.information.digest)
        #expect(first.information.sealed != again.information.sealed)
    }

    @Test func anotherAmountOrTextUnderTheSameScanIsAnotherBody() throws {
        let bodies = [try code(), try code(amount: 1251), try code(amount: nil), try code("99271828182845904524")].map(
            \.body)
        #expect(Set(bodies).count == bodies.count)
    }

    @Test func theDigestIsThatOfTheSameCodeFromAPhone() throws {
        let secret = try #require(Secret(Sample.secret))
        #expect(try code().information.digest == digest.digest(of: secret, application: Sample.rule.application))
    }
}
