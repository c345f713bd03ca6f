import ArgumentParser
import Foundation
import RelayDomain
import ServiceRuntime

/// `baton tags`.
struct TagsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tags",
        abstract: "Writes each relay terminal's QR code as a picture, to be printed or put on its display.",
        discussion: """
            A tag holds <url>/t/<terminal>; write the same text on an NFC tag. Phones need an address that they can \
            reach: set BATON_PUBLIC_URL or --url.
            """)

    @Option(name: .shortAndLong, help: "The folder for the pictures; made if it is absent.")
    var output = "tags"

    @Argument(help: "The terminals; without any, all that are registered.")
    var terminals: [TerminalID] = []

    @OptionGroup var ingress: IngressOption

    func run() async throws {
        let configuration = try BatonConfiguration()
        let url = try ingress.url(configuration)
        let registered = try await withRouter(configuration) { try await $0.shop().shop.terminals.map(\.id) }
        if let unknown = terminals.first(where: { !registered.contains($0) }) {
            throw ValidationError("\(unknown) is not registered; `baton get terminals` lists those that are.")
        }
        if PublicURL(url)?.isLoopback == true {
            printNotice(
                "warning: \(url) leads only to this machine: no phone reaches it. "
                    + "Set BATON_PUBLIC_URL, or use --url")
        }
        try makeFolder()
        for terminal in terminals.isEmpty ? registered : terminals {
            let tag = Tag(url: url, terminal: terminal)
            try tag.write(picture: "\(output)/\(terminal).png")
            try print("\(output)/\(terminal).png  \(tag)")
        }
    }

    private func makeFolder() throws(OperatorError) {
        guard !FileManager.default.fileExists(atPath: output) else { return }
        do {
            // Its contents will be printed, and are not secret.
            try FileManager.default.createDirectory(
                atPath: output, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        } catch {
            throw .file(path: output, reason: systemReason(error))
        }
    }
}
