import Foundation
import NIOCore
import NIOPosix
import RelayDomain
import ServiceRuntime
import Synchronization
import Testing

@testable import Sandbox

@Suite(.timeLimit(.minutes(1))) struct POSProgramTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What the cashier saw.
    private final class Screen: Sendable {
        private let lines = Mutex<[String]>([])
        func show(_ line: String) { lines.withLock { $0.append(line) } }
        var text: String { lines.withLock { $0.joined(separator: "\n") } }
    }

    /// A POS program and its destination, both real, around `body`.
    private func run(
        sale: String = "12.50 EUR", destination url: String? = nil, screen: Screen = Screen(),
        _ body: @Sendable @escaping (Driver, TestDestination) async throws -> Void
    ) async throws {
        let path = folder.path + "/pos.sock"
        try await TestDestination.run(in: folder) { destination in
            let settings = Settings([
                "BATON_SALE": sale, "BATON_DESTINATION": url ?? destination.url, "BATON_PARENT": "true",
                "BATON_PROGRAM": "stars",
            ])
            let (bound, onBound) = AsyncStream.makeStream(of: String.self)
            let program = POSProgram(
                try POSConfiguration(settings), socket: .path(path),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: .silent, show: screen.show
            ) { onBound.yield($0) }
            try await running([program]) {
                #expect(await bound.first { _ in true } == path)
                try await Driver.connected(to: path) { try await body($0, destination) }
            }
        }
    }

    @Test func aPaymentGoesThroughTheWindowToTheDestination() async throws {
        let screen = Screen()
        try await run(screen: screen) { driver, destination in
            let code = try await destination.code()
            #expect(
                try await driver.request(#""do":"locate","application":"sandbox-pay""#)["sale"]?["amount"]?[
                    "minorUnits"]?
                    .text == "1250")
            let opening = try await driver.activate("sandbox-pay")
            let entered = try await driver.request(#""do":"enter",\#(opening),"mark":"m1","text":"\#(code)""#)
            #expect(entered["text"]?.text == code)
            #expect(try await driver.request(#""do":"look",\#(opening)"#)["text"]?.text == code)
            let receipt = try await driver.request(#""do":"send",\#(opening),"mark":"m1""#)["receipt"]?.text
            let confirmed = try await driver.request(#""do":"confirm","mark":"m1""#)
            #expect(confirmed["state"]?.text == "finished")
            #expect(confirmed["receipt"]?.text == receipt)
            #expect(confirmed["answer"]?["kind"]?.text == "approved")
            #expect(try await driver.request(#""do":"clear",\#(opening)"#)["state"]?.text == "finished")
            #expect(try await destination.get("/ledger").json["entries"]?[0]?["amount"]?["minorUnits"]?.text == "1250")
            #expect(!screen.text.contains(code))
            #expect(screen.text.contains("APPROVED"))
        }
    }

    @Test func aMembershipEarnsPoints() async throws {
        try await run { driver, destination in
            _ = try await destination.post("/members", #"{"member":"anna","program":"stars","points":0}"#)
            #expect(
                try await driver.send("anna", in: "sandbox-points", mark: "m1")["answer"]?["kind"]?.text == "approved")
            #expect(try await destination.get("/members/anna").json["accounts"]?[0]?["points"]?.text == "1250")
        }
    }

    @Test func aDeclineIsToldWithItsReason() async throws {
        try await run { driver, _ in
            let confirmed = try await driver.send("99000000000000000000", in: "sandbox-pay", mark: "m1")
            #expect(confirmed["answer"]?["kind"]?.text == "declined")
            #expect(confirmed["answer"]?["reason"]?.text == "unknownCode")
        }
    }

    @Test func anAnswerThatDecidesNothingIsInquired() async throws {
        try await run(sale: "93.05 EUR") { driver, destination in
            let confirmed = try await driver.send(try await destination.code(), in: "sandbox-pay", mark: "m1")
            #expect(confirmed["answer"]?["kind"]?.text == "approved")
        }
    }

    @Test func aDestinationThatIsNotThereWasNotAsked() async throws {
        try await run(destination: "http://127.0.0.1:1") { driver, _ in
            let confirmed = try await driver.send("99000000000000000000", in: "sandbox-pay", mark: "m1", wait: 30_000)
            #expect(confirmed["answer"]?["reason"]?.text == "notSent")
        }
    }

    @Test func aSecondDriverIsTurnedAwayAndTheFirstStays() async throws {
        let path = folder.path + "/pos.sock"
        try await run { driver, _ in
            #expect(try await driver.request(#""do":"locate","application":"sandbox-pay""#)["ok"]?.text == "true")
            try await Driver.connected(to: path) { second in
                let greeting = try await second.line()
                #expect(greeting["refused"]?.text == "driverBusy")
            }
            #expect(try await driver.request(#""do":"locate","application":"sandbox-pay""#)["ok"]?.text == "true")
        }
    }

    @Test func aDriverThatComesBackLearnsWhatBecameOfItsSend() async throws {
        let path = folder.path + "/pos.sock"
        try await run(sale: "92.02 EUR") { driver, destination in
            let code = try await destination.code()
            try await driver.enterAndSend(code, in: "sandbox-pay", mark: "m1")
            try await driver.write(#"{"id":"last","do":"confirm","mark":"m1","waitMilliseconds":30000}"# + "\n")
            try await driver.hangUp()
            var told: JSONValue?
            while told == nil {
                try await Driver.connected(to: path) { next in
                    let reply = try await next.request(#""do":"confirm","mark":"m1","waitMilliseconds":0"#, anyID: true)
                    if reply["refused"]?.text == "driverBusy" { return }
                    #expect(reply["state"]?.text == "sending", "the place is free before the send has ended")
                    told = try await next.request(#""do":"confirm","mark":"m1""#)
                }
            }
            #expect(told?["answer"]?["kind"]?.text == "approved")
        }
    }

    @Test func linesThatMakeNoSenseAreRefusedByName() async throws {
        try await run { driver, _ in
            try await driver.write("nonsense\n")
            #expect(try await driver.line()["refused"]?.text == "badLine")
            #expect(try await driver.request(#""do":"hello""#)["ok"]?.text == "true")
            let opening = #""window":"sandbox-pay","opening":"O-1""#
            let reply = try await driver.request(#""do":"enter",\#(opening),"mark":"m1","text":7"#)
            #expect(reply["refused"]?.text == "badCommand")
            #expect(reply["text"]?.text?.hasPrefix("text:") == true)
            #expect(try await driver.request(#""do":"dance""#)["refused"]?.text == "badCommand")
            try await driver.write(#"{"id":"7","do":"send","do":"close","window":"sandbox-pay","mark":"m"}"# + "\n")
            #expect(try await driver.line()["refused"]?.text == "badLine", "a name occurs twice")
            try await driver.write(String(repeating: "x", count: 5_000) + "\n")
            #expect(try await driver.line()["refused"]?.text == "lineTooLong")
        }
    }
}

/// A driver's end of the line.
private final class Driver {
    private var lines: NIOAsyncChannelInboundStream<POSLineDecoder.Line>.AsyncIterator
    private let out: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let channel: any Channel

    private init(
        _ lines: NIOAsyncChannelInboundStream<POSLineDecoder.Line>, _ out: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ channel: any Channel
    ) {
        self.channel = channel
        self.lines = lines.makeAsyncIterator()
        self.out = out
    }

    static func connected(to path: String, _ body: (Driver) async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(POSLineDecoder()))
                    return try POSSocket.Connection(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { lines, out in try await body(Driver(lines, out, channel.channel)) }
    }

    func hangUp() async throws { try await channel.close() }

    func write(_ text: String) async throws { try await out.write(ByteBuffer(string: text)) }

    /// The next line that the POS program says.
    func line() async throws -> JSONValue {
        guard case .whole(let bytes) = try await lines.next() else { return JSONValue("") }
        return JSONValue(String(buffer: bytes))
    }

    /// Sends one command, and reads its reply.
    func request(_ command: String, anyID: Bool = false) async throws -> JSONValue {
        let id = UUID().uuidString
        try await write(#"{"id":"\#(id)",\#(command)}"# + "\n")
        let reply = try await line()
        #expect(anyID || reply["id"]?.text == id)
        return reply
    }

    /// - Returns: the fields that name the opening.
    func activate(_ window: String) async throws -> String {
        let reply = try await request(#""do":"activate","window":"\#(window)""#)
        #expect(reply["state"]?.text == "active")
        return #""window":"\#(window)","opening":"\#(reply["opening"]?.text ?? "")""#
    }

    func enterAndSend(_ text: String, in window: String, mark: String) async throws {
        let opening = try await activate(window)
        _ = try await request(#""do":"enter",\#(opening),"mark":"\#(mark)","text":"\#(text)""#)
        _ = try await request(#""do":"send",\#(opening),"mark":"\#(mark)""#)
    }

    /// Passes a text through a window, to the end.
    func send(_ text: String, in window: String, mark: String, wait: Int = 10_000) async throws -> JSONValue {
        try await enterAndSend(text, in: window, mark: mark)
        return try await request(#""do":"confirm","mark":"\#(mark)","waitMilliseconds":\#(wait)"#)
    }
}
