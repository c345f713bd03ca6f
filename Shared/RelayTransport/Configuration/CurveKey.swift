import CZeroMQ

/// The public half of a CURVE key pair: 40 characters of Z85 (https://rfc.zeromq.org/spec/32/).
public struct CurvePublicKey: Hashable, Sendable, CustomStringConvertible {
    /// The key as text.
    public let z85: String

    /// - Throws: ``TransportError/badKey(reason:)``.
    public init(z85 text: String) throws(TransportError) {
        guard isZ85Key(text) else { throw .badKey(reason: "a public key is 40 characters of Z85") }
        z85 = text
    }

    public var description: String { z85 }
}

/// A service's own key pair; replicas of one service share it. The secret half is never printed.
public struct CurveKeyPair: Sendable, CustomStringConvertible, CustomReflectable {
    /// The public half.
    public let publicKey: CurvePublicKey
    /// The secret half in Z85, only for the key file.
    public let secretZ85: String

    /// Reads a pair, whose public half follows from the secret one.
    /// - Throws: ``TransportError/badKey(reason:)``, ``TransportError/curveUnavailable``.
    public init(secretZ85 secret: String) throws(TransportError) {
        guard isZ85Key(secret) else { throw .badKey(reason: "a secret key is 40 characters of Z85") }
        var text = [CChar](repeating: 0, count: 41)
        guard zmq_curve_public(&text, secret) == 0 else { throw .curveUnavailable }
        publicKey = try CurvePublicKey(
            z85: String(decoding: text.prefix(40).map(UInt8.init(bitPattern:)), as: UTF8.self))
        secretZ85 = secret
    }

    /// Makes a new pair.
    /// - Throws: ``TransportError/curveUnavailable``.
    public static func generate() throws(TransportError) -> CurveKeyPair {
        var (publicText, secretText) = ([CChar](repeating: 0, count: 41), [CChar](repeating: 0, count: 41))
        guard zmq_curve_keypair(&publicText, &secretText) == 0 else { throw .curveUnavailable }
        return try CurveKeyPair(
            secretZ85: String(decoding: secretText.prefix(40).map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    public var description: String { "•••(\(publicKey))" }
    public var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey]) }
}

private func isZ85Key(_ text: String) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 32)
    return text.utf8.count == 40 && zmq_z85_decode(&bytes, text) != nil
}
