import RelayDomain
import Testing

/// Which role may say what: the whole table, role by role.
@Suite(.timeLimit(.minutes(1))) struct PermissionsTests {
    private static let time = Instant(milliseconds: 1)
    private static let terminal = TerminalID("counter-1")!
    private static let id = TransactionID(high: 0x019A_0000_0000_7000, low: 0x8000_0000_0000_0001, journal: 0)!
    private static let digest = KeyedDigest([UInt8](repeating: 1, count: 32))!
    private static let application = ApplicationID("pay")!
    private static let key = SubmissionKey(
        origin: .phone(application: application, customer: ""), terminal: terminal, text: SubmissionKeyText("k")!)
    private static let submission = SubmitTransaction(
        terminal: terminal, application: application, operation: .payment,
        information: Information(
            kind: .paymentCode, sealed: SealedInformation([1])!, digest: digest, expiresAt: nil),
        amount: nil, key: key, body: digest, hopStamps: [])

    private static func roles(_ maySay: (PeerRole) -> Bool) -> Set<PeerRole> { Set(PeerRole.allCases.filter(maySay)) }

    private static let requests: [(RouterRequest, Set<PeerRole>)] = [
        (.submit(submission, waitUntil: time), [.ingress]),
        (.cancel(id, waitUntil: time), [.ingress]),
        (.query(id, waitUntil: time), [.ingress, .operator]),
        (.resolve(terminal), [.ingress, .operator]),
        (.reconcile(id, Reconciliation(name: "Mika", reason: "asked", outcome: nil)!), [.operator]),
        (.apply(Shop(), ShopChange(basedOn: 0, name: "Mika")!), [.operator]),
        (.getShop(), [.operator]), (.getShop(version: 1), [.operator]), (.shopHistory, [.operator]),
        (.overview, [.operator]),
    ]

    @Test(arguments: requests) func requestsAreForPhonesAndOperators(request: RouterRequest, allowed: Set<PeerRole>) {
        #expect(Self.roles { $0.maySay(request) } == allowed)
    }

    @Test(arguments: [
        (Device.terminal(terminal), PeerRole.terminalGateway), (.pos(POSID("till-1")!), .posGateway),
    ]) func aGatewaySpeaksForItsKindOfDevices(device: Device, gateway: PeerRole) {
        let session = DeviceSession(device: device, count: ConnectionCount(term: 1, number: 1))
        let messages: [GatewayMessage] = [
            .claim(device, .unproven, nil), .claim(device, .unproven, session.count), .sessionEnded(session),
            .call(session, .resume([], scans: []), gatewayAt: Self.time),
        ]
        for message in messages { #expect(Self.roles { $0.maySay(message) } == [gateway]) }
    }

    @Test func adaptersAloneSpeakForDestinations() {
        let manifest = DestinationManifest(
            destination: DestinationID("bank")!, operations: [.payment], amountRequired: false, codesReusable: false,
            visibilityDelay: .zero, concurrent: 1)!
        let messages: [AdapterMessage] = [
            .ready(manifest), .draining, .health(isGood: true),
            .answer(AdapterAnswer(Self.id, .inquiry(.notFound), hopStamps: [])),
        ]
        for message in messages { #expect(Self.roles { $0.maySay(message) } == [.destinationAdapter]) }
    }

    @Test func whoHasNothingToSayAtAnEndIsNoneOfIts() {
        #expect(Self.roles(\.isGateway) == [.terminalGateway, .posGateway])
        #expect(Self.roles(\.isAdapter) == [.destinationAdapter])
        #expect(Self.roles(\.mayAdminister) == [.operator])
    }
}
