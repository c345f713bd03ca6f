import RelayDomain
import RouterTesting

func scannedCode(_ id: String = "scan-1", code: UInt8 = 4, amount: Amount? = nil) -> ScannedCode {
    ScannedCode(
        application: World.pay, operation: .payment,
        information: Information(
            kind: .paymentCode, sealed: SealedInformation([code, 2, 3])!,
            digest: KeyedDigest(Array(repeating: code, count: 32))!, expiresAt: nil),
        amount: amount, scan: SubmissionKeyText(id)!, body: KeyedDigest(Array(repeating: code, count: 32))!)
}

func stars(_ points: Int64) -> Amount { Amount(minorUnits: points, unit: .points(ProgramID("stars")!))! }
