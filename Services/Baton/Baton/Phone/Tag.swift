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

    /// Reads what a tag or a picture holds. A scheme in capitals, as some makers of QR codes write it, a query, such as
    /// the `?uid=…` that an NFC tag puts in itself, a fragment, a slash at the end and needless percent-encoding change
    /// nothing.
    /// - Returns: nil unless the text is such an address.
    init?(_ text: String) {
        guard text.utf8.count <= 1_024, let colon = text.range(of: "://") else { return nil }
        let scheme = text[..<colon.lowerBound].lowercased()
        let address = text[colon.upperBound...].prefix { $0 != "?" && $0 != "#" }
        guard let mark = address.range(of: "/t/", options: .backwards),
            !address[..<mark.lowerBound].hasSuffix("/"),
            let url = PublicURL("\(scheme)://\(address[..<mark.lowerBound])")
        else { return nil }
        let name = address[mark.upperBound...]
        guard let decoded = (name.hasSuffix("/") ? name.dropLast() : name).removingPercentEncoding,
            let terminal = TerminalID(decoded)
        else { return nil }
        self.init(url: url.text, terminal: terminal)
    }

    var description: String { "\(url)/t/\(terminal)" }
}
