import Crypto
import Foundation
import RelayDomain

/// Seals and opens transaction information: AES-256-GCM, bound to a ``SealingContext``.
///
/// With this key codes can be read: ingress and terminal gateway seal with it, adapters and POS agents open with it.
/// Routers, POS gateways and journals never have it.
public struct SealingKey: Sendable {
    private let key: SymmetricKey

    /// Reads `keys/seal`.
    /// - Throws: ``KeyFileError``.
    public init(file: URL) throws { key = SymmetricKey(data: try KeyFile.read(file)) }

    /// - Returns: nil unless there are 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == KeyFile.length else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// Nonce, ciphertext and tag, in this order. Equal texts give different bytes.
    public func seal(_ secret: Secret, for context: SealingContext) throws -> SealedInformation {
        let box = try AES.GCM.seal(Array(secret.exposed.utf8), using: key, authenticating: context.canonicalBytes)
        guard let combined = box.combined, let sealed = SealedInformation([UInt8](combined)) else {
            throw SealingError.unusable
        }
        return sealed
    }

    /// - Throws: ``SealingError/unusable`` if the bytes were changed, or sealed by another key or for another context.
    public func open(_ sealed: SealedInformation, for context: SealingContext) throws -> Secret {
        guard let box = try? AES.GCM.SealedBox(combined: sealed.bytes),
            let bytes = try? AES.GCM.open(box, using: key, authenticating: context.canonicalBytes),
            let text = String(validating: bytes, as: UTF8.self), let secret = Secret(text)
        else { throw SealingError.unusable }
        return secret
    }
}

/// Computes keyed digests (HMAC-SHA256), by which a router recognises a repeated code without knowing the code.
public struct DigestKey: Sendable {
    /// The state after the key, which costs as much as a digest: each digest continues from a copy.
    private let keyed: HMAC<SHA256>

    /// Reads `keys/digest`.
    /// - Throws: ``KeyFileError``.
    public init(file: URL) throws { keyed = HMAC(key: SymmetricKey(data: try KeyFile.read(file))) }

    /// - Returns: nil unless there are 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == KeyFile.length else { return nil }
        keyed = HMAC(key: SymmetricKey(data: bytes))
    }

    /// The digest of transaction information. The same code at two applications gives two digests.
    public func digest(of secret: Secret, application: ApplicationID) -> KeyedDigest {
        digest(of: ["information", application.text, secret.exposed])
    }

    /// The digest by which a router decides whether a request under a known key is the same request.
    public func digest(of body: CanonicalBody) -> KeyedDigest { digest(of: ["body"] + body.parts) }

    private func digest(of parts: [String]) -> KeyedDigest {
        var code = keyed
        code.update(data: canonicalBytes(parts))
        guard let digest = KeyedDigest(Array(code.finalize())) else { preconditionFailure("SHA-256 has 32 bytes") }
        return digest
    }
}

/// Why sealed bytes did not open.
public enum SealingError: Error, Equatable {
    /// Changed on the way, or sealed by another key or for another application, terminal, operation, key or expiry.
    case unusable
}

extension SealingContext {
    /// The associated data.
    var canonicalBytes: [UInt8] {
        Sealing.canonicalBytes([
            application.text, terminal.text, operation.rawValue, key.text,
            expiresAt.map { String($0.milliseconds) } ?? "",
        ])
    }
}

/// Each part after its length (4 bytes, most significant first), so that different lists of parts give different bytes.
private func canonicalBytes(_ parts: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(parts.reduce(0) { $0 + 4 + $1.utf8.count })
    for part in parts {
        let length = UInt32(part.utf8.count)
        for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
        bytes.append(contentsOf: part.utf8)
    }
    return bytes
}
