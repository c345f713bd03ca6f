import DeviceProtocol
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Testing

@testable import DeviceEdge

@Suite(.timeLimit(.minutes(2))) struct MessageAssemblerTests {
    private func frame(_ opcode: WebSocketOpcode, _ text: String, fin: Bool = true) -> WebSocketFrame {
        WebSocketFrame(fin: fin, opcode: opcode, data: ByteBuffer(string: text))
    }

    @Test func fragmentsCountAsOneMessage() {
        var assembler = MessageAssembler()
        #expect(assembler.append(frame(.text, "ab", fin: false)) == .incomplete)
        #expect(assembler.append(frame(.continuation, "c", fin: false)) == .incomplete)
        #expect(assembler.append(frame(.continuation, "d")) == .message(Array("abcd".utf8)))
        #expect(assembler.append(frame(.text, "e")) == .message(Array("e".utf8)))
    }

    @Test func fragmentsTogetherAreBoundedAsOneFrameIs() {
        var assembler = MessageAssembler()
        let half = String(repeating: "x", count: DeviceLimits.frameBytesMax / 2)
        #expect(assembler.append(frame(.text, half, fin: false)) == .incomplete)
        #expect(assembler.append(frame(.continuation, half, fin: false)) == .incomplete)
        #expect(assembler.append(frame(.continuation, "x")) == .refused(.tooLarge))
    }

    @Test func emptyFragmentsAddNothing() {
        var assembler = MessageAssembler()
        #expect(assembler.append(frame(.text, "", fin: false)) == .incomplete)
        #expect(assembler.append(frame(.continuation, "ab", fin: false)) == .incomplete)
        for _ in 0..<100 { #expect(assembler.append(frame(.continuation, "", fin: false)) == .incomplete) }
        #expect(assembler.append(frame(.continuation, "")) == .message(Array("ab".utf8)))
    }

    @Test func framesOutOfTurnAndBinaryAreRefused() {
        var assembler = MessageAssembler()
        #expect(assembler.append(frame(.continuation, "c")) == .refused(.protocolError))
        #expect(assembler.append(frame(.binary, "b")) == .refused(.notText))
        #expect(assembler.append(frame(.text, "a", fin: false)) == .incomplete)
        #expect(assembler.append(frame(.text, "a")) == .refused(.protocolError))
    }
}

@Suite(.timeLimit(.minutes(2))) struct HandshakeGateTests {
    private func head(_ uri: String, _ headers: HTTPHeaders, _ method: HTTPMethod = .GET) -> HTTPRequestHead {
        HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: headers)
    }
    private let good: HTTPHeaders = [
        "Host": "shop", "Upgrade": "websocket", "Sec-WebSocket-Protocol": "chat, baton.v1",
    ]

    private func good(with name: String, _ value: String) -> HTTPHeaders {
        var headers = good
        headers.add(name: name, value: value)
        return headers
    }

    private func good(without name: String, _ value: String? = nil) -> HTTPHeaders {
        var headers = good
        headers.remove(name: name)
        if let value { headers.add(name: name, value: value) }
        return headers
    }

    private func status(_ head: HTTPRequestHead, hasRoom: Bool = true) -> UInt? {
        guard case .refuse(let status, _) = HandshakeGate.judge(head, hasRoom: hasRoom) else { return nil }
        return status.code
    }

    @Test func onlyDevicesOfThisProtocolGetThrough() {
        #expect(status(head("/v1/devices", good)) == nil)
        #expect(status(head("/v1/devices?x=1", good)) == nil)
        #expect(status(head("/v1/devices/", good)) == nil)
        #expect(status(head("/v1/%64evices", good)) == nil)
        #expect(status(head("/v1/other", good)) == 404)
        #expect(status(head("/v1/devices", good(without: "Upgrade"))) == 426)
        #expect(status(head("/v1/devices", good, .POST)) == 426)
        #expect(status(head("/v1/devices", good(without: "Sec-WebSocket-Protocol"))) == 400)
        #expect(status(head("/v1/devices", good(without: "Sec-WebSocket-Protocol", "baton.v2"))) == 400)
        #expect(status(head("/v1/devices", good), hasRoom: false) == 503)
    }

    @Test func aHandshakeHasOneHost() {
        #expect(status(head("/v1/devices", good(without: "Host"))) == 400)
        #expect(status(head("/v1/devices", good(with: "host", "shop"))) == 400)
    }
}
