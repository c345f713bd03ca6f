import RelayDomain
import RelayMessages

/// One of each message, with every field set.
enum Samples {
    static let time = Instant(milliseconds: 1_800_000_000_123)
    static let id = TransactionID("0192f0c1-7a3e-7b21-9c55-1f2e3d4c5b6a.0")!
    static let command = CommandID(id)
    static let euros = Amount(minorUnits: 1_250, unit: .currency(CurrencyCode("EUR")!))!
    static let points = Amount(minorUnits: 100, unit: .points(ProgramID("bakery")!))!
    static let sealed = SealedInformation([1, 2, 3, 4])!
    static let digest = KeyedDigest(Array(0..<32))!
    static let terminal = TerminalID("counter-1")!
    static let application = ApplicationID("pay")!
    static let context = SealingContext(
        application: application, terminal: terminal, operation: .payment, key: SubmissionKeyText("k-1")!,
        expiresAt: time)
    static let information = Information(kind: .paymentCode, sealed: sealed, digest: digest, expiresAt: time)
    static let key = SubmissionKey(
        origin: .phone(application: application, customer: "c-1"), terminal: terminal, text: SubmissionKeyText("k-1")!)
    static let session = DeviceSession(
        device: .terminal(terminal), count: ConnectionCount(term: 3, number: 7))
    static let rule = ScanRule(
        symbology: .code128, length: 12...16, prefix: "29", application: application, operation: .payment)
    static let shop = Shop(
        destinations: [.init(id: DestinationID("bank")!, kind: ReasonCode("echo")!)],
        applications: [
            .init(
                id: application, issuer: IssuerID("op")!, functions: [.payment, .redeem],
                destination: DestinationID("bank")!)
        ],
        terminals: [
            .init(
                id: terminal, pairedWith: POSID("till-1"), shop: branch.id, sum: .required,
                at: [DestinationID("bank")!: details.attributes])
        ],
        pos: [POSID("till-1")!], scanRules: [rule], shops: [branch])
    static let branch = Shop.Branch(
        id: ShopID("corner")!, name: "Bäckerei an der Ecke", currency: CurrencyCode("EUR")!,
        timeZone: TimeZoneName("Europe/Berlin")!, programs: [ProgramID("bakery")!])
    static let counter = CounterFacts(
        terminal: terminal, pos: POSID("till-1"), shop: branch, currencies: [branch.currency],
        programs: branch.programs, amountRequired: true)

    static let details = OrderDetails(
        attributes: Attributes([
            AttributeName("merchant")!: AttributeValue("123456789012345")!,
            AttributeName("store")!: AttributeValue("2")!,
        ])!, parts: SumParts(tax: 0, taxFree: 1, service: 2, tip: 3, instalments: 6), title: OrderTitle("Zwei Brote"),
        customer: CustomerName("c-1"))
    /// For a reader with several keys.
    static let keyed = SealedInformation([1, 2, 3, 4], readerKey: ReaderKeyID("2027-a"))!
    static let approval = Approval(
        approvalCode: "K3V9Q2", providerReference: "SBX-1", amount: euros, brand: "Visa", maskedAccount: "•••• 1234",
        balance: points, pointsEarned: points, receiptLines: ["Danke", "bis bald"], displayLines: ["Bye"],
        leftOut: [.receiptLines, .brand])
    static let declined = StatedReason(ReasonCode("no")!, text: DisplayText(cleaning: "Not enough money"))

    static func status(_ outcome: Outcome?) -> TransactionStatus {
        TransactionStatus(
            id: id, state: outcome == nil ? .unknown : .ended, outcome: outcome, sent: outcome?.sent ?? .maybe,
            hopStamps: Hop.allCases.flatMap { hop in HopStamp.Act.allCases.map { HopStamp(hop, $0, at: time) } }
                .prefix(Transaction.hopStampsMax).map(\.self),
            reconciliation: [.handedOverMaybe], isCancelRequested: true, deviceReason: ReasonCode("noOpenSale"),
            text: DisplayText(cleaning: "Genug für heute"), amount: points, version: 9)
    }

