import JSONText
import RelayDomain

/// A refusal as phones read it: a problem document (RFC 9457), the schema `Problem` of docs/openapi.yaml.
package struct Problem: Equatable, Sendable {
    let code: PhoneErrorCode
    /// What is certain about the relay having accepted the transaction.
    let sent: Certainty
    /// What to do next, in one or two sentences.
    let detail: String
    /// How long the terminal or POS has been busy with another customer.
    let busyFor: Duration?

    /// - Parameter sent: if the ingress knows more than the code alone implies.
    init(_ code: PhoneErrorCode, sent: Certainty? = nil, detail: String? = nil, busyFor: Duration? = nil) {
        self.code = code
        self.sent = sent ?? code.sent
        self.detail = detail ?? code.advice
        self.busyFor = busyFor
    }

    init(_ refusing: Refusing) { self.init(refusing.code, detail: refusing.detail) }

    /// What a router refused.
    init(_ refused: Refused) {
        let code = PhoneErrorCode(refused.refusal)
        let reason = refused.detail ?? refused.field.map { "The field \($0) is not valid." }
        self.init(code, detail: reason.map { "\($0) \(code.advice)" } ?? code.advice, busyFor: refused.busyFor)
    }

    /// The stable word that programs read.
    package var word: String { code.rawValue }

    /// How to try again.
    package var retry: Refusal.Retry { code.retry }

    /// The seconds of the header field Retry-After; nil if waiting does not help.
    var retryAfter: Int64? {
        guard case .sameKey(let after?) = code.retry else { return nil }
        return (after.milliseconds + 999) / 1_000
    }

    var json: [UInt8] {
        var text = JSONWriter(reserving: 512)
        text.object { text in
            text.field("title", code.httpStatus.phrase)
            text.field("status", Int64(code.httpStatus.code))
            text.field("detail", detail)
            text.field("code", code.rawValue)
            text.field("blame", code.blame.rawValue)
            text.field("stage", code.stage.rawValue)
            text.field("sent", sent.rawValue)
            text.object("retry") { retry in
                retry.field("how", code.retry.word)
                retry.field("after", retryAfter)
            }
            text.field("busyFor", busyFor.map { ($0.milliseconds + 999) / 1_000 })
        }
        return text.bytes
    }
}

extension PhoneErrorCode {
    /// A refusal that phones cannot cause means that processes of the relay are incompatible.
    init(_ refusal: Refusal) { self = PhoneErrorCode(rawValue: refusal.rawValue) ?? .internalError }
}

extension Refusal.Retry {
    fileprivate var word: String {
        switch self {
        case .no: "no"
        case .sameKey: "sameKey"
        case .newKey: "newKey"
        case .newCode: "newCode"
        }
    }
}
