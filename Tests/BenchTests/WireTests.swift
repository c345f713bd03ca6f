import NIOCore
import RelayDomain
import StatusJSON
import Testing

@testable import Bench

@Suite(.timeLimit(.minutes(2))) struct WireTests {
    private func buffer(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

    private let approved = """
        HTTP/1.1 201 Created\r
        Content-Type: application/json\r
        content-Length: 87\r
        \r
        {"id":"0190.0","state":"ended","outcome":{"kind":"approved"},"sent":"yes","version":10}
        """

    @Test(arguments: [1, 7, 40, 1_000])
    func anAnswerIsReadWhateverPiecesItComesIn(bytes: Int) throws {
        var reader = HTTPAnswerReader()
        var answers: [HTTPAnswer] = []
        for _ in 0..<2 {
            var rest = buffer(approved)
            while rest.readableBytes > 0 {
                guard let piece = rest.readSlice(length: min(bytes, rest.readableBytes)) else { break }
                if case .answer(let answer) = reader.append(piece) { answers.append(answer) }
            }
        }
        #expect(answers.count == 2)
        #expect(answers.allSatisfy { $0.status == 201 && $0.isApproved })
    }

    @Test func whatIsNoAnswerIsBroken() {
        for text in ["HTTP/1.1 200 OK\r\n\r\n", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n"] {
            var reader = HTTPAnswerReader()
            #expect(reader.append(buffer(text)) == .broken)
        }
        var endless = HTTPAnswerReader()
        #expect(endless.append(ByteBuffer(repeating: 0x41, count: HTTPAnswerReader.bytesMax + 1)) == .broken)
    }

    @Test func onlyAnApprovalIsApproved() {
        func answer(_ status: Int, _ body: String) -> HTTPAnswer { HTTPAnswer(status: status, body: buffer(body)) }
        let declined = answer(201, #"{"state":"ended","outcome":{"kind":"declined","reason":"codeUsed"}}"#)
        #expect(!declined.isApproved)
        #expect(declined.kind == "201 declined codeUsed")
        let waiting = answer(202, #"{"id":"1","state":"commanded"}"#)
        #expect(!waiting.isApproved)
        #expect(waiting.kind == "202 commanded")
        let refused = answer(503, #"{"code":"overloaded","sent":"no"}"#)
        #expect(refused.kind == "503 overloaded")
        #expect(!answer(200, #"{"outcome":{"kind":"approved"}}"#).isApproved)
    }

    /// The text is the ingress's own, whatever the destination says with its approval.
    @Test(arguments: [Approval(), Approval(approvalCode: "K3V9Q2", brand: "Any")])
    func anApprovalIsReadAsTheIngressWritesIt(approval: Approval) {
        var random = SystemRandomNumberGenerator()
        let status = TransactionStatus(
            id: TransactionID(journal: 0, now: Instant(milliseconds: 1_796_000_000_000), random: &random),
            state: .ended, outcome: .approved(approval), sent: .yes, hopStamps: [], reconciliation: [],
            deviceReason: nil, amount: nil, version: 7)
        #expect(HTTPAnswer(status: 201, body: ByteBuffer(bytes: status.json)).isApproved)
    }

    @Test func aCommandIsReadAndNothingElseIsTakenForOne() {
        let command = #"[6,1,"command",{"command":"c-1.0","what":"sendToDestination","sealed":"AQID","sealedFor":{}}]"#
        #expect(DeviceText(buffer(command)) == .command(id: buffer("c-1.0"), sealed: buffer("AQID")))
        #expect(DeviceText(buffer(#"[6,2,"outcome",{"command":"c-1.0","state":"ended"}]"#)) == .outcome)
        #expect(DeviceText(buffer(#"[3,17,{"command":"c-1.0","taken":true}]"#)) == .result(17))
        let answer =
            #"[3,18,{"command":"c-1.0","taken":true,"status":{"state":"ended","outcome":{"kind":"approved"}}}]"#
        #expect(DeviceText(buffer(answer)) == .result(18))
        #expect(DeviceText(buffer(#"[4,17,"tooLate","Too late.",{}]"#)) == .error("tooLate"))
        #expect(DeviceText(buffer("{}")) == .unreadable)
        #expect(DeviceText(buffer("[6,3,\"news\",{}]")) == .unreadable)
        #expect(DeviceText.time(in: buffer(#"[3,2,{"connection":{},"time":1796000000012}]"#)) == 1_796_000_000_012)
    }

    @Test(arguments: [0, 1, 125, 126, 300, 16_000])
    func aFrameIsMaskedAsRFC6455Says(length: Int) throws {
        let payload = ByteBuffer(bytes: (0..<length).map { UInt8(truncatingIfNeeded: $0) })
        var bytes = ByteBuffer()
        WebSocketFrames.write(WebSocketFrames.Opcode.text, payload, mask: 0x3721_3D5A, to: &bytes)
        let read = (bytes.readBytes(length: 2), length > 125 ? bytes.readInteger(as: UInt16.self) : nil)
        let head = try #require(read.0)
        #expect(head[0] == 0x81)
        #expect(head[1] & 0x80 != 0)
        #expect(read.1.map(Int.init) ?? Int(head[1] & 0x7F) == length)
        #expect((head[1] & 0x7F == 126) == (length > 125))
        let key = bytes.readBytes(length: 4)
        let mask = try #require(key)
        #expect(mask == [0x37, 0x21, 0x3D, 0x5A])
        let plain = bytes.readableBytesView.enumerated().map { $1 ^ mask[$0 % 4] }
        #expect(plain == Array(payload.readableBytesView))
    }

    @Test func framesAreTakenWholeAndInOrder() throws {
        var bytes = ByteBuffer(bytes: [0x81, 0x02, 0x68, 0x69, 0x89, 0x00, 0x81, 0x7E, 0x00])
        let first = try WebSocketFrames.next(&bytes)
        #expect(first?.opcode == 1)
        #expect(first?.payload == buffer("hi"))
        let ping = try WebSocketFrames.next(&bytes)
        #expect(ping?.opcode == WebSocketFrames.Opcode.ping)
        let incomplete = try WebSocketFrames.next(&bytes)
        #expect(incomplete == nil)
        bytes.writeBytes([0x7E] + Array(repeating: 0x41, count: 126))
        let long = try WebSocketFrames.next(&bytes)
        #expect(long?.payload.readableBytes == 126)
    }

    @Test(arguments: [[0x01, 0x00], [0x81, 0x80], [0x81, 0x7F], [0x81, 0x7E, 0xFF, 0xFF]] as [[UInt8]])
    func aFrameThatNoGatewaySendsIsBroken(frame: [UInt8]) {
        var bytes = ByteBuffer(bytes: frame)
        #expect(throws: BenchError.self) { try WebSocketFrames.next(&bytes) }
    }
}
