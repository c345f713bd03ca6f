import NIOCore
import NIOPosix

/// All phones, on one event loop: submits by its pace, counts what comes back.
final class PhoneFleet {
    /// When a phone submits.
    private enum Pace {
        case rest
        /// Each phone submits again as soon as it has its answer.
        case saturated
        case open(OpenLoop)
    }

    /// What was measured since a moment.
    struct Window: Sendable {
        var latencies = Latencies()
        var tally = Tally()
    }

    /// How long a phone rests after an answer that is no approval, so that a relay that refuses is not flooded.
    private static let pause = TimeAmount.milliseconds(100)

    private let eventLoop: any EventLoop
    private var codes: CodeSource
    private var phones: [LoadPhone] = []
    private var pace = Pace.rest
    private var window = Window()
    /// What was counted in windows that are closed.
    private var past = Tally()
    private var connected = 0
    private var whenConnected: EventLoopPromise<Void>?
    private var whenIdle: [EventLoopPromise<Void>] = []
    private var isClosing = false

    init(on eventLoop: any EventLoop, codes: CodeSource) {
        self.eventLoop = eventLoop
        self.codes = codes
    }

    /// All answers to phones so far.
    var tally: Tally { past + window.tally }
    /// How many phones wait for an answer.
    var busy: Int { phones.count { $0.isBusy } }

    /// Connects `count` phones. The terminals are divided: each belongs to one phone.
    func connect(_ count: Int, to ingress: SocketAddress, terminals: [String], application: String)
        -> EventLoopFuture<Void>
    {
        let promise = eventLoop.makePromise(of: Void.self)
        guard count > 0 else {
            promise.succeed()
            return promise.futureResult
        }
        whenConnected = promise
        let host = "\(ingress.ipAddress ?? "localhost"):\(ingress.port ?? 80)"
        phones = (0..<count).map { number in
            let own = stride(from: number, to: terminals.count, by: count).map { terminals[$0] }
            return LoadPhone(number, of: self, terminals: own, application: application, host: host)
        }
        for phone in phones {
            let handler = NIOLoopBound(phone, eventLoop: eventLoop)
            ClientBootstrap(group: eventLoop)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2_048))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(handler.value)
                    }
                }
                .connect(to: ingress)
                .whenFailure { promise.fail(BenchError.notConnected("a phone cannot connect: \($0)")) }
        }
        return promise.futureResult
    }

    // MARK: - Pace

    /// Every phone submits, again and again.
    func saturate() {
        pace = .saturated
        for phone in phones where !phone.isBusy { submit(phone, from: LoadClock.now) }
    }

    /// Phones get these codes from now on.
    func use(_ codes: CodeSource) { self.codes = codes }

    /// Customers come at `rate` a second for `span`.
    /// - Returns: how many.
    func follow(rate: Double, for span: Duration) -> Int {
        let count = max(1, Int(rate * (span / .seconds(1))))
        let loop = OpenLoop(begin: LoadClock.now + 1_000_000, rate: rate, count: count, phones: phones.count)
        pace = .open(loop)
        startDue()
        return count
    }

    /// No phone submits any more.
    /// - Returns: succeeds once every phone has its answer and every customer of a schedule has been served.
    func finish() -> EventLoopFuture<Void> {
        if case .saturated = pace { pace = .rest }
        let promise = eventLoop.makePromise(of: Void.self)
        whenIdle.append(promise)
        tellIfIdle()
        return promise.futureResult
    }

    /// Counts anew from here on.
    /// - Returns: what was counted until now.
    func turnWindow() -> Window {
        defer { window = Window() }
        past = past + window.tally
        return window
    }

    /// Ends all connections; phones without an answer are noted.
    func close() {
        isClosing = true
        pace = .rest
        whenConnected?.fail(BenchError.notConnected("the run is over"))
        for phone in phones {
            if phone.giveUp() { window.tally.count("no answer") }
            phone.close()
        }
        tellIfIdle()
    }

    private func submit(_ phone: LoadPhone, from begin: UInt64) {
        guard let code = codes.next() else {
            window.tally.count("no code left")
            pace = .rest
            return tellIfIdle()
        }
        phone.submit(code: code, from: begin)
    }

    /// Starts every customer who has come and finds a free phone, and sets a timer for the next one.
    private func startDue() {
        guard case .open(var loop) = pace else { return }
        pace = .rest  // Lets the schedule be changed in place.
        let now = LoadClock.now
        var starts: [OpenLoop.Start] = []
        while let start = loop.next(at: now) { starts.append(start) }
        let due = loop.nextDue
        pace = .open(loop)
        for start in starts { submit(phones[start.phone], from: start.intended) }
        guard let due else { return }
        let fleet = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(deadline: .uptimeNanoseconds(due)) { fleet.value.startDue() }
    }

    // MARK: - What phones tell

    func connected(_ phone: LoadPhone) {
        connected += 1
        if connected == phones.count { whenConnected?.succeed() }
    }

    func answered(_ phone: LoadPhone, _ answer: HTTPAnswer, begin: UInt64) {
        guard answer.isApproved else {
            window.tally.count(answer.kind)
            let fleet = NIOLoopBound(self, eventLoop: eventLoop)
            let number = phone.number
            eventLoop.scheduleTask(in: Self.pause) { fleet.value.goOn(fleet.value.phones[number]) }
            return
        }
        window.tally.approve()
        window.latencies.record(from: begin, to: LoadClock.now)
        goOn(phone)
    }

    private func goOn(_ phone: LoadPhone) {
        switch pace {
        case .rest: break
        case .saturated: submit(phone, from: LoadClock.now)
        case .open(var loop):
            pace = .rest
            let wasFull = loop.nextDue == nil
            loop.free(phone.number)
            pace = .open(loop)
            // Otherwise a timer is set already.
            if wasFull { startDue() }
        }
        tellIfIdle()
    }

    func failed(_ phone: LoadPhone, _ what: String) { window.tally.count(what) }

    func lost(_ phone: LoadPhone) {
        guard !isClosing else { return }
        window.tally.count(phone.giveUp() ? "a connection lost, an answer with it" : "a connection lost")
        tellIfIdle()
    }

    private func tellIfIdle() {
        guard !whenIdle.isEmpty, busy == 0 || isClosing else { return }
        if case .open(let loop) = pace, !loop.isThrough, !isClosing { return }
        pace = .rest
        for promise in whenIdle { promise.succeed() }
        whenIdle = []
    }
}
