import Foundation
import RelayDomain

/// What the sandbox said. Whatever is not exactly one of its known words reads as `unknown`.
struct SandboxAnswer: Decodable {
    var answer: String?
    var reason: String?
    var code: String?

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
        switch (said.answer, said.reason.flatMap({ ReasonCode($0) })) {
        case ("confirmed", _): return .confirmed
        case ("refused", let reason?): return .refused(reason)
        default: return .unknown
        }
    }

    private static func read(_ body: Data) -> SandboxAnswer? {
        try? JSONDecoder().decode(SandboxAnswer.self, from: body)
    }

    private var decision: DestinationAnswer? {
        switch (answer, reason.flatMap({ ReasonCode($0) })) {
        case ("approved", _): .approved
        case ("declined", let reason?): .declined(reason)
        case ("pendingCustomer", _): .pendingCustomer
        default: nil
        }
    }
}
