import DeviceProtocol
import NIOCore

/// Where a gateway is: `ws://host:port`, with the protocol's own path unless the address names another.
public struct GatewayAddress: Hashable, Sendable, CustomStringConvertible {
    /// Without brackets.
    public let host: String
    /// 1 to 65,535.
    public let port: Int
    /// The WebSocket's path, with its slash.
    public let path: String

    /// A gateway at a host without brackets.
    public init(host: String, port: Int, path: String = DeviceLimits.path) {
        self.host = host
        self.port = port
        self.path = path
    }

    /// Reads `ws://host:port/path`; port (80) and path may be absent, an IPv6 address is in brackets.
    /// - Throws: ``GatewayAddressError``.
    public init(_ text: String) throws(GatewayAddressError) {
        guard !text.hasPrefix("wss://") else { throw .tlsIsNotSupported }
        guard text.hasPrefix("ws://"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .malformed }
        let rest = text.dropFirst("ws://".count)
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        guard !path.contains("#"), !authority.contains("@") else { throw .malformed }
        let colon = authority.lastIndex { $0 == ":" }.flatMap { authority[$0...].contains("]") ? nil : $0 }
        var host = colon.map { authority[..<$0] } ?? authority
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw .malformed
        }
        let port = colon.map { UInt16(authority[authority.index(after: $0)...]) } ?? 80
        guard let port, port > 0, (1...253).contains(host.utf8.count) else { throw .malformed }
        self.init(
            host: String(host), port: Int(port), path: path.isEmpty || path == "/" ? DeviceLimits.path : String(path))
    }

    /// Host and port as HTTP writes them (RFC 9112, section 3.2).
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    public var description: String { "ws://\(authority)\(path)" }

    /// The address itself if the host is numeric; names are resolved at each attempt.
    var numeric: SocketAddress? { try? SocketAddress(ipAddress: host, port: port) }
}

/// Why a text is not a gateway's address.
public enum GatewayAddressError: Error, Hashable, Sendable {
    case malformed
    case tlsIsNotSupported
}

extension GatewayAddressError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed: "write the gateway's address as ws://host:port"
        case .tlsIsNotSupported: "wss:// comes with a later version; use ws:// within a network that you trust"
        }
    }
}
