import DeviceLink
import DeviceProtocol
import RelayDomain

/// A device: its core, its session and its command journal, as `CoreHost` and `DeviceLink` run them. The journal
/// remains when the process dies; each step is decided, made durable, and then carried out, and the power may fail in
/// between.
class SimDevice<Core: DeviceCore>: SimProcess, GatewayClient {
    let device: Device
    private let makeCore: ([CommandRecord], [ScanRecord]) -> Core
    private(set) var core: Core
    private var session: DeviceSessionStateMachine
    private var journal: [CommandID: CommandRecord] = [:]
    /// The journal's open scans.
    private(set) var openScans: [ScanRecord] = []
    /// In the order in which they came into the journal.
    private var met: [CommandID] = []
    private var openCalls: [CallID: RelayCall] = [:]
    private var inbox: [Core.Input] = []
    private var isWriting = false
    private var wire: SimWire?
    private var gateway: SimGateway?
    private lazy var coreAlarm = SimAlarm(self) { [unowned self] in lookAtClock() }
    private lazy var sessionAlarm = SimAlarm(self) { [unowned self] in lookAtSession() }

    init(_ device: Device, in world: SimWorld, makeCore: @escaping ([CommandRecord], [ScanRecord]) -> Core) {
        self.device = device
        self.makeCore = makeCore
        core = makeCore([], [])
        session = DeviceSessionStateMachine(device, firstAttempt: .zero)
        super.init("\(device)", in: world)
    }

    override func begin() {
        let unfinished = met.compactMap { journal[$0] }.filter { !$0.isFinished }.reversed()
        core = makeCore(Array(unfinished.prefix(64)), openScans)
        let firstAttempt = reading + (world.now == .start ? .milliseconds(10) : world.span(0...500))
        session = DeviceSessionStateMachine(
            device, DeviceDescription(model: "sim"), firstAttempt: firstAttempt)
        sessionAlarm.set(clock.moment(of: firstAttempt))
        arm()
    }

    override func forget() {
        (openCalls, inbox, isWriting, wire, gateway) = ([:], [], false, nil, nil)
    }

    // MARK: - What its kind adds

    /// An action of the device itself is to be done.
    func carryOut(_ output: Core.Output) {}

    /// A step has been decided, and not carried out yet.
    func decided(_ inputs: [Core.Input], _ outputs: [Core.Output]) {}

    /// A command has come from the relay.
    func heard(_ command: Command) {}

    /// A call of its own failed.
    func failed(_ call: RelayCall, _ failure: DeviceSessionStateMachine.CallFailure) {}

    /// Sends a call that its core has not decided, as a faulty device would.
    final func say(_ call: RelayCall, _ request: (Instant) -> DeviceRequest) {
        guard let clock = session.clock,
            let (id, output) = try? session.call(request(clock.time(at: reading)), now: reading)
        else { return }
        openCalls[id] = call
        carryOut([output])
    }

    // MARK: - The core

    final func receive(_ input: Core.Input) {
        inbox.append(input)
        step()
    }

    private func step() {
        guard isUp, !isWriting, !inbox.isEmpty else { return }
        let inputs = inbox
        inbox = []
        let (entries, outputs) = core.step(inputs, now: reading, random: &world.random)
        decided(inputs, outputs)
        let scans = core.openScans
        guard !entries.isEmpty || scans != openScans else { return carryOut(outputs) }
        isWriting = true
        let latency = Duration.microseconds(Int64.random(in: 100...4_000, using: &world.random))
        after(latency) { [self] in
            openScans = scans
            for entry in entries {
                if journal.updateValue(entry, forKey: entry.command) == nil { met.append(entry.command) }
            }
            after(.microseconds(50)) { [self] in
                isWriting = false
                carryOut(outputs)
            }
        }
    }

