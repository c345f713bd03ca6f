import Testing

@testable import ServiceRuntime

/// How phones reach an ingress is one address, whoever writes it.
@Suite(.timeLimit(.minutes(2))) struct PublicURLTests {
    @Test(arguments: [
        ("https://pay.example", "https://pay.example", ""), ("http://127.0.0.1:7780/", "http://127.0.0.1:7780", ""),
        ("https://shop.example/pay/", "https://shop.example/pay", "/pay"),
        ("https://[::1]:7780/a/b", "https://[::1]:7780/a/b", "/a/b"),
        ("https://PAY.Example:443/A", "https://pay.example/A", "/A"), ("http://x:80", "http://x", ""),
        ("http://x:443", "http://x:443", ""),
    ])
    func aHostAndAPathAreTaken(text: String, read: String, path: String) {
        #expect(PublicURL(text)?.text == read)
        #expect(PublicURL(text)?.path == path)
        #expect(PublicURL(text)?.origin == String(read.dropLast(path.count)))
    }

    @Test(arguments: [
        "", "pay.example", "ftp://x", "https://", "https:///x", "https://u:p@x", "https://x?a", "https://x#a",
        "https://x//a",
        "https://x//", "https://x/a//b", "https://x/..", "https://x/./a", "https://x y", "https://x:port",
        "https://x\u{1B}",
        "https://ü.example", "https://x/\"", "https://x\\y", "https://" + String(repeating: "x", count: 600),
    ])
    func whatIsNoneIsRefused(text: String) {
        #expect(PublicURL(text) == nil)
        guard !text.isEmpty else { return }  // An empty setting is an absent one.
        let error = #expect(throws: SettingsError.self) {
            try Settings(["BATON_PUBLIC_URL": text]).readIfSet("BATON_PUBLIC_URL", as: .publicURL, meaning: "")
        }
        #expect(error?.line.contains("u:p") == false, "it may hold a password")
    }

    @Test(arguments: [
        ("http://127.0.0.1:7780", true), ("http://localhost/pay", true), ("https://[::1]:7780", true),
        ("https://pay.example", false), ("http://localhost.shop.example", false), ("https://127.0.0.1.nip.io", false),
        ("http://10.0.0.1:7780/127.0.0.1", false),
    ])
    func onlyTheLoopbackIsThisMachineAlone(text: String, isLoopback: Bool) {
        #expect(PublicURL(text)?.isLoopback == isLoopback)
    }

    @Test func anAsteriskIsEveryInterface() {
        #expect(HostPort("*:7780") == .any(port: 7780))
        #expect(HostPort("*:7780")?.reachable == .loopback(port: 7780))
    }
}
