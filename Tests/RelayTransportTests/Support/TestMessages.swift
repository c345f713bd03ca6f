import RelayMessages
import SwiftProtobuf

/// A question of the tests: a text, on the wire as `resolve`.
struct Question: EnvelopeBody, Equatable {
    let text: String
    init(_ text: String) { self.text = text }

    init(wire body: WireBody) throws(WireError) {
        guard case .resolve(let resolve) = body else { throw .unexpected("body") }
        text = resolve.terminal
    }
    var wire: WireBody { .resolve(.with { $0.terminal = text }) }
}

/// An answer of the tests: a text, on the wire as `terminal_info`.
struct Answer: EnvelopeBody, Equatable {
    let text: String
    init(_ text: String) { self.text = text }
    /// On the wire a question, which no far end reads.
    static let misspoken = Answer("misspoken")

    init(wire body: WireBody) throws(WireError) {
        guard case .terminalInfo(let info) = body else { throw .unexpected("body") }
        text = info.terminal
    }
    var wire: WireBody {
        self == .misspoken ? Question(text).wire : .terminalInfo(.with { $0.terminal = text })
    }
}
