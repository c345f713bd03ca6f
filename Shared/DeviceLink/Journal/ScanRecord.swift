import RelayDomain

/// A terminal's record of a scan until its outcome is known. Never contains the scanned text.
public struct ScanRecord: Hashable, Sendable {
    /// The scan's ID, the same in each repeat.
    public let scan: SubmissionKeyText
    /// The merchant's amount, if one was entered.
    public var amount: Amount?
    /// When the code was read, by the relay's time.
    public let at: Instant
    /// Whether the relay has confirmed that it has the scan.
    public var isAccepted: Bool
    /// Whether the merchant has canceled it.
    public var isUnwanted: Bool

    public init(
        _ scan: SubmissionKeyText, amount: Amount?, at: Instant, isAccepted: Bool = false, isUnwanted: Bool = false
    ) {
        self.scan = scan
        self.amount = amount
        self.at = at
        self.isAccepted = isAccepted
        self.isUnwanted = isUnwanted
    }
}
