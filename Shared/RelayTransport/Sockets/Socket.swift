import CZeroMQ

/// One ZeroMQ socket. Only its reactor's thread may use it.
final class Socket {
    /// The four patterns of the bus, and the pair on which libzmq reports events.
    enum Kind {
        case router, dealer, publisher, subscriber, monitor
    }

    /// How much is read before other sockets and jobs get their turn, in messages, bytes and time. libzmq takes one
    /// message of each connection in turn, so this is each connection's budget too.
    static let batchMax = 512
    static let batchBytesMax = 1 << 20
    static let batchTimeMax = Duration.milliseconds(10)

    let kind: Kind
    /// Readable when the socket's state has changed; see ``checkForMessages()``.
    let descriptor: Int32
    private(set) var isClosed = false
    /// Whether reading may bring something. Set by the reactor's `poll`, lowered when a read found nothing.
    var mayHaveMessages = true
    /// Whether reading is suspended.
    var isPaused = false {
        didSet { if oldValue, !isPaused { mayHaveMessages = !isClosed } }
    }
    /// Receives the first frame of every message. Further ones are taken with ``receive()``; frames that are not taken
    /// are dropped.
    var onMessage: (consuming Frame) -> Void = { _ in }
    /// Called with events of the socket's connections, and the connection's file if libzmq reports it.
    var onEvent: (SocketEvent, _ file: Int32) -> Void = { _, _ in }

    private let handle: UnsafeMutableRawPointer
    private var wasUsed = true
    /// Whether the frame that was received last is followed by another of its message.
    private(set) var isInsideMessage = false
    private var bytesRead = 0
    private var monitor: Socket?

    /// Use ``Reactor/makeSocket(_:)``.
    init(_ kind: Kind, context: Context) throws(TransportError) {
        guard let handle = zmq_socket(context.handle, kind.type) else { throw .library("zmq_socket") }
        var descriptor: Int32 = -1
        var size = MemoryLayout<Int32>.size
        guard zmq_getsockopt(handle, ZMQ_FD, &descriptor, &size) == 0 else {
            let error = TransportError.library("ZMQ_FD")
            zmq_close(handle)
            throw error
        }
        self.kind = kind
        self.handle = handle
        self.descriptor = descriptor
    }

    deinit { precondition(isClosed, "a socket must be closed on its reactor before it is released") }

    /// Closes the socket and its monitor. A second call does nothing.
    /// - Parameter lingering: whether unsent frames may still be sent, for as long as configured.
    func close(lingering: Bool = true) {
        guard !isClosed else { return }
        if !lingering { try? set(ZMQ_LINGER, 0) }
        isClosed = true
        mayHaveMessages = false
        onMessage = { _ in }
        onEvent = { _, _ in }
        if let monitor {
            // libzmq's thread may be waiting for room for its next event, while it holds a lock that the next call
            // needs.
            monitor.readAll()
            zmq_socket_monitor(handle, nil, 0)
            monitor.close()
        }
        monitor = nil
        zmq_close(handle)
    }

    // MARK: - Set up

