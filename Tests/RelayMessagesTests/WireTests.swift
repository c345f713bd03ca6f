import Foundation
import RelayDomain
import RelayTesting
import SwiftProtobuf
import Testing

@testable import RelayMessages

@Suite(.timeLimit(.minutes(2))) struct WireTests {
    /// Onto the wire as bytes, and back.
    func carried<Body: EnvelopeBody>(_ body: Body) throws -> Body {
        var envelope = Baton_V1_Envelope()
        envelope.version = WireVersion.current
        envelope.body = body.wire
        let read = try Baton_V1_Envelope(serializedBytes: envelope.serializedBytes() as [UInt8])
        return try Body(wire: try #require(read.body))
    }

    @Test func everyMessageArrivesAsItWasSent() throws {
        for message in Samples.requests { #expect(try carried(message) == message) }
        for message in Samples.replies { #expect(try carried(message) == message) }
        for message in Samples.gatewayMessages { #expect(try carried(message) == message) }
        for message in Samples.gatewayOrders { #expect(try carried(message) == message) }
        for message in Samples.adapterMessages { #expect(try carried(message) == message) }
        for message in Samples.adapterOrders { #expect(try carried(message) == message) }
    }

    /// Zero values of other languages lie at or before the beginning of 1970: an end that is long over, and no missing
    /// one.
    @Test(arguments: [nil, 0, -62_135_596_800_000, 1])
    func aCodesEndAtTheBeginningOfTimeIsAnEnd(milliseconds: Int64?) throws {
        let end = milliseconds.map { Instant(milliseconds: $0) }
        let information = Information(
            kind: .paymentCode, sealed: Samples.sealed, digest: Samples.digest, expiresAt: end)
        let wish = SubmitTransaction(
            terminal: Samples.terminal, application: Samples.application, operation: .payment, information: information,
            amount: nil,
            key: SubmissionKey(
                origin: .phone(application: Samples.application, customer: ""), terminal: Samples.terminal,
                text: try #require(SubmissionKeyText("k"))),
            body: Samples.digest, hopStamps: [])
        let request = RouterRequest.submit(wish, waitUntil: Samples.time)
        #expect(try carried(request) == request)
        let context = SealingContext(
            application: Samples.application, terminal: Samples.terminal, operation: .payment, key: wish.key.text,
            expiresAt: end)
        #expect(try SealingContext(wire: context.wire) == context)
    }

    @Test func aLinkTakesOnlyItsOwnMessages() {
        for body in Samples.replies.map(\.wire) + Samples.adapterOrders.map(\.wire) {
            #expect(throws: WireError.self) { try RouterRequest(wire: body) }
            #expect(throws: WireError.self) { try AdapterMessage(wire: body) }
        }
    }

    @Test func badFieldsAreNamed() throws {
        var query = Baton_V1_Query()
        query.transaction.journal = 100
        #expect(throws: WireError.outOfBounds("transaction")) { try RouterRequest(wire: .query(query)) }
        // A proof of a kind that is not known here is no proof, and must not read as one that was not offered.
        var claim = Baton_V1_Claim()
        claim.device = Samples.session.device.wire
        #expect(throws: WireError.missing("proof")) { try GatewayMessage(wire: .claim(claim)) }
        claim.proof.unproven = .init()
        #expect(try GatewayMessage(wire: .claim(claim)) == .claim(Samples.session.device, .unproven, nil))
        var ready = Baton_V1_Ready()
        ready.destination = "bank"
        ready.operations = [.payment]
        #expect(throws: WireError.outOfBounds("ready")) { try AdapterMessage(wire: .ready(ready)) }
        ready.concurrent = 1
        #expect(throws: Never.self) { try AdapterMessage(wire: .ready(ready)) }
        for delay in [-1, 86_400_001, .max, .min] as [Int64] {
            ready.visibilityDelay = delay
            #expect(throws: WireError.outOfBounds("ready")) { try AdapterMessage(wire: .ready(ready)) }
        }
    }

    /// Whatever a number is, it is read as one that arithmetic bears, or not at all.
    @Test(arguments: [Int64.max, .min, -1, 0, 86_400_001])
    func aBusySpanIsAtMostADay(milliseconds: Int64) throws {
        var wire = Baton_V1_Refused()
        wire.code = "deviceBusy"
        wire.busyFor = milliseconds
        let refused = try Refused(wire: wire)
        #expect(refused.busyFor == (milliseconds > 0 ? Refused.busyMax : nil))
        let text = String(repeating: "e\u{301}", count: 10)
        #expect(Reconciliation(name: text, reason: text, outcome: nil) != nil)
        let long = "e" + String(repeating: "\u{301}", count: 500_000)
        #expect(long.count == 1 && Reconciliation(name: long, reason: "x", outcome: nil) == nil)
        #expect(Reconciliation(name: "x", reason: long, outcome: nil) == nil)
        #expect(ShopChange(basedOn: 1, name: text, note: text) != nil)
        #expect(ShopChange(basedOn: 1, name: long) == nil)
        #expect(ShopChange(basedOn: 1, name: "x", note: long) == nil)
        #expect(long.plain(most: 64).unicodeScalars.count == 64)
        #expect("\u{1B}\u{1B}".plain(most: 7) == "\\u{1B}\\")
    }

    @Test func aVersionThatCannotBeIsNone() throws {
        for case .status(var status) in Samples.replies.map(\.wire) {
            status.version = .max
            #expect(throws: WireError.outOfBounds("version")) { try RouterReply(wire: .status(status)) }
        }
    }

    @Test func detailsThatAreNoneAreRefused() throws {
        for order in Samples.adapterOrders {
            guard case .authorize(var request) = order.wire, request.hasDetails else { continue }
            let good = request
            request.details.attributes.append(request.details.attributes[0])
            #expect(throws: WireError.outOfBounds("attributes")) { try AdapterOrder(wire: .authorize(request)) }
            request = good
            request.details.parts.instalments = 1
            #expect(throws: WireError.outOfBounds("parts")) { try AdapterOrder(wire: .authorize(request)) }
            request = good
            request.details.title = "two\nlines"
            #expect(throws: WireError.outOfBounds("details.title")) { try AdapterOrder(wire: .authorize(request)) }
        }
    }

    @Test func theNameOfACustomerIsBounded() throws {
        for case .submitTransaction(var submit) in Samples.requests.map(\.wire) {
            submit.customer = String(repeating: "c", count: SubmissionKey.customerBytesMax)
            #expect(throws: Never.self) { try RouterRequest(wire: .submitTransaction(submit)) }
            submit.customer += "c"
            #expect(throws: WireError.outOfBounds("customer")) {
                try RouterRequest(wire: .submitTransaction(submit))
            }
        }
    }

    /// The gateway and the ingress look first; whoever does not is refused here.
    @Test func aSumThatTheOperationDoesNotCountIsNoMessage() throws {
        for (operation, amount) in [
            (Operation.payment, Samples.points), (.accrue, Samples.euros), (.redeem, Samples.euros),
        ] {
            let submit = SubmitTransaction(
                terminal: Samples.terminal, application: Samples.application, operation: operation,
                information: Samples.information, amount: amount, key: Samples.key, body: Samples.digest, hopStamps: [])
            let request = RouterRequest.submit(submit, waitUntil: Samples.time)
            #expect(throws: WireError.outOfBounds("amount.unit")) { try RouterRequest(wire: request.wire) }
            let code = ScannedCode(
                application: Samples.application, operation: operation, information: Samples.information,
                amount: amount, scan: SubmissionKeyText("s-1")!, body: Samples.digest)
            let call = GatewayMessage.call(
                Samples.session, .scan(code, at: Samples.time), gatewayAt: Samples.time)
            #expect(throws: WireError.outOfBounds("amount.unit")) { try GatewayMessage(wire: call.wire) }
        }
    }

    @Test func aResumeNamesNoMoreThanItMay() throws {
        let names = { [SubmissionKeyText](repeating: SubmissionKeyText("s-1")!, count: $0) }
        for (scans, fits) in [(DeviceCall.resumedMax - 1, true), (DeviceCall.resumedMax, false)] {
            let call = GatewayMessage.call(
                Samples.session, .resume([Samples.command], scans: names(scans)), gatewayAt: Samples.time)
            if fits {
                #expect(try GatewayMessage(wire: call.wire) == call)
            } else {
                #expect(throws: WireError.outOfBounds("resume")) { try GatewayMessage(wire: call.wire) }
            }
        }
    }

    /// A sum of which nobody says whose it is would be taken for consent, or not.
    @Test func aCommandSaysWhoseItsSumIs() throws {
        for case .command(_, let command) in Samples.gatewayOrders {
            guard case .command(var wire) = GatewayOrder.command(Samples.session, command).wire else { continue }
            wire.amountOf = .unspecified
            #expect(throws: WireError.outOfBounds("amount_of")) { try GatewayOrder(wire: .command(wire)) }
        }
    }

    @Test func anAnswerNobodyForesawIsUnknown() throws {
        func read(_ fill: (inout Baton_V1_Answer) -> Void) throws -> AdapterMessage {
            var answer = Baton_V1_Answer()
            answer.transaction = Samples.id.wire
            fill(&answer)
            return try AdapterMessage(wire: .answer(answer))
        }
        let unknown = AdapterAnswer(Samples.id, .authorization(.unknown), hopStamps: [])
        #expect(try read { $0.authorization = .init() } == .answer(unknown))
        let doubt = AdapterAnswer(Samples.id, .reversal(.unknown), hopStamps: [])
        #expect(try read { $0.reversal = .init() } == .answer(doubt))
        #expect(throws: WireError.missing("to")) { try read { _ in } }
    }

    /// An adapter in another language says it as it likes; until now such a word was unreadable, and the payment
    /// reversed.
    @Test(arguments: ["not enough money!", "", "51 ", "Nicht genügend Guthaben", String(repeating: "x", count: 65)])
    func aDeclineIsADecline(reason: String) throws {
        var answer = Baton_V1_Answer()
        answer.transaction = Samples.id.wire
        answer.authorization.declined.reason = reason
        let stated = StatedReason(.unspecified, text: DisplayText(cleaning: reason))
        #expect(try AdapterMessage(wire: .answer(answer)).word == .authorization(.declined(stated)))
        answer.inquiry.declined = .with {
            $0.reason = reason
            $0.text = "Bitte\n\u{202E}andere Karte "
        }
        let text = DisplayText(cleaning: "Bitte andere Karte")
        #expect(
            try AdapterMessage(wire: .answer(answer)).word
                == .inquiry(.declined(StatedReason(.unspecified, text: text))))
        answer.reversal.refused.reason = reason
        #expect(try AdapterMessage(wire: .answer(answer)).word == .reversal(.refused(stated)))
    }

    /// An adapter in another language says what it likes with its yes.
    @Test func anApprovalIsAnApproval() throws {
        var answer = Baton_V1_Answer()
        answer.transaction = Samples.id.wire
        answer.authorization.approved = .with {
            $0.approvalCode = "K3V9Q2"
            $0.providerReference = String(repeating: "x", count: ProviderReference.bytesMax + 1)
            $0.maskedAccount = "4111 1111 1111 1111"
            $0.amount = .with { $0.minorUnits = -1 }
            $0.brand = "Vi\u{1B}sa"
            $0.receiptLines = Array(repeating: "line", count: 500)
            $0.leftOut = ["moon", "balance"]
        }
        let read = Approval(
            approvalCode: "K3V9Q2", receiptLines: Array(repeating: "line", count: 8),
            leftOut: [.providerReference, .maskedAccount, .amount, .brand, .receiptLines, .balance])
        #expect(try AdapterMessage(wire: .answer(answer)).word == .authorization(.approved(read)))
    }

    @Test func aResultCountsWhateverEvidenceIsBesideIt() throws {
        var call = Baton_V1_DeviceCall()
        call.result.command = Samples.command.wire
        call.result.entered.approved = .init()
        for sighting in [nil, .textSeen(""), .readBack(String(repeating: "x", count: Evidence.Text.bytesMax + 1))]
            as [Baton_V1_Evidence.OneOf_Sighting?]
        {
            call.result.evidence = .with { $0.sighting = sighting }
            let read = DeviceCall.result(Samples.command, .entered(.approved()), nil, at: Instant(milliseconds: 0))
            #expect(try DeviceCall(wire: call) == read)
        }
    }

    @Test func aDecisionCountsWhateverRidesBesideIt() throws {
        var answer = Baton_V1_Answer()
        answer.transaction = Samples.id.wire
        answer.authorization.approved = .init()
        answer.adapterState = .init(repeating: 1, count: AdapterState.most + 1)
        answer.hopStamps = [1 << 16]
        let read = AdapterAnswer(Samples.id, .authorization(.approved()), hopStamps: [])
        #expect(try AdapterMessage(wire: .answer(answer)) == .answer(read))
    }

    /// A stamp is one number, of which a newer peer may know more.
    @Test func stampsAreNumbers() {
        for hop in Hop.allCases {
            for act in HopStamp.Act.allCases {
                let stamp = HopStamp(hop, act, at: Samples.time)
                #expect(HopStamp(packed: stamp.packed) == stamp)
            }
        }
        let known = HopStamp(.router, .accepted, at: Samples.time)
        #expect(HopStamp(packed: known.packed | 0xFF) == nil && HopStamp(packed: known.packed | 0xFF00) == nil)
        #expect(HopStamp(packed: 0) == nil)
        for (time, read) in [(-1, 0), (Int64.min, 0), (1 << 50, (1 << 48) - 1)] as [(Int64, Int64)] {
            let stamp = HopStamp(.router, .accepted, at: Instant(milliseconds: time))
            #expect(HopStamp(packed: stamp.packed)?.at == Instant(milliseconds: read))
        }
        #expect(HopStamp.all(Array(repeating: known.packed, count: 65)).count == Transaction.hopStampsMax)
    }

    @Test func aSumThatTheOperationDoesNotCountIsUnreadable() throws {
        for order in Samples.adapterOrders {
            guard case .authorize(var request) = order.wire else { continue }
            request.operation = .payment
            #expect(throws: WireError.outOfBounds("amount.unit")) { try AdapterOrder(wire: .authorize(request)) }
            request.amount = .with {
                $0.minorUnits = 1
                $0.currency = "EUR"
            }
            request.operation = .accrue
            #expect(throws: WireError.outOfBounds("amount.unit")) { try AdapterOrder(wire: .authorize(request)) }
            request.operation = .payment
            #expect(throws: Never.self) { try AdapterOrder(wire: .authorize(request)) }
        }
    }

    @Test func unknownFieldsAreIgnored() throws {
        var bytes: [UInt8] = try Baton_V1_Envelope.with {
            $0.version = 1
            $0.resolve = .with { $0.terminal = "counter-1" }
        }.serializedBytes()
        bytes += [0xFA, 0x3F, 0x03, 1, 2, 3]  // Field 1023, three bytes.
        let body = try #require(try Baton_V1_Envelope(serializedBytes: bytes).body)
        #expect(try RouterRequest(wire: body) == .resolve(Samples.terminal))
    }

    /// Either it is refused, or it is a message like any other, which is written as it was read.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func randomBytesAreRefusedOrReadAndNeverStopAProcess(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (read, refused) = (0, 0)
        for sample in (0..<25).flatMap({ _ in Samples.gatewayMessages }) {
            var bytes: [UInt8] = try Baton_V1_Envelope.with { $0.body = sample.wire }.serializedBytes()
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            guard let body = try? Baton_V1_Envelope(serializedBytes: bytes).body,
                let message = try? GatewayMessage(wire: body)
            else {
                refused += 1
                continue
            }
            read += 1
            #expect(try GatewayMessage(wire: message.wire) == message)
            #expect(throws: WireError.self, "what gateways say is nobody else's") { try RouterRequest(wire: body) }
            #expect(throws: WireError.self) { try AdapterMessage(wire: body) }
        }
        #expect(read > 0 && refused > 0, "\(read) were read, \(refused) refused")
    }

    /// The bytes of each message are a promise to programs in other languages.
    /// `GOLDEN=write` writes the file anew, after a change that only adds fields.
    @Test func theBytesAreTheGoldenOnes() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "golden.txt")
        var lines: [String] = []
        func add(_ name: String, _ bodies: [WireBody]) throws {
            for (index, body) in bodies.enumerated() {
                let bytes: [UInt8] = try Baton_V1_Envelope.with {
                    $0.version = 1
                    $0.body = body
                }.serializedBytes()
                lines.append("\(name).\(index) " + Data(bytes).base64EncodedString())
            }
        }
        try add("request", Samples.requests.map(\.wire))
        try add("reply", Samples.replies.map(\.wire))
        try add("gatewayMessage", Samples.gatewayMessages.map(\.wire))
        try add("gatewayOrder", Samples.gatewayOrders.map(\.wire))
        try add("adapterMessage", Samples.adapterMessages.map(\.wire))
        try add("adapterOrder", Samples.adapterOrders.map(\.wire))
        let text = lines.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["GOLDEN"] == "write" {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let golden = try String(contentsOf: file, encoding: .utf8)
        for (line, expected) in zip(lines, golden.split(separator: "\n")) { #expect(line == expected) }
        #expect(text == golden)
    }
}

extension AdapterMessage {
    fileprivate var word: AdapterAnswer.Word? { if case .answer(let answer) = self { answer.word } else { nil } }
}
