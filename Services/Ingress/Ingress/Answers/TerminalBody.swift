import JSONText
import RelayDomain

extension TerminalInfo {
    /// What a program reads about the terminal whose tag it has: the schema `Terminal` of docs/openapi.yaml.
    func json(publicURL: String) -> [UInt8] {
        var text = JSONWriter(reserving: 192)
        text.object { text in
            text.field("terminal", terminal.text)
            text.field("paired", isPaired)
            text.field("online", isOnline)
            text.field("submit", publicURL + "/v1/transactions")
        }
        return text.bytes
    }
}
