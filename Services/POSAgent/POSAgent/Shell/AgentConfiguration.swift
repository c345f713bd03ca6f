import DeviceLink
import DeviceRuntime
import RelayDomain
import ServiceRuntime

/// What `baton-pos-agent` reads, beside what every process reads; the table is in docs/devices.md.
public struct AgentConfiguration: Sendable {
    public let pos: POSID
    public let gateway: GatewayAddress
    /// The sealing key's file.
    public let sealingKey: String
    /// The command journal's file.
    public let journal: String
    private let socket: JSONLinesDriver.Address?

    public init(_ settings: Settings) throws {
        pos = try settings.read("BATON_POS", as: .pos, meaning: "The POS's registered ID.")
        gateway = try settings.read(
            "BATON_GATEWAY", as: .gateway(port: 7782), default: GatewayAddress(host: "127.0.0.1", port: 7782),
            meaning: "A POS gateway.")
        let keys = try settings.read(
            "BATON_KEYS", as: .path, default: settings.home.keys,
            meaning: "The folder that holds seal, the key that opens codes.")
        sealingKey = keys + "/seal"
        socket = try settings.readIfSet(
            "BATON_POS_SOCKET", as: .posSocket,
            meaning: "Where the POS program listens; pos.sock in the home if absent.")
        journal = try settings.home.path + "/pos-agent-\(pos).db"
    }

    /// Where the POS program listens: what is set, or the default in the home's folder of sockets.
    public func address(in home: Home) throws -> JSONLinesDriver.Address {
        try socket ?? .path(home.runDirectory() + "/pos.sock")
    }
}

extension SettingKind<POSID> {
    static var pos: Self {
        guard let example = POSID("till-1") else { preconditionFailure("a name of letters is an identifier") }
        return registeredID(example)
    }
}

extension SettingKind<JSONLinesDriver.Address> {
    /// A path, or a loopback address: codes go over this line in the open.
    static var posSocket: Self {
        Self(
            expected: "an absolute path of at most 90 bytes, or 127.0.0.1:port", example: .path("/run/pos.sock"),
            parse: { text throws(SettingProblem) in
                if text.hasPrefix("/") {
                    guard text.utf8.count <= 90 else { throw SettingProblem("is too long for a socket") }
                    return .path(text)
                }
                guard let address = HostPort(text), ["127.0.0.1", "::1"].contains(address.host) else {
                    throw .malformed
                }
                return .loopback(host: address.host, port: address.port)
            },
            write: { address in
                switch address {
                case .path(let path): path
                case .loopback(let host, let port): "\(host):\(port)"
                }
            })
    }
}
