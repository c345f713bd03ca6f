import DeviceProtocol
import NIOCore
import NIOPosix
import RelayDomain
import Sealing

/// Drives a POS program that speaks JSON lines on a local socket: `docs/sandbox.md`, "POS programs that speak JSON
/// lines".
///
/// A command's steps go over one connection; the probes before it may have opened it. Lives on the event loop of its
/// socket.
public actor JSONLinesDriver: InputWindowDriver {
    /// Where the POS program listens.
    public enum Address: Hashable, Sendable {
        /// A Unix domain socket.
        case path(String)
        /// TCP on this machine.
        case loopback(host: String, port: Int)
    }

    /// A POS program that sends longer lines speaks another protocol.
    static let lineBytesMax = 4_096
    /// The POS program may not have noticed that the connection before is gone.
    private static let attempts = 3

    nonisolated let eventLoop: any EventLoop
    public nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }
    private let address: Address
    private let stepTimeout: Duration
    private var channel: (any Channel)?
    /// The command that waits for its reply; steps come one at a time.
    private var asked: (id: String, reply: CheckedContinuation<Result<JSONObject, DriverFailure>, Never>)?
    /// What the POS program said before it was asked, and of no command: why it will not serve this connection.
    private var unasked: JSONObject?
    private var commandsSent = 0

    /// - Parameter stepTimeout: how long one reply may take.
    public init(_ address: Address, eventLoop: any EventLoop, stepTimeout: Duration = DriverLimits.step) {
        self.address = address
        self.stepTimeout = stepTimeout
        self.eventLoop = eventLoop
    }

    public func probe() async throws(DriverFailure) {
        do throws(DriverFailure) {
            _ = try await askFirst("hello", [:])
        } catch {
            finish()  // The next one begins with a connection of its own.
            guard case .refused(let reason) = error, reason != .driverBusy else { throw error }
        }
    }

    public func locate(_ application: ApplicationID) async throws(DriverFailure) -> InputWindow {
        let reply = try await askFirst("locate", ["application": .string(application.text)])
        guard case .string(let window)? = reply["window"] else { throw DriverFailure.broken }
        return InputWindow(id: window, operation: reply.operation)
    }

    public func activate(_ window: InputWindow) async throws(DriverFailure) -> ActiveWindow {
        let reply = try await request("activate", ["window": .string(window.id)])
        guard case .string(let serial)? = reply["opening"],
            let opening = WindowOpening(window: window.id, serial: serial)
        else { throw .broken }
        return ActiveWindow(opening, sale: try reply.sale())
    }

    public func enter(
        _ secret: Secret, into opening: WindowOpening, mark: CommandID
    ) async throws(DriverFailure) -> Secret? {
        let reply = try await request("enter", opening, ["mark": .string(mark.text), "text": .string(secret.exposed)])
        return try reply.field()
    }

    public func look(at opening: WindowOpening) async throws(DriverFailure) -> WindowState {
        try await state("look", opening)
    }

    public func send(
        _ opening: WindowOpening, mark: CommandID, sum: Amount?
    ) async throws(DriverFailure) -> Evidence.Sighting {
        let reply = try await request("send", opening, ["mark": .string(mark.text), "amount": sum?.json ?? .null])
        guard let receipt = reply.receipt else { throw .broken }
        return .receiptNumber(receipt)
    }

    public func confirm(_ mark: CommandID, wait: Duration) async throws(DriverFailure) -> Confirmation {
        let fields: KeyValuePairs<String, JSONValue> = [
            "mark": .string(mark.text), "waitMilliseconds": .integer(wait.milliseconds),
        ]
        let reply = try await request("confirm", fields, wait: wait)
        guard let receipt = reply.receipt else { throw .broken }
        switch reply["state"] {
        case .string("sending"): return .sending(.receiptNumber(receipt))
        case .string("finished"): return .finished(.receiptNumber(receipt), reply.answer)
        default: throw .broken
        }
    }

    public func clear(_ opening: WindowOpening) async throws(DriverFailure) -> WindowState {
        try await state("clear", opening)
    }

    public func finish() {
        channel?.close(promise: nil)
        end(with: .broken)
    }

    // MARK: The line

    /// Asks the first thing on a connection. The POS program may not have noticed yet that the one before is gone, nor
    /// the driver that the POS program has ended it meanwhile.
    private func askFirst(
        _ command: String, _ fields: KeyValuePairs<String, JSONValue>
    ) async throws(DriverFailure) -> JSONObject {
        var attempt = 0
        while true {
            attempt += 1
            do throws(DriverFailure) {
                return try await request(command, fields)
            } catch {
                let isBusy = error == .refused(.driverBusy)
                guard attempt < Self.attempts, isBusy || error == .broken else { throw error }
                finish()
                if isBusy { try? await Task.sleep(for: .seconds(1)) }
            }
        }
    }

    /// Asks something of one opening.
    private func request(
        _ command: String, _ opening: WindowOpening, _ fields: KeyValuePairs<String, JSONValue> = [:]
    ) async throws(DriverFailure) -> JSONObject {
        let names = [("window", JSONValue.string(opening.window)), ("opening", .string(opening.serial))]
        return try await request(command, names + fields.map { ($0, $1) })
    }

    /// Asks what an opening has become.
    private func state(_ command: String, _ opening: WindowOpening) async throws(DriverFailure) -> WindowState {
        let reply: JSONObject
        do throws(DriverFailure) {
            reply = try await request(command, opening)
        } catch {
            guard error == .refused(.unknownOpening) else { throw error }
            return .unknown
        }
        switch reply["state"] {
        case .string("active"): return .open(field: try reply.field(), sale: try reply.sale())
        case .string("closed"):
            guard try reply.field() == nil else { throw .broken }
            return .closed
        case .string("sending"), .string("finished"): return .sent
        default: throw .broken
        }
    }

    private func request(
        _ command: String, _ fields: KeyValuePairs<String, JSONValue>, wait: Duration = .zero
    ) async throws(DriverFailure) -> JSONObject {
        try await request(command, fields.map { ($0, $1) }, wait: wait)
    }

    /// Writes one command and waits for its reply.
    private func request(
        _ command: String, _ fields: [(String, JSONValue)], wait: Duration = .zero
    ) async throws(DriverFailure) -> JSONObject {
        guard asked == nil else { throw .broken }
        let channel = try await connection()
        commandsSent += 1
        let id = String(commandsSent)
        let names = [("id", JSONValue.string(id)), ("do", .string(command))] + fields
        let line = JSONValue.object(JSONObject(names.map { ($0, .some($1)) })).bytes + [UInt8(ascii: "\n")]
        guard line.count <= Self.lineBytesMax else { throw .refused(.fieldTooLong) }
        let timer = channel.eventLoop.scheduleTask(in: .milliseconds((stepTimeout + wait).milliseconds)) {
            [weak self] in
            self?.assumeIsolated { $0.answer(id, with: .failure(.silent)) }
        }
        defer { timer.cancel() }
        let reply = await withCheckedContinuation { continuation in
            asked = (id, continuation)
            if let unasked { return answer(id, with: .success(unasked)) }
            guard channel.isActive else { return end(with: .broken) }
            channel.writeAndFlush(ByteBuffer(bytes: line), promise: nil)
        }
        return try Self.accepted(try reply.get())
    }

    private static func accepted(_ reply: JSONObject) throws(DriverFailure) -> JSONObject {
        if reply["ok"] == .bool(true) { return reply }
        guard case .string(let refused)? = reply["refused"], let reason = ReasonCode(refused) else { throw .broken }
        throw .refused(reason)
    }

    private func connection() async throws(DriverFailure) -> any Channel {
        if let channel { return channel }
        unasked = nil
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(.milliseconds(DriverLimits.step.milliseconds))
            .channelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        LineHandler(lineBytesMax: Self.lineBytesMax) { line in
                            self?.assumeIsolated { $0.lineReceived(line, on: channel) }
                        })
                }
            }
        do {
            let channel =
                switch address {
                case .path(let path): try await bootstrap.connect(unixDomainSocketPath: path).get()
                case .loopback(let host, let port): try await bootstrap.connect(host: host, port: port).get()
                }
            self.channel = channel
            return channel
        } catch {
            throw .unreachable
        }
    }

    /// - Parameter line: nil at the connection's end.
    private func lineReceived(_ line: [UInt8]?, on channel: any Channel) {
        // What cannot be read may have been the reply: whoever waits for it asks again, on another connection.
        guard let line, case .object(let reply)? = try? JSONValue(line: line) else {
            channel.close(promise: nil)
            if self.channel === channel { end(with: .broken) }
            return
        }
        guard let asked else {
            // A reply that comes too late, for a command that was given up, must not answer the next one.
            if reply.refusesTheLine { unasked = reply }
            return
        }
        guard reply.refusesTheLine || reply["id"] == .string(asked.id) else { return }
        answer(asked.id, with: .success(reply))
    }

    private func answer(_ id: String, with reply: Result<JSONObject, DriverFailure>) {
        guard let asked, asked.id == id else { return }
        self.asked = nil
        asked.reply.resume(returning: reply)
    }

    private func end(with failure: DriverFailure) {
        channel = nil
        if let asked { answer(asked.id, with: .failure(failure)) }
    }
}

