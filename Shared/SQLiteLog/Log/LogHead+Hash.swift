import Crypto

extension LogHead {
    /// The hash of the next batch: SHA-256 over this batch's hash, the next one's number (8 bytes, big-endian) and its
    /// bytes. So all batches are one chain.
    func hash(next body: [UInt8]) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(data: hash)
        withUnsafeBytes(of: (number + 1).bigEndian) { hasher.update(bufferPointer: $0) }
        hasher.update(data: body)
        return hasher.finalize().withUnsafeBytes { Array($0) }
    }
}
