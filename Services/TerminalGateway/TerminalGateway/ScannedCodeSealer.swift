import DeviceEdge
import DeviceProtocol
import RelayDomain
import Sealing

/// Turns what a terminal's scanner read into sealed bytes and digests, as the ingress does with what a phone sends.
public struct ScannedCodeSealer: ScanSealer {
    private let seal: SealingKey
    private let digest: DigestKey

    /// A sealer with the relay's two keys.
    public init(seal: SealingKey, digest: DigestKey) {
        self.seal = seal
        self.digest = digest
    }

    /// Seals the code for the rule's application, and makes the digests of the code and of the scan's canonical body.
    public func seal(_ scan: Scan, at terminal: TerminalID, by rule: ScanRule) -> ScannedCode? {
        let context = SealingContext(
            application: rule.application, terminal: terminal, operation: rule.operation, key: scan.scan, expiresAt: nil
        )
        guard let secret = Secret(scan.text.exposed), let sealed = try? seal.seal(secret, for: context) else {
            return nil
        }
        let information = Information(
            kind: rule.operation.information, sealed: sealed,
            digest: digest.digest(of: secret, application: rule.application), expiresAt: nil)
        return ScannedCode(
            application: rule.application, operation: rule.operation, information: information, amount: scan.amount,
            scan: scan.scan, body: digest.digest(of: .scan(scan.symbology, text: secret, amount: scan.amount)))
    }
}