extension JSONObject {
    /// Without an ID it is the refusal of the connection or of the line, so of what waits; nothing else has no ID.
    fileprivate var refusesTheLine: Bool {
        guard self["id"] == nil, case .string? = self["refused"] else { return false }
        return true
    }

    fileprivate var operation: Operation? {
        if case .string(let word)? = self["operation"] { Operation(rawValue: word) } else { nil }
    }

    fileprivate var receipt: Evidence.Text? {
        if case .string(let receipt)? = self["receipt"] { Evidence.Text(receipt) } else { nil }
    }

    /// What the field holds now; nil if it is empty.
    fileprivate func field() throws(DriverFailure) -> Secret? {
        guard case .string(let text)? = self["text"] else { throw .broken }
        guard !text.isEmpty else { return nil }
        guard let field = Secret(text) else { throw .broken }
        return field
    }

    /// The open sale; nil if the POS program does not report one. An invalid amount is an error, not an absent one.
    fileprivate func sale() throws(DriverFailure) -> Sale? {
        guard let sale = self["sale"], sale != .null else { return nil }
        guard case .object(let fields) = sale else { throw .broken }
        var number: String?
        if case .string(let text)? = fields["number"] { number = text }
        guard let sum = fields["amount"], sum != .null else { return Sale(number: number, amount: nil) }
        guard let amount = try? Amount(sum) else { throw .broken }
        return Sale(number: number, amount: amount)
    }

    /// An unexpected answer counts as none: the cashier checks, the relay does not guess.
    fileprivate var answer: POSAnswer? {
        guard case .object(let answer)? = self["answer"] else { return nil }
        switch answer["kind"] {
        case .string("approved"): return .approved(answer["approval"].map { Approval($0) } ?? Approval())
        case .string("declined"):
            guard case .string(let reason)? = answer["reason"] else { return .declined(.declined) }
            var text: String?
            if case .string(let said)? = answer["text"] { text = said }
            return .declined(StatedReason(said: reason, text: text))
        default: return nil
        }
    }
}
