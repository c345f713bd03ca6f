import Foundation
import RelayDomain
import Testing

@testable import DeviceProtocol

@Suite(.timeLimit(.minutes(2))) struct FrameTests {
    @Test(arguments: Some.requests) func callsAreWrittenAsTheyAlwaysWere(example: Example<DeviceRequest>) throws {
        let id = try #require(CallID(5))
        let bytes = DeviceFrame.call(id, action: example.value.action.rawValue, example.value.body).bytes
        #expect(String(decoding: bytes, as: UTF8.self) == example.text)
        guard case .call(id, let action, let body) = try DeviceFrame(bytes) else { throw Surprise("no call") }
        #expect(try DeviceRequest(action: action, body) == example.value)
    }

    @Test(arguments: Some.events) func eventsAreWrittenAsTheyAlwaysWere(example: Example<DeviceEvent>) throws {
        let bytes = DeviceFrame.event(sequence: 7, name: example.value.name.rawValue, example.value.body).bytes
        #expect(String(decoding: bytes, as: UTF8.self) == example.text)
        guard case .event(sequence: 7, let name, let body) = try DeviceFrame(bytes) else {
            throw Surprise("no event")
        }
        #expect(try DeviceEvent(name: name, body) == example.value)
    }

    @Test(arguments: Some.answers)
    func resultsAreWrittenAsTheyAlwaysWere(action: DeviceRequest.Action, example: Example<DeviceAnswer>) throws {
        let id = try #require(CallID(5))
        let bytes = DeviceFrame.result(id, try #require(example.value.body)).bytes
        #expect(String(decoding: bytes, as: UTF8.self) == example.text)
        guard case .result(id, let body) = try DeviceFrame(bytes) else { throw Surprise("no result") }
        #expect(try DeviceAnswer(to: action, body) == example.value)
    }

    @Test(arguments: Refusal.allCases, [DeviceKind.terminal, .pos])
    func everyRefusalCrossesWhole(refusal: Refusal, kind: DeviceKind) throws {
        let error = DeviceError(Refused(refusal, busyFor: .seconds(3)), to: kind)
        let frame = DeviceFrame.error(CallID(9), error)
        #expect(try DeviceFrame(frame.bytes) == frame)
        #expect(error.blame != .phone && error.stage != .ingress)
        #expect(!error.text.isEmpty)
    }

    @Test func anErrorOfALaterVersionReadsAsTheMostCarefulOne() throws {
        let frame = try DeviceFrame(
            Array(#"[4,null,"moonPhase","Wait.",{"sent":"perhaps","blame":"moon","new":1}]"#.utf8))
        guard case .error(nil, let error) = frame else { throw Surprise("no error") }
        #expect(error.code == .other(try #require(ReasonCode("moonPhase"))))
        #expect(error.sent == .maybe)
        #expect(error.retry == .no)
    }

    @Test func unknownFieldsAreIgnoredAndNullIsAbsent() throws {
        let body = #"{"command":"\#(Some.command.text)","at":1,"later":{"x":[1.5]},"amount":null,"sealed":"AQID"}"#
        let request = try DeviceRequest(action: "submit", object(body))
        #expect(request == .submit(Some.command, Some.sealed, amount: nil, at: Instant(milliseconds: 1)))
    }

    @Test func unknownWordsInAStatusDoNotHideTheRest() throws {
        let body = """
            {"scan":"s-1","transaction":"\(Some.transaction.text)","state":"ended","outcome":{"kind":"approved"},"sent":"yes",\
            "hopStamps":[{"hop":"moon","act":"shone","at":1},{"hop":"router","act":"accepted","at":2}],"reconcile":["moon"],"version":1}
            """
        guard case .outcome(nil, _, let status) = try DeviceEvent(name: "outcome", object(body)) else {
            throw Surprise("no outcome")
        }
        #expect(status.hopStamps == [HopStamp(.router, .accepted, at: Instant(milliseconds: 2))])
        #expect(status.outcome == .approved())
    }

    @Test func anOutcomeOfALaterVersionIsNoApproval() throws {
        let body =
            #"{"transaction":"\#(Some.transaction.text)","state":"ended","outcome":{"kind":"blessed"},"sent":"yes","version":1}"#
        guard case .outcome(nil, _, let status) = try DeviceEvent(name: "outcome", object(body)) else {
            throw Surprise("no outcome")
        }
        #expect(status.outcome == .handedOver(.maybe), "people look")
    }

    /// A word that nobody knew when the device was made hides neither that it is over nor that nothing was sent.
    @Test func aReasonOrAStateOfALaterVersionHidesNothingElse() throws {
        func status(_ fields: String) throws -> TransactionStatus {
            let body = #"{"transaction":"\#(Some.transaction.text)","version":1,"sent":"no",\#(fields)}"#
            guard case .outcome(nil, _, let status) = try DeviceEvent(name: "outcome", object(body)) else {
                throw Surprise("no outcome")
            }
            return status
        }
        let failed = try status(#""state":"ended","outcome":{"kind":"failed","reason":"moonlight"}"#)
        #expect(failed.outcome == .failed(.notSent))
        #expect(try status(#""state":"floating""#).state == .unknown)
    }

    @Test(arguments: [
        ("received", #"{"at":1}"#, "command"), ("received", #"{"command":"c-x","at":1}"#, "command"),
        ("received", #"{"command":7,"at":1}"#, "command"),
        ("submit", #"{"command":"C","sealed":"","at":1}"#, "sealed"),
        ("submit", #"{"command":"C","sealed":"A","at":1}"#, "sealed"),
        ("submit", #"{"command":"C","sealed":"AQID","at":-1}"#, "at"),
        ("submit", #"{"command":"C","sealed":"AQID","at":1.5}"#, "at"),
        (
            "submit", #"{"command":"C","sealed":"AQID","amount":{"minorUnits":-1,"currency":"EUR"},"at":1}"#,
            "amount.minorUnits"
        ),
        (
            "submit", #"{"command":"C","sealed":"AQID","amount":{"minorUnits":1,"currency":"eur"},"at":1}"#,
            "amount.currency"
        ),
        ("submit", #"{"command":"C","sealed":"AQID","amount":{"minorUnits":1},"at":1}"#, "amount.currency"),
        (
            "submit",
            #"{"command":"C","sealed":"AQID","amount":{"minorUnits":1,"currency":"EUR","program":"p"},"at":1}"#,
            "amount.currency"
        ),
        ("result", #"{"command":"C","result":"done","at":1}"#, "result"),
        ("result", #"{"command":"C","result":"refused","at":1}"#, "reason"),
        ("scan", #"{"scan":"a b","symbology":"qr","text":"1","at":1}"#, "scan"),
        ("scan", #"{"scan":"a","symbology":"pdf417","text":"1","at":1}"#, "symbology"),
        ("scan", #"{"scan":"a","symbology":"qr","text":"","at":1}"#, "text"),
        ("hello", #"{"device":{"kind":"kettle","id":"1"}}"#, "device.kind"),
        ("hello", #"{"device":{"kind":"pos"}}"#, "device.id"),
        ("hello", #"{"device":{"kind":"pos","id":"1"},"model":""}"#, "model"),
        ("hello", #"{"device":{"kind":"pos","id":"1"},"capabilities":["a b"]}"#, "capabilities[0]"),
        ("resume", #"{"commands":["C","x"]}"#, "commands[1]"),
        ("resume", #"{"commands":["C","C","C","C","C"],"scans":["1","2","3","4"]}"#, "scans"),
        ("resume", #"{"scans":["a b"]}"#, "scans[0]"),
        ("state", #"{"reason":"noPaper"}"#, "ready"),
        ("state", #"{"ready":"no"}"#, "ready"),
        ("cancel", #"{"at":1}"#, "command"),
        ("cancel", #"{"command":"C","scan":"s-1","at":1}"#, "command"),
        ("cancel", #"{"command":"C","transaction":"019a0000-0000-7000-8000-000000000001.0","at":1}"#, "command"),
        ("cancel", #"{"scan":"s-1","transaction":"019a0000-0000-7000-8000-000000000001.0","at":1}"#, "scan"),
    ])
    func theFieldAtFaultIsNamed(action: String, body: String, field: String) throws {
        let body = try object(body.replacing("\"C\"", with: "\"\(Some.command.text)\""))
        let error = #expect(throws: DeviceProtocolError.self) { try DeviceRequest(action: action, body) }
        #expect(error?.field == field)
    }

    /// The POS program's word for it may be a sentence; the decline counts all the same.
    @Test(arguments: ["not enough money!", "", "Zu wenig Guthaben"])
    func aPOSsDeclineIsADecline(reason: String) throws {
        let body = try object(
            #"{"command":"\#(Some.command.text)","result":"entered","answer":{"kind":"declined","reason":"\#(reason)"},"at":1}"#
        )
        guard case .result(_, .entered(let answer), _, _) = try DeviceRequest(action: "result", body) else {
            Issue.record("no result")
            return
        }
        #expect(answer == .declined(StatedReason(said: reason)))
    }

    @Test(arguments: [#"{"kind":"declined"}"#, #"{"kind":"declined","reason":7,"text":{}}"#])
    func aDeclineWithoutAReasonIsADecline(answer: String) throws {
        let body = try object(#"{"command":"\#(Some.command.text)","result":"entered","answer":\#(answer),"at":1}"#)
        guard case .result(_, let result, _, _) = try DeviceRequest(action: "result", body) else {
            throw Surprise("it is no result")
        }
        #expect(result == .entered(.declined(.unspecified)))
    }

    /// A reason is in the journal and goes to the phone.
    @Test func aRefusalsReasonIsNoAccountNumber() throws {
        func result(_ reason: String) throws -> DeviceRequest {
            try DeviceRequest(
                action: "result",
                object(#"{"command":"\#(Some.command.text)","result":"refused","reason":"\#(reason)","at":1}"#))
        }
        #expect(try result("card-4111-1111-1111-1111") == result("unspecified"))
        #expect(try result("locate.noSuchWindow") != result("unspecified"))
    }

    /// What a POS program says with its yes may be anything; the yes counts.
    @Test(arguments: [
        (#""K3""#, Approval(leftOut: Set(Approval.Field.allCases))), ("null", Approval()), ("{}", Approval()),
        (#"{"approvalCode":7,"brand":"Visa","later":1}"#, Approval(brand: "Visa", leftOut: [.approvalCode])),
        (
            #"{"receiptLines":["a",1,"4111111111111111"],"displayLines":{}}"#,
            Approval(receiptLines: ["a"], leftOut: [.receiptLines, .displayLines])
        ),
        (#"{"amount":{"minorUnits":-1,"currency":"EUR"},"balance":null}"#, Approval(leftOut: [.amount])),
    ])
    func aPOSsApprovalIsAnApproval(said: String, approval: Approval) throws {
        let body = try object(
            #"{"command":"\#(Some.command.text)","result":"entered","answer":{"kind":"approved","approval":\#(said)},"at":1}"#
        )
        guard case .result(_, .entered(let answer), _, _) = try DeviceRequest(action: "result", body) else {
            Issue.record("no result")
            return
        }
        #expect(answer == .approved(approval))
    }

    @Test func noErrorTellsWhatStoodThere() throws {
        let body = try object(#"{"scan":"a","symbology":"SECRET1234","text":"SECRET1234","at":"SECRET1234"}"#)
        let error = #expect(throws: DeviceProtocolError.self) { try DeviceRequest(action: "scan", body) }
        #expect(try #require(error).description.contains("SECRET") == false)
        #expect(String(reflecting: Some.requests.map(\.value)).contains(Some.code) == false)
    }

    @Test(arguments: [
        "[]", "{}", "1", "[2,1,\"hello\"]", "[2,0,\"hello\",{}]", "[2,\"1\",\"hello\",{}]", "[3,1,{},{}]",
        "[4,1,\"a\",{}]", "[5,1,\"a\",{}]", "[6,0,\"a\",{}]", "[2,9007199254740992,\"hello\",{}]", "[1.5,1,2]",
    ])
    func whatIsNoFrameIsRefused(text: String) {
        #expect(throws: DeviceProtocolError.notAFrame) { try DeviceFrame(Array(text.utf8)) }
    }

    @Test func aFrameAboveTheBoundIsNotEvenRead() {
        let bytes = [UInt8](repeating: 0x20, count: DeviceLimits.frameBytesMax + 1)
        #expect(throws: DeviceProtocolError.tooLarge(bytes: bytes.count)) { try DeviceFrame(bytes) }
    }

    /// The largest answer that the bounds allow fits into one frame.
    @Test func theLargestFramesFit() throws {
        let name = String(repeating: "x", count: 64)
        // A quotation mark is a byte of text and two of JSON.
        func quotes(_ count: Int) -> String { String(repeating: "\"", count: count) }
        let sum = Amount(minorUnits: Amount.most, unit: .points(try #require(ProgramID(name))))
        let longest = Approval(
            approvalCode: quotes(ApprovalCode.bytesMax), providerReference: quotes(ProviderReference.bytesMax),
            amount: sum, brand: quotes(Brand.bytesMax), maskedAccount: quotes(MaskedAccount.bytesMax), balance: sum,
            pointsEarned: sum, receiptLines: Array(repeating: quotes(ReceiptLine.bytesMax), count: 8),
            displayLines: Array(repeating: quotes(DisplayLine.bytesMax), count: 2))
        #expect(longest.leftOut.isEmpty)
        let status = TransactionStatus(
            id: Some.transaction, state: .pendingCustomer, outcome: .approved(longest), sent: .maybe,
            hopStamps: Array(repeating: HopStamp(.destination, .acknowledged, at: Some.now), count: 64),
            reconciliation: ReconciliationReason.allCases, deviceReason: ReasonCode(name),
            text: DisplayText(cleaning: String(repeating: "漢", count: DisplayText.most)),
            amount: Amount(minorUnits: Amount.most, unit: .points(try #require(ProgramID(name)))), version: .max)
        let states = Array(
            repeating: CommandStatus(command: Some.command, status: status), count: DeviceLimits.resumedMax)
        let body = try #require(DeviceAnswer.reply(.states(states)).body)
        let scans = Array(
            repeating: ScanStatus(scan: try #require(SubmissionKeyText(name)), status: status),
            count: DeviceLimits.resumedMax)
        let ofScans = try #require(DeviceAnswer.reply(.states([], scans: scans)).body)
        try expectReadable(DeviceFrame.result(try #require(CallID(DeviceLimits.wholeNumberMax)), ofScans))
        try expectReadable(DeviceFrame.result(try #require(CallID(DeviceLimits.wholeNumberMax)), body))
        let sealed = try #require(SealedInformation(Array(repeating: 255, count: SealedInformation.most)))
        let request = DeviceRequest.submit(Some.command, sealed, amount: status.amount, at: Some.now)
        try expectReadable(DeviceFrame.call(try #require(CallID(1)), action: "submit", request.body))
    }

    /// No frame is so long, or so deep, that the other end refuses it.
    private func expectReadable(_ frame: DeviceFrame) throws {
        #expect(frame.bytes.count <= DeviceLimits.frameBytesMax)
        #expect(throws: Never.self) { try JSONValue(frame.bytes) }
    }

    @Test(arguments: [
        #"{"amount":"checked"}"#, #"{"kind":"guess","amount":"checked"}"#,
        #"{"kind":"receiptNumber","amount":"checked"}"#,
        #"{"kind":"textSeen","text":"","amount":"checked"}"#, #"{"kind":"readBack","text":7,"amount":"checked"}"#,
        #"{"kind":"windowClosed"}"#, #"{"kind":"photo"}"#, #""R-1""#, "7", #"{"receipt":"R-1"}"#,
        #"{"kind":"windowClosed","amount":"checked","sum":{"minorUnits":-1,"currency":"EUR"}}"#,
        #"{"kind":"textSeen","text":"\#(String(repeating: "x", count: 121))","amount":"checked"}"#,
    ])
    func evidenceThatMakesNoSenseIsNone(evidence: String) throws {
        let text =
            #"[2,5,"result",{"command":"c-019a0000-0000-7000-8000-000000000001.0","result":"entered","answer":{"kind":"approved"},"evidence":\#(evidence),"at":1796000000000}]"#
        guard case .call(_, let action, let body) = try DeviceFrame(Array(text.utf8)) else {
            throw Surprise("no call")
        }
        guard case .result(let command, let result, nil, at: _) = try DeviceRequest(action: action, body) else {
            throw Surprise("it is no result without evidence")
        }
        #expect(result == .entered(.approved()), "the POS has booked, whatever is said beside it")
        #expect(try DeviceRequest(action: action, body).remark(in: body) == .unfitEvidence(of: command))
    }

    /// Every example of the protocol's page is what this module reads.
    @Test func theExamplesInTheDocumentationAreTrue() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/devices.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter {
            $0.hasPrefix("    [")
        }
        var actions: Set<String> = [], events: Set<String> = [], calls: [CallID: DeviceRequest.Action] = [:]
        for line in lines {
            let text = line.dropFirst(4).replacing("\"status\":{…}", with: "\"status\":null")
            switch try DeviceFrame(Array(text.utf8)) {
            case .call(let id, let action, let body):
                calls[id] = try DeviceRequest(action: action, body).action
                actions.insert(action)
            case .result(let id, let body): _ = try DeviceAnswer(to: try #require(calls[id]), body)
            case .error(_, let error): #expect(error.code == .refusal(.tooLate))
            case .event(sequence: _, let name, let body):
                _ = try DeviceEvent(name: name, body)
                events.insert(name)
            }
        }
        #expect(actions == Set(DeviceRequest.Action.allCases.map(\.rawValue)))
        #expect(events.isSuperset(of: ["command", "outcome", "passing", "time"]))
    }

    /// Bytes of strangers cost an error, never the process.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func randomBytesCostAnError(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let good = Some.requests.map(\.text) + Some.events.map(\.text)
        for _ in 0..<500 {
            var bytes = Array((good.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(Array("[]{}\",:0\\".utf8).randomElement(using: &random) ?? 0, at: index)
                default: bytes.removeSubrange(index...)
                }
            }
            guard let frame = try? DeviceFrame(bytes) else { continue }
            #expect(try DeviceFrame(frame.bytes) == frame)
            switch frame {
            case .call(_, let action, let body): _ = try? DeviceRequest(action: action, body)
            case .event(sequence: _, let name, let body): _ = try? DeviceEvent(name: name, body)
            case .result(_, let body):
                for action in DeviceRequest.Action.allCases { _ = try? DeviceAnswer(to: action, body) }
            case .error: break
            }
        }
    }

    private func object(_ text: String) throws -> JSONObject {
        guard case .object(let object) = try JSONValue(Array(text.utf8)) else {
            throw DeviceProtocolError.notAFrame
        }
        return object
    }
}
