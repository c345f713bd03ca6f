import Foundation
import RelayDomain
import ServiceRuntime

/// What a relay terminal's NFC tag or QR code holds: `<ingress>/t/<terminal>`.
struct Tag: Hashable, CustomStringConvertible {
    /// The ingress, without a slash at its end.
    let url: String
    let terminal: TerminalID

    init(url: String, terminal: TerminalID) {
        self.url = url
        self.terminal = terminal
    }

    /// - Returns: nil unless the text is such an address.
    init?(_ text: String) {
        guard text.utf8.count <= 1_024, let mark = text.range(of: "/t/", options: .backwards),
            !text[..<mark.lowerBound].hasSuffix("/"), let url = PublicURL(String(text[..<mark.lowerBound])),
            let terminal = TerminalID(text[mark.upperBound...])
        else { return nil }
        self.init(url: url.text, terminal: terminal)
    }

    var description: String { "\(url)/t/\(terminal)" }
}