    private func carryOut(_ outputs: [Core.Output]) {
        for output in outputs {
            guard let (call, request) = output.call else {
                carryOut(output)
                continue
            }
            tell("calls \(request.action)")
            do throws(DeviceSessionStateMachine.CallRefusal) {
                let (id, output) = try session.call(request, now: reading)
                openCalls[id] = call
                carryOut([output])
                // If it is suspended while the relay answers, the time has passed when it continues.
                if world.weather.isStormy, world.chance(0.01) { holdUp(for: world.span(500...12_000)) }
            } catch {
                let failure: DeviceSessionStateMachine.CallFailure =
                    switch error {
                    case .notOpen: .connectionLost
                    case .tooManyCalls(let error), .tooLarge(let error): .refused(error)
                    }
                inbox.append(.relay(.failed(call, failure)))
            }
        }
        step()
        arm()
    }

    private func arm() { coreAlarm.set(core.deadline.map { clock.moment(of: $0) }) }

    private func lookAtClock() {
        if let deadline = core.deadline, deadline <= reading { receive(.relay(.timePassed)) } else { arm() }
    }

    // MARK: - The session

    private func lookAtSession() {
        carryOut(session.timePassed(reading, random: &world.random))
    }

    private func carryOut(_ outputs: [DeviceSessionStateMachine.Output]) {
        for output in outputs {
            switch output {
            case .connect: connect()
            case .send(let bytes):
                guard let wire, let gateway else { continue }
                wire.send(from: self) { gateway.receive(bytes, on: wire) }
            case .close:
                wire?.close(by: self)
                (wire, gateway) = (nil, nil)
            case .opened(let welcome):
                tell("has a session")
                if let clock = session.clock { receive(.relay(.opened(clock, welcome.counter))) }
            case .lost(let loss):
                tell("has lost its session: \(loss)")
                (wire, gateway) = (nil, nil)
                receive(.relay(.lost))
            case .event(.command(let command)):
                tell("has command \(command.id.transaction.short)")
                heard(command)
                receive(.relay(.command(command, known: journal[command.id])))
            case .event(.cancel(let command)): receive(.relay(.cancel(command)))
            case .event(.outcome(let command, let scan, let status)):
                world.properties.told(status, to: name)
                receive(.relay(.outcome(command, scan: scan, status)))
            case .event(.time): if let clock = session.clock { receive(.relay(.time(clock))) }
            case .event(.passing(let passing)):
                world.properties.told(passing.status, to: name)
                receive(.relay(.passing(passing)))
            case .answered(let id, let reply):
                if let outcome = reply.outcome { world.properties.told(outcome, to: name) }
                if let call = openCalls.removeValue(forKey: id) { receive(.relay(.answered(call, reply))) }
            case .failed(let id, let failure):
                if let call = openCalls.removeValue(forKey: id) {
                    failed(call, failure)
                    receive(.relay(.failed(call, failure)))
                }
            case .unreadable(let error): world.properties.breach(.understood, "\(name): \(error)")
            }
        }
        sessionAlarm.set(session.deadline.map { clock.moment(of: $0) })
    }

    private func connect() {
        let gateway = world.pick(world.gateways.filter { $0.kind == device.kind })
        world.network.connect(
            self, to: gateway, .stream, accepted: { [self] wire in gateway.accept(wire, of: self) },
            failed: { [self] in carryOut(session.disconnected(nil, now: reading, random: &world.random)) })
    }

    // MARK: - What the gateway says

    func connected(_ wire: SimWire, to gateway: SimGateway) {
        wire.isGreeted = true
        guard session.state == .connecting else { return wire.close(by: self) }
        self.wire = wire
        self.gateway = gateway
        wire.whenLost(self) { [self] in closed(nil) }
        carryOut(session.connected(reading))
    }

    func receive(_ bytes: [UInt8], on wire: SimWire) {
        if wire === self.wire { carryOut(session.receive(bytes, now: reading, random: &world.random)) }
    }

    func pinged(on wire: SimWire) {
        if wire === self.wire { session.heard(reading) }
    }

    func closed(_ reason: CloseReason, on wire: SimWire) {
        guard wire === self.wire else { return }
        wire.whenLost(self) {}
        closed(reason)
    }

    private func closed(_ reason: CloseReason?) {
        wire = nil
        carryOut(session.disconnected(reason, now: reading, random: &world.random))
    }
}
