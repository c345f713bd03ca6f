import Crypto
import RelayDomain

extension Fingerprint {
    /// The first half of SHA-256 of the key's line.
    init(_ key: SubmissionKey) {
        self = SHA256.hash(data: key.bytes).withUnsafeBytes { Fingerprint($0) }
    }
}
