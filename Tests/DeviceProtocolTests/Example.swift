import RelayDomain

@testable import DeviceProtocol

/// A value and its text on the wire. The texts are a promise to devices in the field: they may grow, never change.
struct Example<Value: Sendable>: Sendable {
    let value: Value
    let text: String
}

/// The values that the examples are made of.
enum Some {
    static let now = Instant(milliseconds: 1_796_000_000_000)
    static let transaction = TransactionID("019a0000-0000-7000-8000-000000000001.0")!
    static let command = CommandID(transaction)
    static let sealed = SealedInformation([1, 2, 3])!
    static let euros = Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!))!
    static let stars = Amount(minorUnits: 100, unit: .points(ProgramID("stars")!))!
    static let code = "99271828182845904523"
    static let terminal = Device.terminal(TerminalID("counter-1")!)
    static let pos = Device.pos(POSID("till-1")!)

    static let fullCommand = Command(
        id: command, what: .sendToDestination, application: ApplicationID("sandbox-pay")!,
        destination: DestinationID("sandbox")!, operation: .payment, amount: euros, amountRequired: true,
        sealed: sealed,
        sealedFor: SealingContext(
            application: ApplicationID("sandbox-pay")!, terminal: TerminalID("counter-1")!, operation: .payment,
            key: SubmissionKeyText("k-1")!, expiresAt: now + .seconds(300)),
        expiresAt: now + .seconds(30))

    static let counter = CounterFacts(terminal: TerminalID("counter-1")!)
    static let tag = "https://pay.example/t/counter-1"
    static let welcome = Welcome(
        connection: ConnectionCount(term: 3, number: 17), time: now, counter: counter, tag: tag)

    static let approval = Approval(
        approvalCode: "K3V9Q2", providerReference: "SBX-1", amount: euros, brand: "Visa", maskedAccount: "•••• 1234",
        balance: stars, pointsEarned: stars, receiptLines: ["a", "b"], displayLines: ["Thank you"])

    static func status(_ outcome: Outcome?) -> TransactionStatus {
        TransactionStatus(
            id: transaction, state: outcome == nil ? .unknown : .ended, outcome: outcome, sent: outcome?.sent ?? .maybe,
            hopStamps: [HopStamp(.router, .concluded, at: now)],
            reconciliation: outcome == .handedOver(.maybe) ? [.handedOverMaybe] : [],
            deviceReason: outcome == .failed(.deviceRefused) ? ReasonCode("canceled") : nil,
            amount: euros, version: 5)
    }
}

