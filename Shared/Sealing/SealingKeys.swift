import Crypto
import Foundation
import RelayDomain

/// Seals and opens transaction information: AES-256-GCM, bound to a ``SealingContext``.
///
/// Who holds this key can read codes: ingress and terminal gateway seal with it, adapters and POS agents open with it.
/// Routers, POS gateways and journals never see it.
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
        let box = try AES.GCM.seal(Data(secret.exposed.utf8), using: key, authenticating: context.canonicalBytes)
        guard let combined = box.combined, let sealed = SealedInformation(Array(combined)) else {
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

/// Computes keyed digests (HMAC-SHA256), by which repeats are known without knowing what repeats.
public struct DigestKey: Sendable {
    private let key: SymmetricKey

    /// Reads `keys/digest`.
    /// - Throws: ``KeyFileError``.
    public init(file: URL) throws { key = SymmetricKey(data: try KeyFile.read(file)) }

    /// - Returns: nil unless there are 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == KeyFile.length else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// The digest of transaction information. The same code at two applications gives two digests.
    public func digest(of secret: Secret, application: ApplicationID) -> KeyedDigest {
        digest(of: ["information", application.text, secret.exposed])
    }

    /// The digest of a request's canonical body: its parts in a fixed order.
    public func digest(ofBody parts: [String]) -> KeyedDigest { digest(of: ["body"] + parts) }

    private func digest(of parts: [String]) -> KeyedDigest {
        var code = HMAC<SHA256>(key: key)
        for part in parts { code.update(data: lengthPrefixed(part)) }
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
    /// The associated data: each part behind its length, so that no two contexts share bytes.
    var canonicalBytes: [UInt8] {
        [
            application.text, terminal.text, operation.rawValue, key.text,
            expiresAt.map { String($0.milliseconds) } ?? "",
        ].flatMap(lengthPrefixed)
    }
}

private func lengthPrefixed(_ part: String) -> [UInt8] {
    let length = UInt32(part.utf8.count)
    return withUnsafeBytes(of: length.bigEndian, Array.init) + Array(part.utf8)
}
