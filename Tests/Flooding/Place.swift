import Foundation

/// Where a bare connection goes.
public enum Place: Hashable, Sendable {
    case unix(String)
    case loopback(port: UInt16)

    /// Strangers use an address of their own, as they would in reality, so that honest phones keep their address's
    /// share.
    private static let strangersAddress = "127.0.0.2"
    /// Non-blocking, and not inherited by a process that is started meanwhile.
    private static let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)

    /// - Parameter address: as a process announces it: `127.0.0.1:43120`, or `ipc://` with a path.
    public init?(_ address: String) {
        if address.hasPrefix("ipc://") {
            self = .unix(String(address.dropFirst("ipc://".count)))
        } else if let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) {
            self = .loopback(port: port)
        } else {
            return nil
        }
    }

    /// Begins to connect, without waiting for it.
    /// - Returns: the connection's file, or -1.
    public func open() -> Int32 {
        switch self {
        case .unix(let path):
            let file = socket(AF_UNIX, Self.kind, 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
            return Self.connect(file, &address)
        case .loopback(let port):
            let file = socket(AF_INET, Self.kind, 0)
            var address = Self.address(Self.strangersAddress, port: 0)
            _ = withUnsafePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            address = Self.address("127.0.0.1", port: port)
            return Self.connect(file, &address)
        }
    }

    private static func address(_ host: String, port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr(host)
        address.sin_port = port.bigEndian
        return address
    }

    private static func connect<Address>(_ file: Int32, _ address: inout Address) -> Int32 {
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(file, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result != 0, errno != EINPROGRESS else { return file }
        close(file)
        return -1
    }
}