extension Some {
    static let requests: [Example<DeviceRequest>] = [
        .init(
            value: .hello(
                terminal,
                DeviceDescription(
                    maker: "Acme", model: "C-1", firmware: "counter/2.1", serial: "7Q2M",
                    capabilities: [ReasonCode("camera")!, ReasonCode("printer")!])),
            text:
                #"[2,5,"hello",{"device":{"kind":"terminal","id":"counter-1"},"maker":"Acme","model":"C-1","firmware":"counter/2.1","serial":"7Q2M","capabilities":["camera","printer"]}]"#
        ),
        .init(value: .hello(pos), text: #"[2,5,"hello",{"device":{"kind":"pos","id":"till-1"}}]"#),
        .init(value: .prove, text: #"[2,5,"prove",{}]"#),
        .init(
            value: .received(command, at: now),
            text: #"[2,5,"received",{"command":"c-019a0000-0000-7000-8000-000000000001.0","at":1796000000000}]"#),
        .init(
            value: .submit(command, sealed, amount: stars, at: now),
            text:
                #"[2,5,"submit",{"command":"c-019a0000-0000-7000-8000-000000000001.0","sealed":"AQID","amount":{"minorUnits":100,"program":"stars"},"at":1796000000000}]"#
        ),
        .init(
            value: .result(
                command, .entered(.approved()), Evidence(.receiptNumber(Evidence.Text("R-1")!), amount: .unchecked),
                at: now),
            text:
                #"[2,5,"result",{"command":"c-019a0000-0000-7000-8000-000000000001.0","result":"entered","answer":{"kind":"approved"},"evidence":{"kind":"receiptNumber","text":"R-1","amount":"unchecked"},"at":1796000000000}]"#
        ),
        .init(
            value: .result(command, .entered(nil), Evidence(.windowClosed, amount: .checked), at: now),
            text:
                #"[2,5,"result",{"command":"c-019a0000-0000-7000-8000-000000000001.0","result":"entered","evidence":{"kind":"windowClosed","amount":"checked"},"at":1796000000000}]"#
        ),
        .init(
            value: .result(
                command, .entered(nil), Evidence(.textSeen(Evidence.Text("paid, thank you")!), amount: .unchecked),
                at: now),
            text:
                #"[2,5,"result",{"command":"c-019a0000-0000-7000-8000-000000000001.0","result":"entered","evidence":{"kind":"textSeen","text":"paid, thank you","amount":"unchecked"},"at":1796000000000}]"#
        ),
        .init(
            value: .result(
                command, .entered(nil), Evidence(.readBack(Evidence.Text("12.50 paid")!), amount: .checked, sum: euros),
                at: now),
            text:
                #"[2,5,"result",{"command":"c-019a0000-0000-7000-8000-000000000001.0","result":"entered","evidence":{"kind":"readBack","text":"12.50 paid","amount":"checked","sum":{"minorUnits":1250,"currency":"EUR"}},"at":1796000000000}]"#
        ),
        .init(
            value: .result(command, .entered(.approved(Approval(approvalCode: "K3V9Q2"))), nil, at: now),
            text:
                #"[2,5,"result",{"command":"c-019a0000-0000-7000-8000-000000000001.0","result":"entered","answer":{"kind":"approved","approval":{"approvalCode":"K3V9Q2"}},"at":1796000000000}]"#
        ),
        .init(
            value: .result(command, .entered(.declined(ReasonCode("insufficientFunds")!)), nil, at: now),
            text:
                #"[2,5,"result",{"command":"c-019a0000-0000-7000-8000-000000000001.0","result":"entered","answer":{"kind":"declined","reason":"insufficientFunds"},"at":1796000000000}]"#
        ),
        .init(
            value: .result(command, .entered(nil), nil, at: now),
            text:
                #"[2,5,"result",{"command":"c-019a0000-0000-7000-8000-000000000001.0","result":"entered","at":1796000000000}]"#
        ),
        .init(
            value: .result(command, .refused(ReasonCode("deviceBusy")!), nil, at: now),
            text:
                #"[2,5,"result",{"command":"c-019a0000-0000-7000-8000-000000000001.0","result":"refused","reason":"deviceBusy","at":1796000000000}]"#
        ),
        .init(
            value: .result(command, .uncertain, nil, at: now),
            text:
                #"[2,5,"result",{"command":"c-019a0000-0000-7000-8000-000000000001.0","result":"uncertain","at":1796000000000}]"#
        ),
        .init(
            value: .scan(
                Scan(
                    scan: SubmissionKeyText("s-1")!, symbology: .qr, text: ScannedText(code)!, amount: euros, at: now)),
            text:
                #"[2,5,"scan",{"scan":"s-1","symbology":"qr","text":"99271828182845904523","amount":{"minorUnits":1250,"currency":"EUR"},"at":1796000000000}]"#
        ),
        .init(
            value: .resume([command]),
            text: #"[2,5,"resume",{"commands":["c-019a0000-0000-7000-8000-000000000001.0"]}]"#),
        .init(
            value: .resume([], scans: [SubmissionKeyText("s-1")!, SubmissionKeyText("s-2")!]),
            text: #"[2,5,"resume",{"commands":[],"scans":["s-1","s-2"]}]"#),
        .init(
            value: .cancel(.transaction(transaction), at: now),
            text:
                #"[2,5,"cancel",{"transaction":"019a0000-0000-7000-8000-000000000001.0","at":1796000000000}]"#),
        .init(value: .state(isReady: true, reason: nil), text: #"[2,5,"state",{"ready":true}]"#),
        .init(
            value: .state(isReady: false, reason: ReasonCode("noSuchWindow")!),
            text: #"[2,5,"state",{"ready":false,"reason":"noSuchWindow"}]"#),
    ]

    static let events: [Example<DeviceEvent>] = [
        .init(
            value: .command(fullCommand),
            text:
                #"[6,7,"command",{"command":"c-019a0000-0000-7000-8000-000000000001.0","what":"sendToDestination","application":"sandbox-pay","destination":"sandbox","operation":"payment","amount":{"minorUnits":1250,"currency":"EUR"},"amountOf":"phone","amountRequired":true,"sealed":"AQID","sealedFor":{"application":"sandbox-pay","terminal":"counter-1","operation":"payment","key":"k-1","expiresAt":1796000300000},"expiresAt":1796000030000}]"#
        ),
        .init(
            value: .cancel(command), text: #"[6,7,"cancel",{"command":"c-019a0000-0000-7000-8000-000000000001.0"}]"#),
        .init(
            value: .command(
                Command(
                    id: command, what: .enterAndSend, application: fullCommand.application,
                    destination: fullCommand.destination, operation: .payment, amount: euros, amountOf: .merchant,
                    amountRequired: false, sealed: sealed, sealedFor: fullCommand.sealedFor,
                    expiresAt: fullCommand.expiresAt)),
            text:
                #"[6,7,"command",{"command":"c-019a0000-0000-7000-8000-000000000001.0","what":"enterAndSend","application":"sandbox-pay","destination":"sandbox","operation":"payment","amount":{"minorUnits":1250,"currency":"EUR"},"amountOf":"merchant","amountRequired":false,"sealed":"AQID","sealedFor":{"application":"sandbox-pay","terminal":"counter-1","operation":"payment","key":"k-1","expiresAt":1796000300000},"expiresAt":1796000030000}]"#
        ),
        .init(
            value: .passing(
                Passing(application: ApplicationID("sandbox-pay")!, operation: .payment, status: status(nil))),
            text:
                #"[6,7,"passing",{"application":"sandbox-pay","operation":"payment","transaction":"019a0000-0000-7000-8000-000000000001.0","state":"unknown","sent":"maybe","hopStamps":[{"hop":"router","act":"concluded","at":1796000000000}],"amount":{"minorUnits":1250,"currency":"EUR"},"version":5}]"#
        ),
        .init(value: .time(now), text: #"[6,7,"time",{"time":1796000000000}]"#),
        outcome(.approved(), #""outcome":{"kind":"approved"},"sent":"yes","#),
        outcome(
            .declined(ReasonCode("codeUsed")!), #""outcome":{"kind":"declined","reason":"codeUsed"},"sent":"yes","#),
        outcome(
            .declined(StatedReason(said: "Zu wenig Geld!")),
            #""outcome":{"kind":"declined","reason":"unspecified","text":"Zu wenig Geld!"},"sent":"yes","#),
        outcome(
            .approved(approval),
            #""outcome":{"kind":"approved","approval":{"approvalCode":"K3V9Q2","providerReference":"SBX-1","amount":{"minorUnits":1250,"currency":"EUR"},"brand":"Visa","maskedAccount":"•••• 1234","balance":{"minorUnits":100,"program":"stars"},"pointsEarned":{"minorUnits":100,"program":"stars"},"receiptLines":["a","b"],"displayLines":["Thank you"]}},"sent":"yes","#
        ),
        outcome(
            .failed(.deviceRefused), #""outcome":{"kind":"failed","reason":"deviceRefused"},"sent":"no","#,
            after: #""deviceReason":"canceled","#),
        outcome(
            .handedOver(.maybe), #""outcome":{"kind":"handedOver"},"sent":"maybe","#,
            after: #""reconcile":["handedOverMaybe"],"#),
        outcome(.handedOver(.yes), #""outcome":{"kind":"handedOver"},"sent":"yes","#),
        outcome(nil, #""sent":"maybe","#, state: "unknown"),
    ]

    private static func outcome(
        _ outcome: Outcome?, _ fields: String, state: String = "ended", after: String = ""
    ) -> Example<DeviceEvent> {
        .init(
            value: .outcome(nil, scan: SubmissionKeyText("s-1"), status(outcome)),
            text:
                #"[6,7,"outcome",{"scan":"s-1","transaction":"019a0000-0000-7000-8000-000000000001.0","state":"\#(state)",\#(fields)"hopStamps":[{"hop":"router","act":"concluded","at":1796000000000}],\#(after)"amount":{"minorUnits":1250,"currency":"EUR"},"version":5}]"#
        )
    }

    static let answers: [(DeviceRequest.Action, Example<DeviceAnswer>)] = [
        (
            .hello,
            .init(
                value: .greeted(nonce: Array(0..<16), time: now),
                text: #"[3,5,{"nonce":"AAECAwQFBgcICQoLDA0ODw","time":1796000000000}]"#)
        ),
        (
            .prove,
            .init(
                value: .welcome(welcome),
                text:
                    #"[3,5,{"connection":{"term":3,"number":17},"time":1796000000000,"terminal":"counter-1","tag":"https://pay.example/t/counter-1","currencies":[],"programs":[],"amountRequired":false}]"#
            )
        ),
        (
            .prove,
            .init(
                value: .welcome(
                    Welcome(
                        connection: ConnectionCount(term: 3, number: 17), time: now,
                        counter: CounterFacts(
                            terminal: TerminalID("counter-1")!, pos: POSID("till-1")!,
                            shop: Shop.Branch(
                                id: ShopID("corner")!, name: "Bäckerei an der Ecke", currency: CurrencyCode("EUR")!,
                                timeZone: TimeZoneName("Europe/Berlin")!),
                            currencies: [CurrencyCode("EUR")!], programs: [ProgramID("stars")!], amountRequired: true),
                        tag: tag)),
                text:
                    #"[3,5,{"connection":{"term":3,"number":17},"time":1796000000000,"terminal":"counter-1","pos":"till-1","tag":"https://pay.example/t/counter-1","shop":{"id":"corner","name":"Bäckerei an der Ecke","currency":"EUR","timeZone":"Europe/Berlin"},"currencies":["EUR"],"programs":["stars"],"amountRequired":true}]"#
            )
        ),
        (.state, .init(value: .reply(.noted), text: #"[3,5,{"taken":true}]"#)),
        (
            .received,
            .init(
                value: .reply(.proceed(command)),
                text: #"[3,5,{"command":"c-019a0000-0000-7000-8000-000000000001.0","proceed":true}]"#)
        ),
        (
            .submit,
            .init(
                value: .reply(.taken(command)),
                text: #"[3,5,{"command":"c-019a0000-0000-7000-8000-000000000001.0","taken":true}]"#)
        ),
        (
            .submit,
            .init(
                value: .reply(.taken(command, status(.approved()))),
                text:
                    #"[3,5,{"command":"c-019a0000-0000-7000-8000-000000000001.0","taken":true,"status":{"transaction":"019a0000-0000-7000-8000-000000000001.0","state":"ended","outcome":{"kind":"approved"},"sent":"yes","hopStamps":[{"hop":"router","act":"concluded","at":1796000000000}],"amount":{"minorUnits":1250,"currency":"EUR"},"version":5}}]"#
            )
        ),
        (
            .scan,
            .init(
                value: .reply(.accepted(transaction)),
                text: #"[3,5,{"transaction":"019a0000-0000-7000-8000-000000000001.0"}]"#)
        ),
        (
            .scan,
            .init(
                value: .reply(.accepted(transaction, status(.approved()))),
                text:
                    #"[3,5,{"transaction":"019a0000-0000-7000-8000-000000000001.0","status":{"transaction":"019a0000-0000-7000-8000-000000000001.0","state":"ended","outcome":{"kind":"approved"},"sent":"yes","hopStamps":[{"hop":"router","act":"concluded","at":1796000000000}],"amount":{"minorUnits":1250,"currency":"EUR"},"version":5}}]"#
            )
        ),
        (
            .resume,
            .init(
                value: .reply(.states([CommandStatus(command: command, status: nil)])),
                text: #"[3,5,{"commands":[{"command":"c-019a0000-0000-7000-8000-000000000001.0"}]}]"#)
        ),
        (
            .resume,
            .init(
                value: .reply(
                    .states(
                        [],
                        scans: [
                            ScanStatus(scan: SubmissionKeyText("s-1")!, status: status(nil)),
                            ScanStatus(scan: SubmissionKeyText("s-2")!, status: nil),
                        ])),
                text:
                    #"[3,5,{"commands":[],"scans":[{"scan":"s-1","status":{"scan":"s-1","transaction":"019a0000-0000-7000-8000-000000000001.0","state":"unknown","sent":"maybe","hopStamps":[{"hop":"router","act":"concluded","at":1796000000000}],"amount":{"minorUnits":1250,"currency":"EUR"},"version":5}},{"scan":"s-2"}]}]"#
            )
        ),
    ]
}

/// Something came that the test has no place for.
struct Surprise: Error {
    let what: String
    init(_ what: String) { self.what = what }
}
