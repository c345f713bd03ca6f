/// A code that a terminal's scanner read, sealed by the terminal gateway, which found the rule that names its
/// application.
public struct ScannedCode: Hashable, Sendable {
    public let application: ApplicationID
    public let operation: Operation
    public let information: Information
    /// The merchant's amount, if it was entered before the scan.
    public let amount: Amount?
    /// The device's scan ID, which is the idempotency key.
    public let scan: SubmissionKeyText
    /// The keyed digest of the scan's canonical body.
    public let body: KeyedDigest

    public init(
        application: ApplicationID, operation: Operation, information: Information, amount: Amount?,
        scan: SubmissionKeyText, body: KeyedDigest
    ) {
        self.application = application
        self.operation = operation
        self.information = information
        self.amount = amount
        self.scan = scan
        self.body = body
    }
}
