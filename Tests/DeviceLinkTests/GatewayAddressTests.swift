import Testing

@testable import DeviceLink

@Suite(.timeLimit(.minutes(2))) struct GatewayAddressTests {
    @Test(arguments: [
        ("ws://127.0.0.1:7781", GatewayAddress(host: "127.0.0.1", port: 7781)),
        ("ws://gateway", GatewayAddress(host: "gateway", port: 80)),
        ("ws://gateway:1/", GatewayAddress(host: "gateway", port: 1)),
        ("ws://[::1]:7781/other", GatewayAddress(host: "::1", port: 7781, path: "/other")),
        ("ws://[::1]", GatewayAddress(host: "::1", port: 80)),
    ])
    func addressesAreRead(text: String, address: GatewayAddress) throws { #expect(try GatewayAddress(text) == address) }

    @Test(arguments: [
        "", "gateway:7781", "http://gateway", "ws://", "ws://:7781", "ws://a:b", "ws://a:0", "ws://a:70000", "ws://a b",
        "ws://u@a", "ws://a/#x", "ws://a:1:2",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(throws: GatewayAddressError.malformed) { try GatewayAddress(text) }
    }

    @Test func aTLSAddressIsExplained() {
        #expect(throws: GatewayAddressError.tlsIsNotSupported) { try GatewayAddress("wss://gateway") }
    }
}
