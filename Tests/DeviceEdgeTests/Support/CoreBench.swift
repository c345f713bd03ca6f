import DeviceProtocol
import RelayDomain

@testable import DeviceEdge

/// A gateway's core on a bench: devices speak frames, routers are played by the test.
struct CoreBench {
    struct Question {
        let id: RequestID
        let message: GatewayMessage
        let link: RouterLink
    }

    var core: GatewayCore
    var now = Sample.now
    /// What each connection was told, and how it was closed.
    var frames: [ConnectionID: [DeviceFrame]] = [:]
    var closed: [ConnectionID: CloseReason] = [:]
    var pings: [ConnectionID: Int] = [:]
    /// Questions that nobody answered yet, and words that need no answer.
    var asked: [Question] = []
    var told: [GatewayMessage] = []
    var notes: [GatewayNote: Int] = [:]
    var remarks: [DeviceRemark] = []
    private var random = SeededRandom(state: 7)
    private var connections: UInt64 = 0
    private var calls: Int64 = 0

    init(
        _ kind: DeviceKind = .terminal, sealer: (any ScanSealer)? = nil, publicURL: String = "http://127.0.0.1:7780",
        limits: GatewayLimits = GatewayLimits()
    ) {
        core = GatewayCore(for: kind, sealer: sealer, publicURL: publicURL, limits: limits)
    }

    mutating func feed(_ inputs: GatewayInput...) {
        for output in core.step(inputs, now: now, random: &random) {
            switch output {
            case .write(let id, let bytes): frames[id, default: []].append((try? DeviceFrame(bytes))!)
            case .ping(let id): pings[id, default: 0] += 1
            case .close(let id, let reason): closed[id] = reason
            case .request(let id, let message, let link, _):
                asked.append(Question(id: id, message: message, link: link))
            case .tell(let message, _): told.append(message)
            case .note(let note): notes[note, default: 0] += 1
            case .log(let remark, _): remarks.append(remark)
            }
        }
    }

    /// Takes the first open question.
    mutating func answer(_ end: RequestEnd) { feed(.answered(asked.removeFirst().id, end)) }

    /// Opens the link to a journal's router.
    mutating func link(_ number: UInt64 = 1, journal: UInt8 = 0, of journals: UInt8 = 1, ahead: Duration = .zero)
        -> RouterLink
    {
        let link = RouterLink(number: number, journal: journal)
        feed(.linkOpened(link, journals: journals, ahead: ahead))
        return link
    }

    /// Connects a device that greets and asks for a session.
    mutating func connect(_ device: Device = Sample.terminal) -> ConnectionID {
        connections += 1
        let id = ConnectionID(connections)
        feed(.opened(id))
        _ = call(.hello(device), id)
        _ = call(.prove, id)
        return id
    }

    /// The same, and the router grants it.
    mutating func session(_ device: Device = Sample.terminal, _ count: ConnectionCount) -> ConnectionID {
        let id = connect(device)
        answer(.replied(.claimed(DeviceSession(device: device, count: count), Sample.counter)))
        return id
    }

    mutating func call(_ request: DeviceRequest, _ id: ConnectionID) -> CallID {
        calls += 1
        let call = CallID(calls)!
        feed(.received(id, DeviceFrame.call(call, action: request.action.rawValue, request.body).bytes))
        return call
    }

    /// What a call was answered: the code of its error, `result`, or nil.
    func word(_ call: CallID, _ id: ConnectionID) -> String? {
        for frame in frames[id] ?? [] {
            switch frame {
            case .result(call, _): return "result"
            case .error(call, let error): return error.code.text
            default: continue
            }
        }
        return nil
    }

    /// The events that a connection was told.
    func events(_ id: ConnectionID) -> [String] {
        (frames[id] ?? []).compactMap { if case .event(_, let name, _) = $0 { name } else { nil } }
    }
}

/// Seals nothing, and leaves a mark that tests can look for.
struct FakeSealer: ScanSealer {
    func seal(_ scan: Scan, at terminal: TerminalID, by rule: ScanRule) -> ScannedCode? {
        ScannedCode(
            application: rule.application, operation: rule.operation,
            information: Information(
                kind: .paymentCode, sealed: Sample.sealed, digest: KeyedDigest([UInt8](repeating: 1, count: 32))!,
                expiresAt: nil),
            amount: scan.amount, scan: scan.scan, body: KeyedDigest([UInt8](repeating: 2, count: 32))!)
    }
}
