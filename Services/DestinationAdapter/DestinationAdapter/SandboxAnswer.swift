import Foundation
import JSONText
import RelayDomain

/// What the sandbox said. Whatever is not exactly one of its known words reads as `unknown`, two words for one thing
/// too.
struct SandboxAnswer: Decodable {
    var answer: String?
    var reason: String?
    var text: String?
    var code: String?
    var approval = Approval()

    private enum Field: String, CodingKey { case answer, reason, text, code, approval }

    /// What comes with its word may be anything: a decline is a decline, and an approval an approval.
    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        answer = try fields.decodeIfPresent(String.self, forKey: .answer)
        code = try? fields.decode(String.self, forKey: .code)
        reason = try? fields.decode(String.self, forKey: .reason)
        text = try? fields.decode(String.self, forKey: .text)
        if (try? fields.decodeNil(forKey: .approval)) == false {
            approval = (try? fields.decode(SandboxApproval.self, forKey: .approval))?.approval ?? SandboxApproval.unread
        }
    }

    /// The answer to an authorization.
    static func decision(status: Int, _ body: Data) -> DestinationAnswer {
        guard let said = read(body) else { return .unknown }
        switch (status, said.answer, said.code) {
        case (200, _, _): return said.decision ?? .unknown
        case (503, nil, "overloaded"): return .notSent  // Its own word that nothing was done.
        default: return .unknown
        }
    }

    /// The answer to an inquiry.
    static func finding(status: Int, _ body: Data) -> DestinationAnswer {
        guard status == 200, let said = read(body) else { return .unknown }
        switch said.answer {
        case "notFound": return .notFound
        case "reversed": return .reversed
        default: return said.decision ?? .unknown
        }
    }

    static func reversal(status: Int, _ body: Data) -> ReversalAnswer {
        guard status == 200, let said = read(body) else { return .unknown }
        switch said.answer {
        case "confirmed": return .confirmed
        case "refused": return .refused(said.reason, text: said.text)
        default: return .unknown
        }
    }

    private static func read(_ body: Data) -> SandboxAnswer? {
        try? StrictJSON.decode(SandboxAnswer.self, from: body)
    }

    private var decision: DestinationAnswer? {
        switch answer {
        case "approved": .approved(approval)
        case "declined": .declined(reason, text: text)
        case "pendingCustomer": .pendingCustomer
        default: nil
        }
    }
}
