import DeviceProtocol
import NIOCore
import NIOPosix
import Synchronization

@testable import POSAgent

/// A POS program of one file: lines in, what the test wants out.
final class TestPOS: Sendable {
    /// What a command gets.
    enum Reaction: Sendable {
        /// These fields beside the command's own `id`.
        case reply([(name: String, value: JSONValue?)])
        /// The same reply again at once, when nobody waits for it any more.
        case replyTwice([(name: String, value: JSONValue?)])
        case refusal(String)
        case silence
        /// This line, whatever it is.
        case line(String)
        /// The connection ends without a word.
        case hangUp
    }

    let channel: any Channel
    let commands: AsyncStream<JSONObject>
    private let command: AsyncStream<JSONObject>.Continuation
    /// No more commands come: who listens gets to an end.
    func endCommands() { command.finish() }

    /// - Parameter react: gets each command with what a POS program should do, and says what this one does.
    init(
        on group: any EventLoopGroup,
        react: @escaping @Sendable (String, JSONObject, Reaction) -> Reaction = { _, _, proper in proper }
    ) async throws {
        let (commands, command) = AsyncStream.makeStream(of: JSONObject.self)
        (self.commands, self.command) = (commands, command)
        let field = Field()
        channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let lines = LineHandler(lineBytesMax: 4_096) { line in
                        guard let line, case .object(let object)? = try? JSONValue(line),
                            case .string(let name)? = object["do"]
                        else { return }
                        command.yield(object)
                        switch react(name, object, field.properly(name, object)) {
                        case .reply(let fields): write([("ok", .bool(true))] + fields)
                        case .replyTwice(let fields):
                            for _ in 0..<2 { write([("ok", .bool(true))] + fields) }
                        case .refusal(let word): write([("ok", .bool(false)), ("refused", .string(word))])
                        case .silence: break
                        case .line(let text): channel.writeAndFlush(ByteBuffer(string: text + "\n"), promise: nil)
                        case .hangUp: channel.close(promise: nil)
                        }
                        func write(_ fields: [(name: String, value: JSONValue?)]) {
                            let reply = JSONValue.object(JSONObject([("id", object["id"])] + fields)).bytes
                            channel.writeAndFlush(ByteBuffer(bytes: reply + [UInt8(ascii: "\n")]), promise: nil)
                        }
                    }
                    try channel.pipeline.syncOperations.addHandler(lines)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    /// The field of the one window, for a POS program that does what it should. The sale is of 12.50 EUR.
    private final class Field: Sendable {
        private let text = Mutex("")

        func properly(_ name: String, _ command: JSONObject) -> Reaction {
            switch (name, command["text"]) {
            case ("enter", .string(let entered)?): text.withLock { $0 = entered }
            case ("activate", _), ("send", _), ("clear", _): text.withLock { $0 = "" }
            default: break
            }
            let text = JSONValue.string(text.withLock { $0 })
            return switch name {
            case "locate": .reply([("window", .string("w-1")), ("operation", .string("payment"))])
            case "activate":
                .reply([("state", .string("active")), ("opening", .string("O-1")), ("sale", TestPOS.sale(1250))])
            case "enter", "look":
                .reply([("state", .string("active")), ("text", text), ("sale", TestPOS.sale(1250))])
            case "clear": .reply([("state", .string("closed")), ("text", text)])
            case "send": .reply([("state", .string("sending")), ("receipt", .string("R-1"))])
            case "confirm":
                .reply([("state", .string("finished")), ("receipt", .string("R-1")), ("answer", TestPOS.approval)])
            default: .reply([])
            }
        }
    }

    static func sale(_ minorUnits: Int64) -> JSONValue {
        .object(
            JSONObject([
                "number": .string("S-1"),
                "amount": .object(JSONObject(["minorUnits": .integer(minorUnits), "currency": .string("EUR")])),
            ]))
    }

    private static let approval = JSONValue.object(JSONObject(["kind": .string("approved")]))

    var address: JSONLinesDriver.Address { .loopback(host: "127.0.0.1", port: channel.localAddress?.port ?? 0) }
}
