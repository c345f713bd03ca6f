import DeviceLink
import DeviceProtocol
import DeviceRuntime
import Logging
import RelayDomain
import ServiceRuntime
import Synchronization
import Testing

/// What an operator sees of a device's session.
@Suite(.timeLimit(.minutes(1))) struct SessionLogTests {
    @Test func aProcessIsReadyWhileItHasASession() throws {
        let health = Health()
        let gateway = health.part("gateway")
        let log = SessionLog(with: try GatewayAddress("ws://gateway"), logger: Logger(label: "test")) { isOpen in
            isOpen ? gateway.ready() : gateway.notReady("no session")
        }
        let counter = CounterFacts(terminal: try #require(TerminalID("t-1")))
        let welcome = Welcome(
            connection: ConnectionCount(term: 1, number: 1), time: Instant(milliseconds: 0), counter: counter, tag: "")
        log.opened(welcome)
        #expect(health.isReady)
        log.lost(.silent)
        #expect(!health.isReady)
    }

    /// A gateway that speaks nonsense does not fill the disk.
    @Test func nonsenseIsALineASecond() throws {
        let lines = Lines()
        var log = SessionLog(
            with: try GatewayAddress("ws://gateway"), logger: Logger(label: "test", factory: { _ in lines })
        ) { _ in }
        for _ in 0..<100 { log.passedOver(.unknownEvent) }
        #expect((1...5).contains(lines.count), "a slow machine may take some seconds")
    }

    /// Who asks for TLS is told when it comes, not that the address is malformed.
    @Test func tlsIsAnnounced() throws {
        let settings = Settings(["BATON_GATEWAY": "wss://gateway"])
        let error = #expect(throws: SettingsError.self) {
            _ = try settings.read("BATON_GATEWAY", as: .gateway(port: 7_781), meaning: "")
        }
        #expect(error?.line.contains("comes with a later version") == true)
    }
}

private final class Lines: LogHandler {
    private let written = Atomic<Int>(0)
    var count: Int { written.load(ordering: .relaxed) }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.MetadataValue? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) { written.add(1, ordering: .relaxed) }
}
