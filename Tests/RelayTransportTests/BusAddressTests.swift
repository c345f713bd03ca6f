import RelayTransport
import Testing

@Suite(.timeLimit(.minutes(2))) struct BusAddressTests {
    @Test(arguments: [
        ("ipc:///run/baton", BusAddress.ipc(directory: "/run/baton")),
        ("ipc:///run/baton/", .ipc(directory: "/run/baton")),
        ("ipc://./.baton/run", .ipc(directory: "./.baton/run")),
        ("tcp://router:7701", .tcp(host: "router", port: 7701)),
        ("tcp://router", .tcp(host: "router", port: 7701)),
        ("tcp://*:0", .tcp(host: "*", port: 0)),
        ("tcp://[::1]:9000", .tcp(host: "::1", port: 9000)),
    ])
    func anAddressReadsAsItIsWritten(text: String, address: BusAddress) throws {
        #expect(try BusAddress(text) == address)
        #expect(try BusAddress(address.description) == address)
    }

    @Test(arguments: [
        "", "router:7701", "http://router", "ipc://", "ipc://run", "tcp://", "tcp://:7701", "tcp://a:b",
        "tcp://a:65533",
        "tcp://a:-1", "tcp://a b:1", "tcp://::1:7701", "tcp://a/b:1",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(throws: TransportError.badAddress(text)) { try BusAddress(text) }
    }

    @Test func theFourEndpointsHaveFourPorts() {
        #expect(Set(BusEndpoint.allCases.map { 7701 + $0.portOffset }) == [7701, 7702, 7703, 7704])
    }
}

@Suite(.timeLimit(.minutes(2))) struct CurveKeyTests {
    @Test func theSecretHalfIsNeverPrinted() throws {
        let pair = try CurveKeyPair.generate()
        var dumped = ""
        dump(pair, to: &dumped)
        #expect(!"\(pair) \(String(reflecting: pair)) \(dumped)".contains(pair.secretZ85))
    }

    @Test func aPairIsReadFromItsSecretHalf() throws {
        let pair = try CurveKeyPair.generate()
        #expect(try CurveKeyPair(secretZ85: pair.secretZ85).publicKey == pair.publicKey)
    }

    @Test(arguments: ["", "short", String(repeating: "\u{e9}", count: 40), String(repeating: "\"", count: 40)])
    func whatIsNoKeyIsRefused(text: String) {
        #expect(throws: TransportError.self) { try CurvePublicKey(z85: text) }
        #expect(throws: TransportError.self) { try CurveKeyPair(secretZ85: text) }
    }
}
