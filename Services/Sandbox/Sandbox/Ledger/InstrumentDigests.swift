import Crypto
import Foundation
import RelayDomain

/// Turns codes and member IDs into the digests in the ledger (HMAC-SHA-256, RFC 2104).
///
/// The key is necessary: a code has few digits, so it could be found from a digest without a key.
struct InstrumentDigests: Sendable {
    /// The state after the key: each digest continues from a copy.
    private let keyed: HMAC<SHA256>

    /// Reads the key file of 32 bytes, or makes it (mode 0600).
    /// - Parameter isForNewLedger: nothing was digested before. Otherwise a missing key is not made again: no code or
    ///   member would be recognised.
    /// - Throws: ``SandboxError/ledgerUnusable(_:)`` if the file is missing, cannot be read or written, or has another
    ///   size.
    init(keyFile: String, isForNewLedger: Bool) throws {
        if FileManager.default.fileExists(atPath: keyFile) {
            guard let bytes = FileManager.default.contents(atPath: keyFile), bytes.count == 32 else {
                throw SandboxError.ledgerUnusable("\(keyFile) is not a key of 32 bytes")
            }
            keyed = HMAC(key: SymmetricKey(data: bytes))
            return
        }
        guard isForNewLedger else {
            throw SandboxError.ledgerUnusable(
                "\(keyFile) is missing; without it no code or member is recognised: restore it")
        }
        let key = SymmetricKey(size: .bits256)
        keyed = HMAC(key: key)
        let isWritten = FileManager.default.createFile(
            atPath: keyFile, contents: key.withUnsafeBytes { Data($0) }, attributes: [.posixPermissions: 0o600])
        guard isWritten else { throw SandboxError.ledgerUnusable("\(keyFile) cannot be written") }
    }

    func code(_ text: String) -> KeyedDigest { digest("code", text) }
    func member(_ text: String) -> KeyedDigest { digest("member", text) }

    private func digest(_ kind: String, _ text: String) -> KeyedDigest {
        var code = keyed
        code.update(data: Array((kind + ":" + text).utf8))
        guard let digest = KeyedDigest(Array(code.finalize())) else { preconditionFailure("SHA-256 gives 32 bytes") }
        return digest
    }
}
