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

    /// Subscribes to topics of so many bytes.
    func subscribe(_ what: String, bytes: Int, to address: String) {
        begin { [self] in
            while !hasEnded {
                let socket = open(ZMQ_SUB, address)
                let topic = [UInt8](repeating: UInt8.random(in: 65...90), count: bytes)
                zmq_setsockopt(socket, ZMQ_SUBSCRIBE, topic, topic.count)
                usleep(20_000)
                note(what)
                zmq_close(socket)
            }
        }
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
        [0x08, 0x01] + varint(body << 3 | 2) + varint(inner.count) + inner
    }

    /// An answer of so many empty receipts.
    static func receipts(_ count: Int) -> [UInt8] {
        envelope(62, (0..<2 * count).map { $0.isMultiple(of: 2) ? 0x52 : 0x00 })
    }

    static func hello(_ role: String) -> [UInt8] { envelope(10, [0x0A, UInt8(role.utf8.count)] + Array(role.utf8)) }

    private static func varint(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 0x7F | 0x80)] + varint(value >> 7)
    }
}
