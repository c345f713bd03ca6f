import Testing

@testable import ServiceRuntime

/// What is written in the environment is read as meant, or refused with a line that says what to write instead.
@Suite(.timeLimit(.minutes(2))) struct SettingsTests {
    enum Kind: String, CaseIterable, Sendable { case echo, sandbox }

    @Test(arguments: [
        ("0s", Duration.zero), ("500ms", .milliseconds(500)), ("30s", .seconds(30)), ("2m", .seconds(120)),
        ("1h", .seconds(3_600)),
    ])
    func aDurationIsANumberAndItsUnit(text: String, duration: Duration) throws {
        let settings = Settings(["BATON_WAIT": text])
        #expect(try settings.read("BATON_WAIT", as: .duration(), meaning: "") == duration)
        #expect(SettingKind<Duration>.duration().write(duration) == text)
    }

    @Test(arguments: ["30", "s", "-5s", "1.5s", "1d", "30 s", "٣s", "999999999999h", "99999999999999999999s"])
    func whatIsNoDurationIsRefused(text: String) {
        let settings = Settings(["BATON_WAIT": text])
        #expect(throws: SettingsError.self) { try settings.read("BATON_WAIT", as: .duration(), meaning: "") }
    }

    @Test func anAddressIsAHostAndAPort() throws {
        let settings = Settings(["BATON_A": "0.0.0.0:7780", "BATON_B": "[::1]:0", "BATON_C": "router:7701"])
        #expect(try settings.read("BATON_A", as: .address, meaning: "") == HostPort(host: "0.0.0.0", port: 7_780))
        #expect(try settings.read("BATON_B", as: .address, meaning: "") == HostPort(host: "::1", port: 0))
        #expect(try settings.read("BATON_C", as: .address, meaning: "").description == "router:7701")
        #expect(HostPort.any(port: 7_700).reachable == .loopback(port: 7_700))
    }

    @Test(arguments: ["", "7780", ":7780", "host:", "host:65536", "host:-1", "::1:80", "[]:1", "a b:1", "host:+1"])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(HostPort(text) == nil)
    }

    @Test func theOtherKindsReadWhatTheySay() throws {
        let settings = Settings([
            "BATON_BOOL": "1", "BATON_LIST": "a, b ,c", "BATON_KIND": "sandbox", "BATON_URL": "tcp://router:7701",
            "BATON_PATH": "/var/lib/../log", "BATON_COUNT": "16", "BATON_ID": "shop-1.till_2",
        ])
        #expect(try settings.read("BATON_BOOL", as: .bool, meaning: "") == true)
        #expect(try settings.read("BATON_LIST", as: .list(of: .identifier), meaning: "") == ["a", "b", "c"])
        #expect(try settings.read("BATON_KIND", as: .choice(of: Kind.self), meaning: "") == .sandbox)
        #expect(try settings.read("BATON_URL", as: .url("tcp", "ipc"), meaning: "") == "tcp://router:7701")
        #expect(try settings.read("BATON_PATH", as: .path, meaning: "") == "/var/log")
        #expect(try settings.read("BATON_COUNT", as: .integer(1...16), meaning: "") == 16)
        #expect(try settings.read("BATON_ID", as: .identifier, meaning: "") == "shop-1.till_2")
    }

    @Test func anAbsentOrEmptyKeyGivesTheDefault() throws {
        let settings = Settings(["BATON_COUNT": ""])
        #expect(try settings.read("BATON_COUNT", as: .integer(0...9), default: 3, meaning: "") == 3)
        #expect(try settings.readIfSet("BATON_KEYS", as: .path, meaning: "") == nil)
    }

    @Test func aMissingKeyIsNamedWithAnExample() {
        let settings = Settings([:])
        let error = #expect(throws: SettingsError.self) { try settings.read("BATON_LISTEN", as: .address, meaning: "") }
        #expect(error?.line == "BATON_LISTEN is not set: expected host:port, for example 0.0.0.0:7780")
        #expect(error?.exitCode == 64)
    }

    @Test func aBadValueIsNamedWithWhatIsExpected() {
        let settings = Settings(["BATON_COUNT": "17", "BATON_WAIT": "30"])
        let count = #expect(throws: SettingsError.self) {
            try settings.read("BATON_COUNT", as: .integer(1...16), meaning: "")
        }
        #expect(count?.line == "BATON_COUNT=17 is out of range: expected a whole number from 1 to 16")
        let wait = #expect(throws: SettingsError.self) {
            try settings.read("BATON_WAIT", as: .duration(.zero ... .seconds(60)), meaning: "")
        }
        #expect(
            wait?.line == "BATON_WAIT=30 needs a number and a unit (ms, s, m, h): expected a duration from 0s to 1m")
    }

    @Test func aPasswordInAUrlIsNeverRepeated() {
        let settings = Settings(["BATON_URL": "postgre://baton:hunter2@db"])
        let error = #expect(throws: SettingsError.self) {
            try settings.read("BATON_URL", as: .url("postgres"), meaning: "")
        }
        #expect(error?.line.contains("hunter2") == false)
    }

    @Test func aKeyThatNobodyReadsIsNamedWithItsNearest() throws {
        let settings = Settings(["BATON_LISEN": "x", "PATH": "/bin"])
        _ = try settings.read("BATON_LISTEN", as: .address, default: .any(port: 1), meaning: "")
        let error = #expect(throws: SettingsError.self) { try settings.refuseUnknown() }
        #expect(error == .unknown(key: "BATON_LISEN", nearest: "BATON_LISTEN"))
    }

    @Test func aKeyThatResemblesNothingGetsNoGuess() throws {
        let settings = Settings(["BATON_QUX": "x"])
        _ = try settings.read("BATON_LISTEN", as: .address, default: .any(port: 1), meaning: "")
        let error = #expect(throws: SettingsError.self) { try settings.refuseUnknown() }
        #expect(error == .unknown(key: "BATON_QUX", nearest: nil))
    }

    @Test func helpListsEveryKeyWithoutAnyBeingSet() {
        let help = ServiceProcess.help("baton-example") { settings in
            _ = try settings.read("BATON_ROUTER", as: .url("tcp"), meaning: "Where the router is.")
            _ = try settings.read("BATON_WAIT", as: .duration(), default: .seconds(90), meaning: "How long.")
            _ = try settings.readIfSet("BATON_KEYS", as: .path, meaning: "The keys.")
        }
        #expect(help.contains("  BATON_ROUTER  [(must be set)]\n      Where the router is. Expects a URL"))
        #expect(help.contains("  BATON_WAIT  [90s]\n"))
        #expect(help.contains("  BATON_KEYS  [none]\n"))
        #expect(help.contains("  BATON_NAME  [example]\n"))
    }
}
