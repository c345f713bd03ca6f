import RelayDomain
import Testing

@testable import Ingress

@Suite(.timeLimit(.minutes(2))) struct RequestWordsTests {
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
