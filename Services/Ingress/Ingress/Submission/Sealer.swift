import RelayDomain
import Sealing

/// Turns transaction information into sealed bytes and digests: after it, no part of the ingress, and no router, can
/// read a code.
struct Sealer: Sendable {
    let sealingKey: SealingKey
    let digestKey: DigestKey

    /// Seals a request.
    /// - Parameter receivedAt: when the request came in, in router time.
    /// - Throws: ``Refusing`` with `internalError` if the cipher fails, which it does for no input that ``Submission``
    ///   lets pass.
    func seal(_ submission: Submission, receivedAt: Instant) throws(Refusing) -> SubmitTransaction {
        let context = SealingContext(
            application: submission.application, terminal: submission.terminal, operation: submission.operation,
            key: submission.key, expiresAt: submission.codeExpiresAt)
        guard let sealed = try? sealingKey.seal(submission.information, for: context) else {
            throw Refusing(.internalError, "The information could not be sealed. Tell the relay's operator.")
        }
        return SubmitTransaction(
            terminal: submission.terminal, application: submission.application, operation: submission.operation,
            information: Information(
                kind: submission.operation.information, sealed: sealed,
                digest: digestKey.digest(of: submission.information, application: submission.application),
                expiresAt: submission.codeExpiresAt),
            amount: submission.amount,
            key: SubmissionKey(
                origin: .phone(application: submission.application, customer: ""), terminal: submission.terminal,
                text: submission.key),
            body: digestKey.digest(of: submission.canonicalBody),
            hopStamps: [HopStamp(.ingress, .received, at: receivedAt)])
    }
}

extension Submission {
    fileprivate var canonicalBody: CanonicalBody {
        .submission(
            terminal: terminal, application: application, operation: operation, information: information,
            amount: amount, codeExpiresAt: codeExpiresAt)
    }
}
