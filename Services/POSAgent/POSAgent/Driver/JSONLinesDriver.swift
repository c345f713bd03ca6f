import DeviceProtocol
import NIOCore
import NIOPosix
import RelayDomain
import Sealing

/// Drives a POS program that speaks JSON lines on a local socket: `docs/sandbox.md`, "POS programs that speak JSON lines".
///
/// One connection for one command. Lives on the event loop of its socket.
public actor JSONLinesDriver: InputWindowDriver {
    /// Where the POS program listens.
    public enum Address: Hashable, Sendable {
        /// A Unix domain socket.
        case path(String)
        /// TCP on this machine.
        case loopback(host: String, port: Int)
    }

    /// Whoever speaks longer lines speaks something else.
    static let lineBytesMost = 4_096
    /// The POS program may not have noticed that the connection before is gone.
    private static let attempts = 3

    nonisolated let eventLoop: any EventLoop
    public nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }
    private let address: Address
    private let stepLimit: Duration
    private var channel: (any Channel)?
    /// The command that waits for its reply; steps come one at a time.
    private var asked: (id: String, reply: CheckedContinuation<Result<JSONObject, DriverFailure>, Never>)?
    /// What the POS program said before it was asked, and of no command: why it will not serve this connection.
    private var unasked: JSONObject?
    private var commandsSent = 0

    /// - Parameter stepLimit: how long one reply may take.
    public init(_ address: Address, eventLoop: any EventLoop, stepLimit: Duration = DriverLimits.step) {
        self.address = address
        self.stepLimit = stepLimit
        self.eventLoop = eventLoop
    }

    public func locate(_ application: ApplicationID) async throws(DriverFailure) -> InputWindow {
        var attempt = 0
        while true {
            attempt += 1
            do throws(DriverFailure) {
                let reply = try await ask("locate", ["application": .string(application.text)])
                guard case .string(let window)? = reply["window"] else { throw DriverFailure.broken }
                return InputWindow(id: window, operation: reply.operation)
            } catch {
                guard attempt < Self.attempts, error == .refused(.driverBusy) else { throw error }
                finish()
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    public func activate(_ window: InputWindow) async throws(DriverFailure) -> Amount? {
        let reply = try await ask("activate", ["window": .string(window.id)])
        guard case .object(let sale)? = reply["sale"], let amount = sale["amount"] else { return nil }
        return try? Amount(amount)
    }

    public func enter(_ secret: Secret, into window: InputWindow) async throws(DriverFailure) {
        let reply = try await ask("enter", ["window": .string(window.id), "text": .string(secret.exposed)])
        guard reply["text"] == .string(secret.exposed) else { throw .readBackDiffers }
    }

    public func send(_ window: InputWindow, mark: CommandID) async throws(DriverFailure) -> String {
        let reply = try await ask("send", ["window": .string(window.id), "mark": .string(mark.text)])
        guard let receipt = reply.receipt else { throw .broken }
        return receipt
    }

    public func confirm(_ mark: CommandID, wait: Duration) async throws(DriverFailure) -> Confirmation {
        let fields: KeyValuePairs<String, JSONValue> = [
            "mark": .string(mark.text), "waitMilliseconds": .integer(wait.milliseconds),
        ]
        let reply = try await ask("confirm", fields, wait: wait)
        guard let receipt = reply.receipt else { throw .broken }
        switch reply["state"] {
        case .string("sending"): return .sending(receipt: receipt)
        case .string("finished"): return .finished(receipt: receipt, reply.answer)
        default: throw .broken
        }
    }

    public func close(_ window: InputWindow) async {
        guard channel != nil else { return }  // A connection that broke closed the window.
        _ = try? await ask("close", ["window": .string(window.id)])
    }

    public func finish() {
        channel?.close(promise: nil)
        end(with: .broken)
    }

    // MARK: The line

    /// Writes one command and waits for its reply.
    private func ask(
        _ command: String, _ fields: KeyValuePairs<String, JSONValue>, wait: Duration = .zero
    ) async throws(DriverFailure) -> JSONObject {
        guard asked == nil else { throw .broken }
        let channel = try await connection()
        commandsSent += 1
        let id = String(commandsSent)
        let names: [(String, JSONValue?)] = [("id", .string(id)), ("do", .string(command))] + fields.map { ($0, $1) }
        let line = JSONValue.object(JSONObject(names)).bytes + [UInt8(ascii: "\n")]
        guard line.count <= Self.lineBytesMost else { throw .refused(.fieldTooLong) }
        let timer = channel.eventLoop.scheduleTask(in: .milliseconds((stepLimit + wait).milliseconds)) { [weak self] in
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
                        LineHandler(lineBytesMost: Self.lineBytesMost) { line in
                            self?.assumeIsolated { $0.hear(line, on: channel) }
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
    private func hear(_ line: [UInt8]?, on channel: any Channel) {
        guard let line else {
            if self.channel === channel { end(with: .broken) }
            return
        }
        guard case .object(let reply)? = try? JSONValue(line) else { return }
        guard let asked else {
            // A reply that comes too late, for a command that was given up, must not answer the next one.
            if reply["id"] == nil { unasked = reply }
            return
        }
        // Without an ID it is the refusal of the connection or of the line, so of what waits.
        guard reply["id"] == nil || reply["id"] == .string(asked.id) else { return }
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
    fileprivate var operation: Operation? {
        if case .string(let word)? = self["operation"] { Operation(rawValue: word) } else { nil }
    }

    fileprivate var receipt: String? {
        guard case .string(let receipt)? = self["receipt"], (1...Evidence.receiptBytesMost).contains(receipt.utf8.count)
        else { return nil }
        return receipt
    }

    /// An answer nobody foresaw is none: the cashier looks, the relay does not guess.
    fileprivate var answer: POSAnswer? {
        guard case .object(let answer)? = self["answer"] else { return nil }
        switch answer["kind"] {
        case .string("approved"): return .approved
        case .string("declined"):
            if case .string(let reason)? = answer["reason"] { return .declined(ReasonCode(reason) ?? .declined) }
            return .declined(.declined)
        default: return nil
        }
    }
}
