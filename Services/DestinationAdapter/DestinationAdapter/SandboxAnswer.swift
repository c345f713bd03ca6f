import Foundation
import RelayDomain

/// What the sandbox said. Whatever is not exactly one of its known words reads as `unknown`.
struct SandboxAnswer: Decodable {
    var answer: String?
    var reason: String?
    var code: String?

    static func read(status: Int, _ body: Data) -> DestinationAnswer {
        guard let said = try? JSONDecoder().decode(SandboxAnswer.self, from: body) else { return .unknown }
        switch (status, said.answer, said.reason.flatMap({ ReasonCode($0) }), said.code) {
        case (200, "approved", _, _): return .approved
        case (200, "declined", let reason?, _): return .declined(reason)
        case (200, "pendingCustomer", _, _): return .pendingCustomer
        case (503, nil, _, "overloaded"): return .notSent  // Its own word that nothing was done.
        default: return .unknown
        }
    }
}
