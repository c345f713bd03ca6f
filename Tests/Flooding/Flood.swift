import CZeroMQ
import Foundation

/// Misbehaving programs: each sends one thing again and again, on a thread and on connections of its own. Its threads
/// have the lowest priority: strangers use machines of their own, not the relay's processor.
public final class Flood: @unchecked Sendable {
    // Sendable because everything that changes is touched inside `lock`.
    private let lock = NSLock()
    private var isOver = false
    private var said: [String: Int] = [:]
    private let context = zmq_ctx_new()
    private let group = DispatchGroup()

    public init() {}

    /// How often each thing was sent.
    public var counts: [String: Int] { lock.withLock { said } }

    /// Returns when all threads have stopped sending.
    public func end() async {
        lock.withLock { isOver = true }
        await withCheckedContinuation { continuation in group.notify(queue: .global()) { continuation.resume() } }
        zmq_ctx_term(context)
    }

    private var hasEnded: Bool { lock.withLock { isOver } }
    private func note(_ what: String) { lock.withLock { said[what, default: 0] += 1 } }

    private func begin(_ body: @escaping @Sendable () -> Void) {
        group.enter()
        Thread.detachNewThread { [group] in
            // On Linux: of this thread and those that it begins.
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
            body()
            group.leave()
        }
    }

    // MARK: - With ZeroMQ

    /// Sends a frame as fast as it is accepted, with a new connection after every `count` frames.
    /// - Parameters:
    ///   - hello: what each connection sends first.
    ///   - routingID: the routing ID of each connection; nil: libzmq's own.
    ///   - pause: between two frames, in microseconds.
    public func say(
        _ what: String, _ frame: [UInt8], to address: String, after hello: [UInt8]? = nil, routingID: [UInt8]? = nil,
        count: Int = 1_000, pause: UInt32 = 0
    ) {
        begin { [self] in
            while !hasEnded {
                let socket = open(address, routingID)
                defer { zmq_close(socket) }
                if let hello { zmq_send(socket, hello, hello.count, ZMQ_DONTWAIT) }
                for _ in 0..<count where !hasEnded {
                    if zmq_send(socket, frame, frame.count, ZMQ_DONTWAIT) < 0 { usleep(200) } else { note(what) }
                    while zmq_recv(socket, nil, 0, ZMQ_DONTWAIT) >= 0 {}
                    if pause > 0 { usleep(pause) }
                }
            }
        }
    }

    private func open(_ address: String, _ routingID: [UInt8]?) -> UnsafeMutableRawPointer? {
        let socket = zmq_socket(context, ZMQ_DEALER)
        var none: Int32 = 0
        zmq_setsockopt(socket, ZMQ_LINGER, &none, MemoryLayout<Int32>.size)
        if let routingID { zmq_setsockopt(socket, ZMQ_ROUTING_ID, routingID, routingID.count) }
        zmq_connect(socket, address)
        return socket
    }

    // MARK: - With bare connections

    /// What a connection does after its first bytes.
    public enum Manner: Sendable {
        /// Stays open, and reads.
        case staysSilent
        /// Sends this again and again.
        case goesOn([UInt8])
        /// Disconnects, and connects again.
        case leaves
    }

    /// Keeps a number of connections open, each with the same first bytes, and replaces closed ones. Counts the
    /// connections, and how often they send their bytes.
    /// - Parameter pause: between two rounds through all of them, in microseconds.
    public func connect(
        _ what: String, to place: Place, count: Int, saying first: [UInt8] = [], _ manner: Manner,
        pause: UInt32 = 20_000
    ) {
        begin { [self] in
            var lines = (0..<count).map { _ in BareLine() }
            defer { for line in lines { line.hangUp() } }
            while !hasEnded {
                for index in lines.indices {
                    switch lines[index].turn(at: place, first, manner) {
                    case .said: note(what)
                    case .quiet: break
                    case .lost: lines[index] = BareLine()
                    }
                }
                if pause > 0 { usleep(pause) }
            }
        }
    }
}
