import NIOHTTP1
import RelayDomain

/// The page for a person who opens a terminal's tag or QR code in a browser. It contains no secret: the tag is public.
enum TerminalPage {
    static let headers: HTTPHeaders = [
        "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Vary": "Accept",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    ]

    /// The terminal's ID has only harmless characters, so it needs no escaping.
    static func html(_ info: TerminalInfo) -> String {
        let device = info.isPaired ? "The till" : "The terminal"
        let state = info.isOnline ? "\(device) is ready." : "\(device) has no connection at the moment."
        return """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Terminal \(info.terminal)</title>
            <style>body { font: 1.1em/1.5 system-ui, sans-serif; margin: 3em auto; max-width: 28em; padding: 0 1em }</style>
            <h1>Terminal \(info.terminal)</h1>
            <p>\(state)</p>
            <p>To pay or to use a membership here, open your payment or membership app and scan this tag with it.</p>
            </html>

            """
    }
}
