import DeviceProtocol
import Logging
import NIOCore
import RelayDomain
import RelayTransport
import ServiceRuntime

/// Runs a ``GatewayCore`` on the event loop that owns the devices' sockets, one step for all that arrived together.
///
/// **How a batch passes.** Handlers put input from devices into the inbox, the mailbox adds that from routers; the
/// first entry schedules a step after the event loop's current turn. The step's requests to routers go into the other
/// mailbox together, under one lock; its frames are written, and each channel is flushed once.
///
/// Not `Sendable`: it and its connections are used only on their event loop.
final class GatewayLoop {
    /// After a close frame a device has this time to answer it…
    static let farewell = TimeAmount.seconds(2)
    /// …and a device that reads slowly has this time to reach it.
    static let slowFarewell = TimeAmount.seconds(10)
    static let tick = TimeAmount.seconds(1)

    private let eventLoop: any EventLoop
    private let clock: SteadyClock
    private let toBus: Mailbox<BusMessage>
    private let metrics = GatewayMetrics()
    private let logger: Logger
    private let watch: (GatewayCore) -> Void
    private var core: GatewayCore
    private var random = SystemRandomNumberGenerator()
    private var inbox: [GatewayInput] = []
    private var isStepDue = false
    private var devices: [ConnectionID: DeviceConnection] = [:]
    private var unflushed: [DeviceConnection] = []
    /// Connections whose close frame is written, and when they are closed whatever the device does.
    private var leaving: [(until: NIODeadline, DeviceConnection)] = []
    /// One entry per device that has had a session, so at most as many as are registered.
    private var described = LogThrottle<Device>()
    private var evidenced = LogThrottle<Device>()
    private var connectionsMade: UInt64 = 0
    private var isStopped = false
    private var whenEmpty: EventLoopPromise<Void>?

    /// - Parameter watch: called after each step that may have changed which routers can be reached.
    init(
        _ core: GatewayCore, on eventLoop: any EventLoop, clock: SteadyClock, toBus: Mailbox<BusMessage>,
        logger: Logger, watch: @escaping (GatewayCore) -> Void
    ) {
        self.core = core
        self.eventLoop = eventLoop
        self.clock = clock
        self.toBus = toBus
        self.logger = logger
        self.watch = watch
        tickLater()
    }

    // MARK: - From the connections

    /// - Parameter welcomed: called once the device has its session.
    func makeConnection(welcomed: @escaping () -> Void) -> DeviceConnection {
        connectionsMade += 1
        return DeviceConnection(ConnectionID(connectionsMade), on: self, welcomed: welcomed)
    }

    func opened(_ device: DeviceConnection) {
        devices[device.id] = device
        receive(.opened(device.id))
    }

    func ended(_ device: DeviceConnection) {
        guard devices.removeValue(forKey: device.id) != nil else { return }
        receive(.closed(device.id))
        if devices.isEmpty { whenEmpty?.succeed() }
    }

    func closing(_ device: DeviceConnection, _ reason: CloseReason) {
        metrics.count(reason)
        leaving.append((.now() + (reason == .overloaded ? Self.slowFarewell : Self.farewell), device))
    }

    func flushSoon(_ device: DeviceConnection) {
        unflushed.append(device)
        stepSoon()
    }

    // MARK: - Steps

    /// Adds an input to the next step.
    func receive(_ input: GatewayInput) {
        // Several signs of life in one step count as one: a peer may send very many.
        if case .heard(let id) = input, case .heard(id)? = inbox.last { return }
        inbox.append(input)
        stepSoon()
    }

    /// The same for a batch from the routers.
    func receive(_ inputs: [GatewayInput]) {
        inbox += inputs
        stepSoon()
    }

    private func stepSoon() {
        guard !isStepDue else { return }
        isStepDue = true
        eventLoop.assumeIsolated().execute { self.step() }
    }