    func set(_ option: Int32, _ value: Int32) throws(TransportError) {
        var value = value
        guard zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size) == 0 else {
            throw .library("socket option \(option)")
        }
    }

    func set(_ option: Int32, long value: Int64) throws(TransportError) {
        var value = value
        guard zmq_setsockopt(handle, option, &value, MemoryLayout<Int64>.size) == 0 else {
            throw .library("socket option \(option)")
        }
    }

    func set(_ option: Int32, _ value: String) throws(TransportError) {
        wasUsed = true
        guard zmq_setsockopt(handle, option, value, value.utf8.count) == 0 else {
            throw .library("socket option \(option)")
        }
    }

    /// - Returns: the address that peers can connect to; with port `*` it names the actual port.
    func bind(_ address: String) throws(TransportError) -> String {
        guard zmq_bind(handle, address) == 0 else {
            throw .cannotBind(address, reason: String(cString: zmq_strerror(zmq_errno())))
        }
        var bound = [UInt8](repeating: 0, count: 256)
        var size = bound.count
        guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &bound, &size) == 0 else { throw .library("ZMQ_LAST_ENDPOINT") }
        return String(decoding: bound.prefix(max(size - 1, 0)), as: UTF8.self)
    }

    /// Begins to connect, which continues and is repeated in the background.
    func connect(_ address: String) throws(TransportError) {
        wasUsed = true
        guard zmq_connect(handle, address) == 0 else {
            throw .cannotConnect(address, reason: String(cString: zmq_strerror(zmq_errno())))
        }
    }

    /// Ends what `connect` began. An address that was never connected is ignored.
    func disconnect(_ address: String) {
        wasUsed = true
        zmq_disconnect(handle, address)
    }

    /// Reports what happens to the socket's connections, from now on; see ``onEvent``.
    ///
    /// libzmq's thread waits while some thousand events are not read, and accepts no connection meanwhile.
    func watch(on reactor: Reactor) throws(TransportError) {
        let address = "inproc://monitor-\(UInt(bitPattern: handle))-\(descriptor)"
        guard zmq_socket_monitor(handle, address, SocketEvent.mask) == 0 else { throw .library("zmq_socket_monitor") }
        let monitor = try reactor.makeSocket(.monitor)
        self.monitor = monitor
        monitor.onMessage = { [unowned self, unowned monitor] frame in
            var frame = frame
            let news = frame.withBytes { bytes in SocketEvent(bytes).map { ($0, SocketEvent.value(bytes)) } }
            _ = monitor.receive()  // The address: the owner knows its own, and the peer's is not needed.
            if let (event, value) = news { self.onEvent(event, value) }
        }
        try monitor.connect(address)
    }

    /// Reads all events until now, before the reactor's next turn.
    func readEvents() { monitor?.readAll() }

    // MARK: - Messages

    /// Gives one frame to the socket.
    /// - Returns: zero, or libzmq's error number.
    func send(_ frame: consuming Frame, more: Bool = false) -> Int32 {
        wasUsed = true
        return isClosed ? ENOTSOCK : frame.send(to: handle, more: more)
    }

    /// The next frame, if one is there.
    func receive() -> Frame? {
        guard !isClosed else { return nil }
        var frame = Frame()
        guard frame.receive(from: handle) == 0 else { return nil }
        isInsideMessage = frame.hasMore
        bytesRead += frame.count
        return frame
    }

    /// Reads messages until none is left or the batch is full; then the reactor comes back in its next tick.
    func readBatch() {
        let start = ContinuousClock.now
        bytesRead = 0
        for count in 1...Self.batchMax {
            guard let frame = receive() else {
                mayHaveMessages = false
                return
            }
            onMessage(frame)
            while isInsideMessage, receive() != nil {}
            guard bytesRead < Self.batchBytesMax, !isPaused else { return }
            if count.isMultiple(of: 8), .now - start >= Self.batchTimeMax { return }
        }
    }

    /// Reads all waiting messages; if the connection has ended, the high-water mark limits their number.
    func readAll() {
        mayHaveMessages = !isClosed
        while mayHaveMessages, !isPaused { readBatch() }
    }

    /// Whether reading may bring something.
    ///
    /// The descriptor is edge-triggered, and any call on the socket may clear it: after a send libzmq is asked for the
    /// socket's state, otherwise a message could stay unread until the next one comes.
    func checkForMessages() -> Bool {
        guard !isPaused else { return false }
        guard wasUsed, !mayHaveMessages, !isClosed else { return mayHaveMessages }
        wasUsed = false
        var events: Int32 = 0
        var size = MemoryLayout<Int32>.size
        let failed = zmq_getsockopt(handle, ZMQ_EVENTS, &events, &size) != 0
        mayHaveMessages = failed || events & Int32(ZMQ_POLLIN) != 0
        return mayHaveMessages
    }
}

extension Socket.Kind {
    fileprivate var type: Int32 {
        switch self {
        case .router: ZMQ_ROUTER
        case .dealer: ZMQ_DEALER
        case .publisher: ZMQ_XPUB
        case .subscriber: ZMQ_SUB
        case .monitor: ZMQ_PAIR
        }
    }
}
