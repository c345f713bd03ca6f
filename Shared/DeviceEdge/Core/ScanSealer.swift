import DeviceProtocol
import RelayDomain

/// Makes of a scanned code what may go further: sealed bytes and digests.
///
/// A terminal gateway's core has one. Its keys and nonces are no business of the core's, and no decision depends on the
/// bytes it makes.
public protocol ScanSealer: Sendable {
    /// - Returns: nil if the text cannot be sealed.
    func seal(_ scan: Scan, at terminal: TerminalID, by rule: ScanRule) -> ScannedCode?
}