    private func step() {
        isStepDue = false
        var inputs: [GatewayInput] = []
        swap(&inputs, &inbox)
        if !inputs.isEmpty {
            metrics.batch(inputs.count)
            carryOut(core.step(inputs, now: clock.now, random: &random))
            if inputs.contains(where: \.changesRoutes) { watch(core) }
        }
        let written = unflushed
        unflushed.removeAll(keepingCapacity: true)
        for device in written { device.flush() }
    }

    private func carryOut(_ outputs: [GatewayOutput]) {
        var messages: [BusMessage] = []
        for output in outputs {
            switch output {
            case .write(let id, let bytes):
                guard let device = devices[id] else { continue }
                device.send(bytes)
                if device.isStranger, core.hasSession(id) { device.becameKnown() }
            case .ping(let id): devices[id]?.ping()
            case .close(let id, let reason): devices[id]?.close(reason)
            case .request(let request, let message, let link, let limit):
                messages.append(.request(request, message, on: link, within: limit))
            case .tell(let message, let link): messages.append(.send(message, on: link))
            case .note(let note): metrics.count(note)
            case .log(let remark, let device): log(remark, of: device)
            }
        }
        guard !messages.isEmpty else { return }
        let taken = toBus.offer(contentsOf: messages)
        for message in messages.dropFirst(taken) {
            switch message {
            case .request(let request, _, _, _): receive(.answered(request, .full))
            case .send: metrics.countLost()
            }
        }
    }

    /// Logs a device's description of itself: at most one line per kind, device and second.
    private func log(_ remark: DeviceRemark, of device: Device) {
        switch remark {
        case .description(let description):
            guard let leftOut = described.admit(about: device, now: .now) else { return }
            var metadata: Logger.Metadata = ["device": "\(device)", "leftOut": "\(leftOut)"]
            metadata["maker"] = description.maker.map { "\($0)" }
            metadata["model"] = description.model.map { "\($0)" }
            metadata["firmware"] = description.firmware.map { "\($0)" }
            metadata["serial"] = description.serial.map { "\($0)" }
            if !description.capabilities.isEmpty {
                metadata["capabilities"] = "\(description.capabilities.map(\.text).joined(separator: " "))"
            }
            logger.info("device described", metadata: metadata)
        case .evidence(let evidence, let command):
            guard let leftOut = evidenced.admit(about: device, now: .now) else { return }
            logger.info(
                "evidence",
                metadata: [
                    "device": "\(device)", "command": "\(command)", "evidence": "\(evidence.sighting)",
                    "amount": "\(evidence.amount.rawValue)", "leftOut": "\(leftOut)",
                ])
        case .unfitEvidence(let command):
            guard let leftOut = evidenced.admit(about: device, now: .now) else { return }
            logger.warning(
                "evidence that does not fit: the result counts without it, correct the agent",
                metadata: ["device": "\(device)", "command": "\(command)", "leftOut": "\(leftOut)"])
        }
    }

    // MARK: - Time

    /// The one timer of all connections.
    private func tickLater() {
        eventLoop.assumeIsolated().scheduleTask(in: Self.tick) { [weak self] in
            guard let self, !self.isStopped else { return }
            self.receive(.timePassed)
            self.dropLeaving()
            self.metrics.gauge(self.core.counts)
            self.tickLater()
        }
    }

    private func dropLeaving() {
        let now = NIODeadline.now()
        let due = leaving.filter { $0.until <= now }
        leaving.removeAll { $0.until <= now }
        for (_, device) in due { device.drop() }
    }

    // MARK: - The end

    /// Lets open calls be answered, closes every device's session, then the connections.
    /// - Returns: succeeds when no connection is left.
    func stop() -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        whenEmpty = promise
        if devices.isEmpty { promise.succeed() } else { receive(.stopping) }
        return promise.futureResult
    }

    /// Closes what is left.
    func dropAll() {
        isStopped = true
        for device in Array(devices.values) { device.drop() }
    }
}

extension GatewayInput {
    fileprivate var changesRoutes: Bool {
        switch self {
        case .linkOpened, .linkLost: true
        case .opened, .received, .heard, .closed, .routerTime, .answered, .ordered, .timePassed, .stopping: false
        }
    }
}
