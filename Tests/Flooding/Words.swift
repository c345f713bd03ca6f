/// The bytes that strangers send.
public enum Words {
    // MARK: - HTTP and WebSocket

    static func get(_ path: String) -> [UInt8] { Array("GET \(path) HTTP/1.1\r\nHost: relay\r\n\r\n".utf8) }

    /// A request's head without its end.
    static let halfHead = Array("POST /v1/transactions HTTP/1.1\r\nHost: relay\r\nX: ".utf8)

    /// A device's first request (docs/devices.md), after which both ends use WebSocket.
    static let upgrade = Array(
        ("GET /v1/devices HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            + "Sec-WebSocket-Protocol: baton.v1\r\n\r\n").utf8)

    /// An empty frame of a client (RFC 6455): its first byte, no length, a mask of zeros.
    static func emptyFrame(_ first: UInt8) -> [UInt8] { [first, 0x80, 0, 0, 0, 0] }
    static let ping = emptyFrame(0x89)
    static let firstFragment = emptyFrame(0x01)
    static let fragment = emptyFrame(0x00)

    static func repeated(_ words: [UInt8], _ times: Int) -> [UInt8] { (0..<times).flatMap { _ in words } }

    // MARK: - ZMTP

    /// The handshake of a ZMTP 3.0 subscriber (https://rfc.zeromq.org/spec/23/), and a topic of so many bytes. libzmq's
    /// own subscriber crashes on long ones.
    public static func subscription(bytes: Int) -> [UInt8] {
        let length = UInt64(bytes) + 1
        return greeting + [0x02] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) } + [1]
            + [UInt8](repeating: 65, count: bytes)
    }

    private static let greeting: [UInt8] =
        [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0] + Array("NULL".utf8) + [UInt8](repeating: 0, count: 48)
        + [0x04, 25, 5] + Array("READY".utf8) + [11] + Array("Socket-Type".utf8) + [0, 0, 0, 3] + Array("SUB".utf8)

    // MARK: - Envelopes

    /// An envelope whose body, of the given number, holds `inner`.
    static func envelope(_ body: Int, _ inner: [UInt8]) -> [UInt8] { [0x08, 0x01] + field(body, inner) }

    /// An answer of so many empty hop stamps: two bytes each.
    public static func hopStamps(_ count: Int) -> [UInt8] {
        var hopStamps: [UInt8] = [0x52, 0x00]
        while hopStamps.count < 2 * count { hopStamps += hopStamps }
        return envelope(62, Array(hopStamps.prefix(2 * count)))
    }

    /// A device's `resume` with 64 unknown commands.
    public static var resume: [UInt8] {
        let terminal = field(1, field(1, Array("counter-1".utf8)))
        let name = field(1, Array("019a0b5c-7e10-7000-8000-000000000000.0".utf8))
        return envelope(42, terminal + field(14, repeated(name, 64)))
    }

    public static func hello(_ role: String) -> [UInt8] { envelope(10, field(1, Array(role.utf8))) }

    private static func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(content.count) + content
    }

    private static func varint(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 0x7F | 0x80)] + varint(value >> 7)
    }
}
