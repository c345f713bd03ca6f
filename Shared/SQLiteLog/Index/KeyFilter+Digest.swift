import Crypto

extension KeyFilter {
    /// SHA-256 of ``parts``, one after the other.
    var digest: [UInt8] {
        var hasher = SHA256()
        for part in parts { hasher.update(data: part) }
        return hasher.finalize().withUnsafeBytes { Array($0) }
    }
}
