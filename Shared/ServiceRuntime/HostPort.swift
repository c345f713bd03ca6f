/// Where a socket listens or connects: a host name or IP address, and a TCP port.
public struct HostPort: Hashable, Sendable, CustomStringConvertible {
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    public let host: String
    /// 0 to 65,535; 0 lets the system choose when listening.
    public let port: Int

    /// A host without brackets, and a port.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = Int(port)
    }

    /// Reads `host:port`; an IPv6 address is in brackets, as in RFC 3986: `[::1]:7780`. `*` is ``any(port:)``.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), text[text.index(after: colon)...].first?.isNumber == true,
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        if host == "*" { host = "0.0.0.0" }  // A resolver would take it for a name, and find this machine's loopback.
        guard (1...253).contains(host.utf8.count), host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
        self.init(host: String(host), port: port)
    }

    /// Every interface of the machine.
    public static func any(port: UInt16) -> HostPort { HostPort(host: "0.0.0.0", port: port) }

    /// Only this machine.
    public static func loopback(port: UInt16) -> HostPort { HostPort(host: "127.0.0.1", port: port) }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The address at which a process on this machine reaches this listener: a wildcard becomes the loopback.
    public var reachable: HostPort {
        switch host {
        case "0.0.0.0": HostPort(host: "127.0.0.1", port: UInt16(port))
        case "::": HostPort(host: "::1", port: UInt16(port))
        default: self
        }
    }
}
