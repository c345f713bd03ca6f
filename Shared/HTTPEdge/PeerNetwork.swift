import NIOCore

/// What counts as one address in limits per address: an IPv4 address, or the /64 network of an IPv6 address, which is
/// what one subscriber gets.
public struct PeerNetwork: Hashable, Sendable {
    /// 4 or 8 bytes; none for a peer without an address, such as one of a Unix socket.
    private let bytes: [UInt8]

    /// The network of a peer's address; nil: a peer without one.
    public init(_ address: SocketAddress?) {
        let all = address?.packedIPAddress ?? []
        // ::ffff:192.0.2.1, an IPv4 peer at a socket for both families (RFC 4291, section 2.5.5.2).
        let isMapped = all.count == 16 && all[..<10].allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
        bytes = isMapped ? Array(all[12...]) : Array(all.prefix(all.count == 16 ? 8 : 4))
    }
}

extension SocketAddress {
    /// Only the address, in network order.
    fileprivate var packedIPAddress: [UInt8]? {
        switch self {
        case .v4(let address): withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
        case .v6(let address): withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
        case .unixDomainSocket: nil
        }
    }
}
