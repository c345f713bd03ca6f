import RelayDomain
import Testing

@testable import Ingress

@Suite(.timeLimit(.minutes(2))) struct RequestWordsTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-22T10:11:24.250Z", 1_795_342_284_250),
            ("2000-02-29T23:59:59.999+00:00", 951_868_799_999), ("2024-02-29T12:00:00-05:30", 1_709_227_800_000),
            ("1969-12-31T23:59:59.5Z", 0), ("2026-11-22t10:11:24z", 1_795_342_284_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("2026-11-22T10:11:24.1239999Z", 1_795_342_284_123),
        ] as [(String, Int64)]) func timesAreRead(_ text: String, _ milliseconds: Int64)
    {
        #expect(RFC3339.instant(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-11-22", "2026-11-22T10:11:24", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-11-22T24:00:00Z", "2026-11-22T10:60:00Z", "2026-11-22T10:11:24.Z", "2026-11-22T10:11:24+1:00",
        "2026-11-22T10:11:24Zx", "1795342284250", "२०२६-11-22T10:11:24Z",
    ]) func whatIsNoTimeIsNone(_ text: String) {
        #expect(RFC3339.instant(text) == nil)
    }

    @Test func timesAreWrittenAsTheyAreRead() {
        for milliseconds in stride(from: Int64(-62_000_000_000_000), to: 253_000_000_000_000, by: 12_345_678_901) {
            let instant = Instant(milliseconds: milliseconds)
            #expect(RFC3339.instant(RFC3339.text(instant)) == instant)
        }
        #expect(RFC3339.text(Instant(milliseconds: 1_795_342_284_050)) == "2026-11-22T10:11:24.050Z")
    }

    @Test func aKeyMayStandInQuotes() throws {
        #expect(try RequestHeaders.idempotencyKey(["abc-1"]).text == "abc-1")
        #expect(try RequestHeaders.idempotencyKey(["\"abc-1\""]).text == "abc-1")
    }

    @Test(arguments: [
        [], [""], ["\"\""], ["a b"], ["\""], [String(repeating: "k", count: 65)], ["k-1", "k-2"], ["k-1", "k-1"],
    ])
    func aKeyThatIsNoneOrTwoIsNamed(_ fields: [String]) {
        let refusing = #expect(throws: Refusing.self) { _ = try RequestHeaders.idempotencyKey(fields) }
        #expect(refusing?.code == .malformed)
        #expect(refusing?.detail.contains("Idempotency-Key") == true)
    }

    @Test(
        arguments: [
            ("wait=10", 10), ("respond-async, wait=5", 5), ("Wait = \"7\"", 7), ("wait=0", 0), ("wait=100000", 50),
            ("wait=3; foo", 3), ("wait", nil), ("wait=-1", nil), ("wait=x", nil), ("", nil), (";", nil), (",;=,", nil),
            ("waiter=9", nil), ("wait=99999999999999999999", nil),
        ] as [(String, Int64?)]) func aPreferenceThatCannotBeReadIsNone(_ field: String, _ seconds: Int64?)
    {
        #expect(RequestHeaders.wait(field) == seconds.map { .seconds($0) })
    }

    /// A wait of 20 s whose answer comes after so many milliseconds.
    @Test(
        arguments: [
            (0, false, "wait=0"), (7_900, false, "wait=7"), (19_500, false, "wait=20"), (20_100, false, "wait=20"),
            (50, true, "wait=20"),
        ] as [(Int, Bool, String)]) func theWaitThatWasGrantedIsTold(waited: Int, hasOutcome: Bool, text: String)
    {
        let told = RequestHeaders.applied(.seconds(20), waited: .milliseconds(waited), hasOutcome: hasOutcome)
        #expect(told == text)
    }

    @Test(arguments: [
        ("POST", "/v1/transactions", Route.submit), ("GET", "/v1/transactions/x.0", .status("x.0")),
        ("GET", "/v1/transactions/x.0/events", .events("x.0")), ("HEAD", "/t/counter-1", .terminal("counter-1")),
        ("GET", "/openapi.json", .openAPI), ("GET", "/v1/transactions", .methodNotAllowed(allow: "POST")),
        ("DELETE", "/t/x", .methodNotAllowed(allow: "GET, HEAD")), ("GET", "/", .unknownPath),
        ("GET", "", .unknownPath),
        ("POST", "/v1/transactions/x.0/cancel", .cancel("x.0")),
        ("GET", "/v1/transactions/x.0/cancel", .methodNotAllowed(allow: "POST")), ("GET", "/t/x/y", .unknownPath),
        ("GET", "//t/x", .unknownPath), ("OPTIONS", "/v1/transactions", .methodNotAllowed(allow: "POST")),
    ]) func pathsAreTold(_ method: String, _ path: String, _ route: Route) {
        #expect(Route(method: method, path: path) == route)
    }
}