    static let requests: [RouterRequest] = [
        .submit(
            SubmitTransaction(
                terminal: terminal, application: application, operation: .payment, information: information,
                amount: euros, key: key, body: digest, hopStamps: [HopStamp(.ingress, .received, at: time)]),
            waitUntil: time),
        .submit(
            SubmitTransaction(
                terminal: terminal, application: application, operation: .payment,
                information: Information(kind: .paymentCode, sealed: keyed, digest: digest, expiresAt: nil),
                amount: nil, key: key, body: digest, title: details.title, hopStamps: []),
            waitUntil: time),
        .query(id, waitUntil: time), .cancel(id, waitUntil: time),
        .reconcile(id, Reconciliation(name: "Mika", reason: "the bank says so", outcome: .reversed)!),
        .reconcile(id, Reconciliation(name: "Mika", reason: "looked", outcome: nil)!),
        .resolve(terminal),
        .apply(shop, ShopChange(basedOn: 4, name: "Mika", note: "a new till")!), .getShop(), .getShop(version: 3),
        .shopHistory, .overview,
    ]
    static let replies: [RouterReply] = [
        .status(status(nil)), .status(status(.approved())), .status(status(.declined(ReasonCode("no")!))),
        .status(status(.approved(approval))), .status(status(.declined(declined))),
        .status(status(.handedOver(.maybe))), .status(status(.reversed)), .status(status(.failed(.amountMismatch))),
        .refused(Refused(.deviceBusy, busyFor: .seconds(2), detail: "why", field: "amount")),
        .terminal(TerminalInfo(terminal: terminal, isPaired: true, isOnline: false)),
        .terminal(
            TerminalInfo(
                terminal: terminal, isPaired: true, isOnline: true, readiness: .notReady(ReasonCode("noWindow")))),
        .terminal(TerminalInfo(terminal: terminal, isPaired: true, isOnline: true, isTerminalOnline: false)),
        .history([
            ShopVersion(version: 2, at: time, name: "Mika", note: "n"),
            ShopVersion(version: 1, at: time, name: "", note: ""),
        ]),
        .overview(
            Overview(
                journal: 3, registryVersion: 5,
                adapters: [
                    AdapterFacts(
                        name: "adapter-bank", destination: DestinationID("bank")!, concurrent: 64, asked: 2,
                        doubts: [.unwell, .silent], isDraining: true)
                ], open: [DestinationID("bank")!: 2],
                oldest: [
                    OpenTransaction(
                        id: id, terminal: terminal, application: application, destination: DestinationID("bank")!,
                        state: .reversing, acceptedOn: time, amount: euros, reconciliation: [.reversalRefused])
                ])),
        .registry(version: 5, shop), .registry(version: 6, shop, warnings: ["a", "b"]),
    ]
    static let gatewayMessages: [GatewayMessage] = [
        .claim(.pos(POSID("till-1")!), .unproven, nil), .claim(session.device, .unproven, session.count),
        .claim(session.device, .unproven, session.count, readiness: .notReady(nil)),
        .claim(session.device, .unproven, nil, readiness: .notReady(ReasonCode("noWindow"))), .sessionEnded(session),
        .call(session, .received(command, at: time), gatewayAt: time),
        .call(session, .submit(command, sealed, amount: euros, at: time), gatewayAt: time),
        .call(session, .submit(command, keyed, amount: nil, at: time), gatewayAt: time),
        .call(session, .result(command, .entered(nil), at: time), gatewayAt: time),
        .call(session, .result(command, .entered(.approved()), at: time), gatewayAt: time),
        .call(session, .result(command, .entered(.approved(approval)), at: time), gatewayAt: time),
        .call(session, .result(command, .entered(.declined(declined)), at: time), gatewayAt: time),
        .call(
            session,
            .result(
                command, .entered(nil), Evidence(.receiptNumber(Evidence.Text("R-1")!), amount: .checked, sum: euros),
                at: time),
            gatewayAt: time),
        .call(
            session, .result(command, .uncertain, Evidence(.windowClosed, amount: .unchecked), at: time),
            gatewayAt: time),
        .call(
            session,
            .result(command, .entered(nil), Evidence(.textSeen(Evidence.Text("paid")!), amount: .unchecked), at: time),
            gatewayAt: time),
        .call(
            session,
            .result(command, .entered(nil), Evidence(.readBack(Evidence.Text("12.50")!), amount: .unchecked), at: time),
            gatewayAt: time),
        .call(session, .result(command, .entered(.declined(ReasonCode("no")!)), at: time), gatewayAt: time),
        .call(session, .result(command, .refused(ReasonCode("noOpenSale")!), at: time), gatewayAt: time),
        .call(session, .result(command, .uncertain, at: time), gatewayAt: time),
        .call(
            session,
            .scan(
                ScannedCode(
                    application: application, operation: .payment, information: information, amount: euros,
                    scan: SubmissionKeyText("s-1")!, body: digest), at: time), gatewayAt: time),
        .call(session, .cancel(.command(command), at: time), gatewayAt: time),
        .call(session, .cancel(.scan(SubmissionKeyText("s-1")!), at: time), gatewayAt: time),
        .call(session, .cancel(.transaction(id), at: time), gatewayAt: time),
        .call(session, .resume([command], scans: [SubmissionKeyText("s-1")!]), gatewayAt: time),
        .call(session, .state(isReady: true, reason: nil), gatewayAt: time),
        .call(session, .state(isReady: false, reason: ReasonCode("noWindow")), gatewayAt: time),
    ]
    static let gatewayOrders: [GatewayOrder] = [
        .claimed(session, counter), .claimed(session, CounterFacts(terminal: terminal)),
        .claimRefused(session.device, Refused(.unknownTerminal)), .reply(.proceed(command)),
        .reply(.taken(command)), .reply(.accepted(id)), .reply(.refused(Refused(.tooLate))),
        .reply(
            .states(
                [
                    CommandStatus(command: command, status: nil),
                    CommandStatus(command: command, status: status(.approved())),
                ],
                scans: [
                    ScanStatus(scan: SubmissionKeyText("s-1")!, status: nil),
                    ScanStatus(scan: SubmissionKeyText("s-2")!, status: status(.approved())),
                ])),
        .reply(.noted),
        .command(
            session,
            Command(
                id: command, what: .enterAndSend, application: application, destination: DestinationID("bank")!,
                operation: .payment, amount: euros, amountOf: .merchant, amountRequired: true, sealed: sealed,
                sealedFor: context, expiresAt: time)),
        .command(
            session,
            Command(
                id: command, what: .sendToDestination, application: application, destination: DestinationID("bank")!,
                operation: .payment, amount: euros, amountRequired: false, sealed: keyed, sealedFor: context,
                expiresAt: time)),
        .cancel(session, command), .outcome(session, command, scan: nil, status(.approved())),
        .outcome(session, nil, scan: SubmissionKeyText("s-1"), status(.approved())), .sessionReplaced(session),
        .sessionUnregistered(session),
        .passing(session, Passing(application: application, operation: .payment, status: status(nil))),
        .tables(GatewayTables(version: 4, scanRules: [rule], pairings: [POSID("till-1")!: terminal])),
        .reply(.taken(command, status(.approved()))), .reply(.accepted(id, status(.approved()))),
    ]
    static let adapterMessages: [AdapterMessage] =
        [
            .ready(
                DestinationManifest(
                    destination: DestinationID("bank")!, operations: [.payment], amountRequired: true,
                    codesReusable: true, visibilityDelay: .seconds(5), concurrent: 64)!),
            .ready(
                DestinationManifest(
                    destination: DestinationID("bank")!, operations: [.payment], amountRequired: false,
                    zeroPayments: true, codesReusable: false, codesOnce: true, visibilityDelay: .zero, concurrent: 1)!),
        ]
        + answers.map { .answer(AdapterAnswer(id, $0, hopStamps: [HopStamp(.destination, .answered, at: time)])) }
        + [
            .answer(AdapterAnswer(id, .reversal(.confirmed), adapterState: AdapterState([1, 2]), hopStamps: [])),
            .health(isGood: true), .health(isGood: false), .draining, .remember(id, AdapterState([1, 2])!),
        ]
    static let answers: [AdapterAnswer.Word] =
        [
            .approved(), .approved(approval), .declined("no"), .declined("no", text: "Not enough money"),
            .pendingCustomer, .unknown,
            .notFound, .notSent, .reversed,
        ]
        .flatMap { [.authorization($0), .inquiry($0)] }
        + [.confirmed, .refused("settled"), .refused("settled", text: "Ask the bank"), .unknown].map(
            AdapterAnswer.Word.reversal)
    static let followUp = FollowUp(
        transaction: id, reference: RetrievalReferenceNumber(journal: 1, sequence: 2),
        destination: DestinationID("bank")!,
        application: application, terminal: terminal, operation: .redeem, amount: points, authorizedAt: time,
        notAfter: time, adapterState: AdapterState([1, 2, 3]))
    static let told = FollowUp(
        transaction: id, reference: followUp.reference, destination: followUp.destination, application: application,
        terminal: terminal, operation: .redeem, amount: nil, authorizedAt: time, notAfter: time, adapterState: nil,
        details: details)
    static let adapterOrders: [AdapterOrder] = [
        .authorize(
            AuthorizationRequest(
                transaction: id, reference: RetrievalReferenceNumber(journal: 1, sequence: 2),
                destination: DestinationID("bank")!, operation: .redeem, amount: points, sealed: sealed,
                sealedFor: context, notAfter: time)),
        .authorize(
            AuthorizationRequest(
                transaction: id, reference: RetrievalReferenceNumber(journal: 1, sequence: 2),
                destination: DestinationID("bank")!, operation: .redeem, amount: points, sealed: keyed,
                sealedFor: context, notAfter: time, details: details)),
        .inquire(told), .reverse(told, isRepeat: true), .remembered(id),
        .inquire(followUp), .reverse(followUp, isRepeat: false), .reverse(followUp, isRepeat: true), .askHealth,
        .notRegistered(DestinationID("bnk")!),
    ]
}
