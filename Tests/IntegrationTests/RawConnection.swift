import Foundation

/// A TCP connection on which any bytes may be sent.
final class RawConnection {
    private let socket: Int32

    /// - Parameter address: `127.0.0.1:7780`.
    init(to address: String) throws {
        guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw TestFailure("\(address) is no address")
        }
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var there = sockaddr_in()
        there.sin_family = sa_family_t(AF_INET)
        there.sin_port = port.bigEndian
        there.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = withUnsafePointer(to: &there) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) == 0 }
        }
        guard isConnected else { throw TestFailure("\(address): \(String(cString: strerror(errno)))") }
    }

    deinit { close(socket) }

    func send(_ bytes: [UInt8]) { _ = Foundation.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// Reads until a text has come.
    /// - Throws: if the peer ends the connection before.
    func hear(_ text: String) throws {
        var heard: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 4_096)
        while !String(decoding: heard, as: UTF8.self).contains(text) {
            let count = recv(socket, &bytes, bytes.count, 0)
            guard count > 0 else { throw TestFailure("no \(text) in: \(String(decoding: heard, as: UTF8.self))") }
            heard += bytes[..<count]
        }
    }

    /// Reads until the peer ends the connection, at most for as long as it says something.
    func hearTheEnd() {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        while recv(socket, &bytes, bytes.count, 0) > 0 {}
    }

    /// The end without a word: the peer reads a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Foundation.linger>.size))
    }
}

extension RawConnection {
    /// A device's WebSocket, open.
    static func device(at address: String) throws -> RawConnection {
        let connection = try RawConnection(to: address)
        connection.send(
            """
            GET /v1/devices HTTP/1.1\r
            Host: \(address)\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
            Sec-WebSocket-Protocol: baton.v1\r
            \r

            """)
        try connection.hear("101 Switching Protocols")
        return connection
    }

    /// Sends a text frame (RFC 6455, section 5.2), masked with zeros.
    func sendFrame(_ text: String) {
        let payload = Array(text.utf8)
        let size = [UInt8(0x80 | 126), UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        send([0x81] + size + [0, 0, 0, 0] + payload)
    }
}
