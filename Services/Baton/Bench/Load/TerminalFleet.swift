import NIOCore
import NIOPosix

/// All relay terminals, on one event loop: connects them, a few at a time, and notes what goes wrong.
final class TerminalFleet {
    /// How many sessions may be opened at a time: fewer than a gateway's limit of handshakes.
    private static let openingMax = 64

    private let eventLoop: any EventLoop
    private let gateway: SocketAddress
    private var waiting: [Terminal] = []
    private var all: [Terminal] = []
    private var whenOpen: EventLoopPromise<Void>?
    private(set) var open = 0
    /// What went wrong. Nothing, in a valid run.
    private(set) var tally = Tally()
    private var isClosing = false

    init(on eventLoop: any EventLoop, gateway: SocketAddress) {
        self.eventLoop = eventLoop
        self.gateway = gateway
    }

    /// Opens a session for each terminal. To be called once.
    /// - Returns: succeeds once every session is open, fails if one cannot be opened.
    func connect(_ terminals: [String]) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        whenOpen = promise
        let host = "\(gateway.ipAddress ?? "localhost"):\(gateway.port ?? 80)"
        all = terminals.map { Terminal($0, of: self, host: host) }
        waiting = all.reversed()
        for _ in 0..<Self.openingMax { connectNext() }
        return promise.futureResult
    }

    private func connectNext() {
        guard let terminal = waiting.popLast() else { return }
        let handler = NIOLoopBound(terminal, eventLoop: eventLoop)
        let fleet = NIOLoopBound(self, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 1_024))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(handler.value)
                }
            }
            .connect(to: gateway)
            .whenFailure { fleet.value.fail("a terminal cannot connect: \($0)") }
    }

    /// Ends all connections.
    func close() {
        isClosing = true
        fail("the run is over")
        for terminal in all { terminal.close() }
    }

    private func fail(_ what: String) { whenOpen?.fail(BenchError.notConnected(what)) }

    // MARK: - What terminals tell

    func opened(_ terminal: Terminal) {
        open += 1
        open == all.count ? whenOpen?.succeed() : connectNext()
    }

    func lost(_ terminal: Terminal) {
        guard !isClosing else { return }
        tally.count("a terminal lost")
        fail(tally.othersText.joined(separator: ", "))
    }

    func count(_ what: String) { tally.count(what) }
}
