import DeviceEdge
import DeviceProtocol
import RelayDomain
import RelayTesting
import RouterTesting

@testable import Router

/// A shop's counter: a device that speaks frames with a gateway's core, behind which stands the world's router.
struct Counter {
    static let code = "99271828182845904523"

    var world: World
    /// Whether the router's answers reach the gateway.
    var isAnswered = true
    private var gateway: GatewayCore
    private let caller: Caller
    private let link = RouterLink(number: 1, journal: 0)
    private let connection = ConnectionID(1)
    private var frames: [DeviceFrame] = []
    private var calls: Int64 = 0

    /// - Parameters:
    ///   - kind: the devices of the gateway.
    ///   - scans: what the gateway takes the scanned ``code`` for; it may have heard of that before the router.
    init(
        _ world: World = World(devicesAreOnline: false), for kind: DeviceKind = .terminal,
        scans application: ApplicationID = World.pay, as operation: Operation = .payment, callsMax: Int = 100
    ) {
        self.world = world
        caller = kind == .terminal ? .terminalGateway : .posGateway
        var limits = GatewayLimits()
        limits.callsMax = callsMax
        gateway = GatewayCore(for: kind, sealer: kind == .terminal ? PlainSealer() : nil, limits: limits)
        let rule = ScanRule(
            symbology: .qr, length: 20...20, prefix: "99", application: application, operation: operation)
        let tables = GatewayTables(version: 1, scanRules: [rule], pairings: [World.till: World.paired])
        feed(.linkOpened(link, journals: 1, ahead: .zero), .ordered(.tables(tables), on: link), .opened(connection))
    }

    /// A device that has a session.
    static func with(_ terminal: TerminalID = World.alone, _ counter: Counter = Counter()) -> Counter {
        var counter = counter
        counter.connect(.terminal(terminal))
        return counter
    }

    @discardableResult
    mutating func connect(_ device: Device) -> DeviceError? {
        call(.hello(device)) ?? call(.prove)
    }

    /// - Returns: the error that the device reads; nil if the call was taken, or not answered yet.
    @discardableResult
    mutating func call(_ request: DeviceRequest, as number: Int64? = nil) -> DeviceError? {
        calls += 1
        let id = CallID(number ?? calls)!
        return say(DeviceFrame.call(id, action: request.action.rawValue, request.body).bytes)
    }

    /// - Returns: the error that the device reads now.
    mutating func say(_ frame: [UInt8]) -> DeviceError? {
        frames = []
        feed(.received(connection, frame))
        for case .error(_, let error) in frames { return error }
        return nil
    }

    mutating func say(_ frame: String) -> DeviceError? { say(Array(frame.utf8)) }

    mutating func scan(_ text: String = Counter.code, as scan: String = "scan-1") -> DeviceError? {
        let key = SubmissionKeyText(scan)!
        return call(
            .scan(Scan(scan: key, symbology: .qr, text: ScannedText(text)!, amount: nil, at: world.now)))
    }

    mutating func loseRouter() { feed(.linkLost(link)) }

    private mutating func feed(_ inputs: GatewayInput...) {
        for output in gateway.step(inputs, now: world.now, random: &world.random) {
            switch output {
            case .write(_, let bytes): frames.append((try? DeviceFrame(bytes))!)
            case .request(let id, let message, _, _): if isAnswered { routerRequested(message, id) }
            case .ping, .close, .tell, .note, .log: break
            }
        }
    }

    private mutating func routerRequested(_ message: GatewayMessage, _ id: RequestID) {
        let address = world.address(World.terminals)
        world.step(.gateway(message, from: caller, address))
        for case .order(let order, let to) in world.outputs where to.peer == World.terminals {
            if to == address { feed(.answered(id, .replied(order))) } else { feed(.ordered(order, on: link)) }
        }
    }
}

/// Hides nothing: a code's digest is its text's beginning.
private struct PlainSealer: ScanSealer {
    func seal(_ scan: Scan, at terminal: TerminalID, by rule: ScanRule) -> ScannedCode? {
        let text = Array(scan.text.exposed.utf8)
        let digest = KeyedDigest(Array((text + [UInt8](repeating: 0, count: 32)).prefix(32)))!
        return ScannedCode(
            application: rule.application, operation: rule.operation,
            information: Information(
                kind: rule.operation.information, sealed: SealedInformation(text)!, digest: digest, expiresAt: nil),
            amount: scan.amount, scan: scan.scan, body: digest)
    }
}
