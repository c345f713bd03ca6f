import DeviceLink
import DeviceRuntime
import RelayDomain
import ServiceRuntime

/// What `baton-terminal` reads, beside what every process reads; the table is in docs/devices.md.
public struct TerminalConfiguration: Sendable {
    public let terminal: TerminalID
    public let gateway: GatewayAddress
    public let publicURL: String
    public let tagPicture: String?
    /// Standard input belongs to the parent then (`BATON_PARENT`).
    public let hasNoKeyboard: Bool
    /// The command journal's file.
    public let journal: String

    public init(_ settings: Settings) throws {
        terminal = try settings.read("BATON_TERMINAL", as: .terminal, meaning: "The relay terminal's registered ID.")
        gateway = try settings.read(
            "BATON_GATEWAY", as: .gateway(port: 7781), default: GatewayAddress(host: "127.0.0.1", port: 7781),
            meaning: "A terminal gateway.")
        publicURL = try settings.read(
            "BATON_PUBLIC_URL", as: .publicURL, default: .ownIngress, meaning: "Where phones reach the relay."
        ).text
        tagPicture = try settings.readIfSet(
            "BATON_TAG_PICTURE", as: .path, meaning: "Where to write the tag's QR picture, a PNG file.")
        hasNoKeyboard = try settings.read(
            "BATON_PARENT", as: .bool, default: false, meaning: "End when standard input does (children of baton up).")
        journal = try settings.home.path + "/terminal-\(terminal).db"
    }

    /// What a phone reads off the terminal's tag.
    public var tag: String { "\(publicURL)/t/\(terminal)" }
}

extension SettingKind<TerminalID> {
    static var terminal: Self {
        guard let example = TerminalID("counter-1") else { preconditionFailure("a name of letters is an identifier") }
        return registeredID(example)
    }
}
