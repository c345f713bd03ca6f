import CZeroMQ
import Foundation

/// Programs without manners on a router's bus: each says one thing again and again, on a thread and a connection of its own.
final class BusFlood: @unchecked Sendable {
    // Sendable because everything that changes is touched inside `lock`.
    private let lock = NSLock()
    private var isOver = false
    private var said: [String: Int] = [:]
    private let context = zmq_ctx_new()
    private let group = DispatchGroup()

    /// How often each thing was said.
    var counts: [String: Int] { lock.withLock { said } }

    /// Says a frame, at once and as fast as it is taken, with a new connection whenever there have been `count` of them.
    func say(_ what: String, _ frame: [UInt8], to address: String, after hello: [UInt8]? = nil, count: Int = 1_000) {
        begin { [self] in
            while !hasEnded {
                let socket = open(ZMQ_DEALER, address)
                defer { zmq_close(socket) }
                if let hello { zmq_send(socket, hello, hello.count, 0) }
                for _ in 0..<count where !hasEnded {
                    if zmq_send(socket, frame, frame.count, ZMQ_DONTWAIT) < 0 { usleep(200) } else { note(what) }
                    while zmq_recv(socket, nil, 0, ZMQ_DONTWAIT) >= 0 {}
                }
            }
        }
    }

    /// Subscribes to topics of so many bytes, over bare connections: libzmq's own subscriber does not survive that.
    func subscribe(_ what: String, bytes: Int, at path: String) {
        let words = Self.greeting + Self.subscription(UInt64(bytes))
        begin { [self] in
            while !hasEnded {
                let file = Self.connectTo(path)
                defer { close(file) }
                var rest = words[...]
                while !rest.isEmpty {
                    let count = rest.withUnsafeBytes {
                        send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                    guard count > 0 else { break }
                    rest = rest.dropFirst(count)
                }
                note(what)
            }
        }
    }

    static func connectTo(_ path: String) -> Int32 {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        _ = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return file
    }

    /// What a subscriber of ZMTP 3.0 says first (https://rfc.zeromq.org/spec/23/).
    private static let greeting: [UInt8] =
        [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0] + Array("NULL".utf8) + [UInt8](repeating: 0, count: 48)
        + [0x04, 25, 5] + Array("READY".utf8) + [11] + Array("Socket-Type".utf8) + [0, 0, 0, 3] + Array("SUB".utf8)

    private static func subscription(_ bytes: UInt64) -> [UInt8] {
        [0x02] + (0..<8).map { UInt8(truncatingIfNeeded: (bytes + 1) >> (56 - 8 * $0)) } + [1]
            + [UInt8](repeating: 65, count: Int(bytes))
    }

    /// Returns when nobody says anything any more.
    func end() async {
        lock.withLock { isOver = true }
        await withCheckedContinuation { continuation in group.notify(queue: .global()) { continuation.resume() } }
        zmq_ctx_term(context)
    }

    private func open(_ kind: Int32, _ address: String) -> UnsafeMutableRawPointer? {
        let socket = zmq_socket(context, kind)
        var none: Int32 = 0
        zmq_setsockopt(socket, ZMQ_LINGER, &none, MemoryLayout<Int32>.size)
        zmq_connect(socket, address)
        return socket
    }

    private var hasEnded: Bool { lock.withLock { isOver } }
    private func note(_ what: String) { lock.withLock { said[what, default: 0] += 1 } }

    private func begin(_ body: @escaping @Sendable () -> Void) {
        group.enter()
        Thread.detachNewThread { [group] in
            body()
            group.leave()
        }
    }

    // MARK: - What is said

    /// An envelope whose body, of the given number, holds `inner`.
    static func envelope(_ body: Int, _ inner: [UInt8]) -> [UInt8] {
        [0x08, 0x01] + field(body, inner)
    }

    private static func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(content.count) + content
    }

    /// An answer of so many empty receipts.
    static func receipts(_ count: Int) -> [UInt8] {
        var receipts: [UInt8] = [0x52, 0x00]
        while receipts.count < 2 * count { receipts += receipts }
        return envelope(62, Array(receipts.prefix(2 * count)))
    }

    /// A device asks about 64 commands of which nobody knows.
    static var resume: [UInt8] {
        let terminal = field(1, field(1, Array("counter-1".utf8)))
        let name = field(1, Array("019a0b5c-7e10-7000-8000-000000000000.0".utf8))
        return envelope(42, terminal + field(14, (0..<64).flatMap { _ in name }))
    }

    static func hello(_ role: String) -> [UInt8] { envelope(10, field(1, Array(role.utf8))) }

    private static func varint(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 0x7F | 0x80)] + varint(value >> 7)
    }
}
