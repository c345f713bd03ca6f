import HTTPEdge
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(2))) struct RequestHeadTests {
    @Test(
        arguments: [
            ("/", "/"), ("/t/counter-1", "/t/counter-1"), ("/t/counter%2D1", "/t/counter-1"),
            ("/t/counter%2d1/?uid=04DE5F&x=/", "/t/counter-1"), ("HTTP://pay.example/t/a", "/t/a"),
            ("http://pay.example", "/"), ("http://pay.example?x=/v1/transactions", "/"),
            ("http://pay.example/t/a?b=://", "/t/a"),
            ("/%76%31/transactions", "/v1/transactions"), ("/t/a%2Fb", "/t/a%2Fb"), ("/t/a%", "/t/a%"),
            ("/t/a%2", "/t/a%2"), ("/t/a%zz", "/t/a%zz"), ("/t/a%+1", "/t/a%+1"), ("/t/a//", "/t/a/"), ("//", "/"),
            ("*", "*"), ("", ""), ("?x", ""),
        ] as [(String, Substring)]) func aPathHasOneForm(target: String, path: Substring)
    {
        #expect(RequestPath.of(target: target) == path)
    }

    private func hostFault(_ headers: HTTPHeaders, _ version: HTTPVersion = .http1_1) -> String? {
        HTTPRequestHead(version: version, method: .POST, uri: "/", headers: headers).hostFault
    }

    @Test func oneHostIsWanted() {
        #expect(hostFault([:]) != nil)
        #expect(hostFault([:], .http1_0) == nil)
        #expect(hostFault(["Host": "a", "host": "a"]) != nil)
        for host in ["pay.example", "pay.example:7780", "[2001:db8::1]:80", "127.0.0.1", "", "pay \t"] {
            #expect(hostFault(["Host": host]) == nil, "\(host)")
        }
        for host in ["a b", "a/b", "u@a", "a,b", "a\u{7f}", "ä", String(repeating: "a", count: 300)] {
            #expect(hostFault(["Host": host]) != nil, "\(host)")
        }
    }

    @Test func spaceAroundAValueIsNone() {
        for text in ["k-1", " k-1", "k-1 \t", "\t k-1 "] { #expect(text.withoutOuterSpace == "k-1") }
        #expect(" \t".withoutOuterSpace.isEmpty)
        #expect("".withoutOuterSpace.isEmpty)
        #expect(" a b ".withoutOuterSpace == "a b")
    }
}
