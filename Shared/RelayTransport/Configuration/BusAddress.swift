/// Where routers are found: a directory of sockets on this machine, or a host and the first of four ports.
///
/// One address is for all four endpoints and any number of routers: every socket in the directory, every address behind
/// the host name.
public enum BusAddress: Hashable, Sendable, CustomStringConvertible {
    /// `ipc:///var/lib/baton/run/bus`: a router binds `<directory>/<its name>.<endpoint>`. Made with mode 0700.
    case ipc(directory: String)
    /// `tcp://router:7701`: `requests` at this port, `devices`, `destinations`, `events` at the next three. `*` as host
    /// binds every interface; port 0 binds four free ports, which are known after binding.
    case tcp(host: String, port: UInt16)

    /// The first port when the address names none.
    public static let portDefault: UInt16 = 7701
    /// The longest socket path. The system allows 107 bytes; the rest is kept for directories mounted elsewhere.
    public static let pathBytesMax = 90

    /// - Throws: ``TransportError/badAddress(_:)``.
    public init(_ text: String) throws(TransportError) {
        if text.hasPrefix("ipc://") {
            var directory = text.dropFirst("ipc://".count)
            while directory.count > 1, directory.hasSuffix("/") { directory.removeLast() }
            guard directory.hasPrefix("/") || directory.hasPrefix("./") else { throw .badAddress(text) }
            self = .ipc(directory: String(directory))
        } else if text.hasPrefix("tcp://") {
            self = try Self.tcp(text)
        } else {
            throw .badAddress(text)
        }
    }

    private static func tcp(_ text: String) throws(TransportError) -> BusAddress {
        let rest = text.dropFirst("tcp://".count)
        var host = rest[...]
        var port = portDefault
        if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
            host = rest[rest.index(after: rest.startIndex)..<end]
            let tail = rest[rest.index(after: end)...]
            port = try tail.isEmpty ? portDefault : Self.port(tail, of: text)
        } else if let colon = rest.lastIndex(of: ":") {
            host = rest[..<colon]
            port = try Self.port(rest[colon...], of: text)
            guard !host.contains(":") else { throw .badAddress(text) }
        }
        guard !host.isEmpty, host.allSatisfy({ $0.isASCII && !$0.isWhitespace && $0 != "/" }) else {
            throw .badAddress(text)
        }
        return .tcp(host: String(host), port: port)
    }

    /// Reads `:7701` and leaves room for the other three endpoints.
    private static func port(_ text: Substring, of address: String) throws(TransportError) -> UInt16 {
        guard text.first == ":", let port = UInt16(text.dropFirst()), port <= .max - 3 else {
            throw .badAddress(address)
        }
        return port
    }

    /// Whether only processes of this machine's user can reach it.
    public var isLocal: Bool {
        switch self {
        case .ipc: true
        case .tcp: false
        }
    }

    public var description: String {
        switch self {
        case .ipc(let directory): "ipc://\(directory)"
        case .tcp(let host, let port): host.contains(":") ? "tcp://[\(host)]:\(port)" : "tcp://\(host):\(port)"
        }
    }
}
