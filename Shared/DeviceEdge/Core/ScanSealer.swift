import DeviceProtocol
import RelayDomain

/// Turns a scanned code into what may leave the gateway: sealed bytes and digests.
///
/// A terminal gateway's core has one. The core does not see its keys and nonces, and no decision depends on the bytes
/// it makes.
public protocol ScanSealer: Sendable {
    /// - Returns: nil if the text cannot be sealed.
    func seal(_ scan: Scan, at terminal: TerminalID, by rule: ScanRule) -> ScannedCode?
}
