import Crypto
import RelayDomain

extension Fingerprint {
    /// The first half of SHA-256 of the key's line.
    init(_ key: SubmissionKey) {
        var line = key.line
        self = line.withUTF8 { text in
            var hasher = SHA256()
            hasher.update(bufferPointer: UnsafeRawBufferPointer(text))
            return hasher.finalize().withUnsafeBytes { Fingerprint($0) }
        }
    }
}
