import RelayDomain

/// A submission as an ingress would make it, without a real code: sealed bytes that are never opened, and a digest that
/// is different each time.
struct CoreSubmission {
    let transaction: SubmitTransaction

    /// As many bytes as a code of twenty digits has when it is sealed.
    private static let sealedBytes = 49

    /// - Parameter number: different for each submission.
    init?(number: UInt64, terminal: TerminalID, application: ApplicationID) {
        let counted = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        let digest = counted + [UInt8](repeating: 0xB7, count: 24)
        guard let sealed = SealedInformation([UInt8](repeating: 0x5A, count: Self.sealedBytes - 8) + counted),
            let digest = KeyedDigest(digest), let key = SubmissionKeyText("bench-\(number)")
        else { return nil }
        transaction = SubmitTransaction(
            terminal: terminal, application: application, operation: .payment,
            information: Information(kind: .paymentCode, sealed: sealed, digest: digest, expiresAt: nil), amount: nil,
            key: SubmissionKey(origin: .phone(application: application, customer: ""), terminal: terminal, text: key),
            body: digest, hopStamps: [])
    }
}
