import RelayDomain

extension GatewayMessage: EnvelopeBody {
    public init(wire body: WireBody) throws(WireError) {
        switch body {
        case .claim(let claim):
            self = .claim(
                try Device(wire: claim.device), try Proof(wire: claim.proof),
                claim.hasCount ? ConnectionCount(wire: claim.count) : nil,
                readiness: try DeviceReadiness(claim.hasNotReady ? claim.notReady : nil))
        case .sessionEnded(let ended): self = .sessionEnded(try DeviceSession(ended.device, ended.count))
        case .deviceCall(let call):
            self = .call(
                try DeviceSession(call.device, call.count), try DeviceCall(wire: call),
                gatewayAt: Instant(milliseconds: call.gatewayAt))
        default: throw .unexpected(body.name)
        }
    }

    public var wire: WireBody {
        switch self {
        case .claim(let device, let proof, let count, let readiness):
            .claim(
                .with {
                    $0.device = device.wire
                    $0.proof = proof.wire
                    if let count { $0.count = count.wire }
                    if let notReady = readiness.wire { $0.notReady = notReady }
                })
        case .sessionEnded(let session):
            .sessionEnded(
                .with {
                    $0.device = session.device.wire
                    $0.count = session.count.wire
                })
        case .call(let session, let call, let gatewayAt):
            .deviceCall(call.wire(session, gatewayAt: gatewayAt))
        }
    }
}

extension GatewayOrder: EnvelopeBody {
    public init(wire body: WireBody) throws(WireError) {
        switch body {
        case .claimed(let claimed):
            let device = try Device(wire: claimed.device)
            switch claimed.decision {
            case .count(let count):
                self = .claimed(
                    DeviceSession(device: device, count: ConnectionCount(wire: count)),
                    try CounterFacts(wire: claimed.counter))
            case .refused(let refused): self = .claimRefused(device, try Refused(wire: refused))
            case nil: throw .missing("decision")
            }
        case .deviceReply(let reply): self = .reply(try DeviceReply(wire: reply))
        case .command(let command):
            self = .command(try DeviceSession(command.device, command.count), try Command(wire: command))
        case .cancelCommand(let cancel):
            self = .cancel(try DeviceSession(cancel.device, cancel.count), try CommandID(wire: cancel.command))
        case .deviceOutcome(let outcome):
            self = .outcome(
                try DeviceSession(outcome.device, outcome.count),
                outcome.hasCommand ? try CommandID(wire: outcome.command) : nil,
                scan: try .optional(outcome.scan, "scan"), try TransactionStatus(wire: outcome.status))
        case .sessionReplaced(let replaced):
            self = .sessionReplaced(try DeviceSession(replaced.device, replaced.count))
        case .passing(let passing):
            self = .passing(
                try DeviceSession(passing.device, passing.count),
                Passing(
                    application: try .init(wire: passing.application, "application"),
                    operation: try Operation(wire: passing.operation),
                    status: try TransactionStatus(wire: passing.status)))
        case .sessionUnregistered(let ended):
            self = .sessionUnregistered(try DeviceSession(ended.device, ended.count))
        case .gatewayTables(let tables): self = .tables(try GatewayTables(wire: tables))
        default: throw .unexpected(body.name)
        }
    }

    public var wire: WireBody {
        switch self {
        case .claimed(let session, let counter):
            .claimed(
                .with {
                    $0.device = session.device.wire
                    $0.count = session.count.wire
                    $0.counter = counter.wire
                })
        case .claimRefused(let device, let refused):
            .claimed(
                .with {
                    $0.device = device.wire
                    $0.refused = refused.wire
                })
        case .reply(let reply): .deviceReply(reply.wire)
        case .command(let session, let command): .command(command.wire(session))
        case .cancel(let session, let command):
            .cancelCommand(
                .with {
                    $0.device = session.device.wire
                    $0.count = session.count.wire
                    $0.command = command.wire
                })
        case .outcome(let session, let command, let scan, let status):
            .deviceOutcome(
                .with {
                    $0.device = session.device.wire
                    $0.count = session.count.wire
                    if let command { $0.command = command.wire }
                    $0.scan = scan?.text ?? ""
                    $0.status = status.wireStatus
                })
        case .sessionReplaced(let session):
            .sessionReplaced(
                .with {
                    $0.device = session.device.wire
                    $0.count = session.count.wire
                })
        case .passing(let session, let passing):
            .passing(
                .with {
                    $0.device = session.device.wire
                    $0.count = session.count.wire
                    $0.application = passing.application.text
                    $0.operation = passing.operation.wire
                    $0.status = passing.status.wireStatus
                })
        case .sessionUnregistered(let session):
            .sessionUnregistered(
                .with {
                    $0.device = session.device.wire
                    $0.count = session.count.wire
                })
        case .tables(let tables): .gatewayTables(tables.wire)
        }
    }
}

extension Device {
    init(wire: Baton_V1_Device) throws(WireError) {
        switch wire.id {
        case .terminal(let text): self = .terminal(try TerminalID(wire: text, "device.terminal"))
        case .pos(let text): self = .pos(try POSID(wire: text, "device.pos"))
        case nil: throw .missing("device")
        }
    }

    var wire: Baton_V1_Device {
        .with {
            switch self {
            case .terminal(let id): $0.terminal = id.text
            case .pos(let id): $0.pos = id.text
            }
        }
    }
}

extension ConnectionCount {
    init(wire: Baton_V1_ConnectionCount) { self.init(term: wire.term, number: wire.number) }

    var wire: Baton_V1_ConnectionCount {
        .with {
            $0.term = term
            $0.number = number
        }
    }
}

extension DeviceSession {
    init(_ device: Baton_V1_Device, _ count: Baton_V1_ConnectionCount) throws(WireError) {
        self.init(device: try Device(wire: device), count: ConnectionCount(wire: count))
    }
}

extension Proof {
    init(wire: Baton_V1_Proof) throws(WireError) {
        switch wire.kind {
        case .unproven: self = .unproven
        case nil: throw .missing("proof")
        }
    }

    var wire: Baton_V1_Proof {
        switch self {
        case .unproven: .with { $0.unproven = .init() }
        }
    }
}

extension DeviceReadiness {
    /// - Parameter wire: nil from a device that is ready.
    init(_ wire: Baton_V1_NotReady?) throws(WireError) {
        guard let wire else {
            self = .ready
            return
        }
        self = .notReady(try .optional(wire.reason, "not_ready.reason"))
    }

    /// Nil for a device that is ready.
    var wire: Baton_V1_NotReady? { isReady ? nil : .with { $0.reason = reason?.text ?? "" } }
}

extension CounterFacts {
    init(wire: Baton_V1_CounterFacts) throws(WireError) {
        var currencies: [CurrencyCode] = []
        for text in wire.currencies {
            guard let currency = CurrencyCode(text) else { throw .outOfBounds("counter.currencies") }
            currencies.append(currency)
        }
        var programs: [ProgramID] = []
        for text in wire.programs { programs.append(try ProgramID(wire: text, "counter.programs")) }
        self.init(
            terminal: try TerminalID(wire: wire.terminal, "counter.terminal"),
            pos: try .optional(wire.pos, "counter.pos"),
            shop: wire.hasShop ? try Shop.Branch(wire: wire.shop) : nil, currencies: currencies, programs: programs,
            amountRequired: wire.amountRequired)
    }

    var wire: Baton_V1_CounterFacts {
        .with {
            $0.terminal = terminal.text
            $0.pos = pos?.text ?? ""
            if let shop { $0.shop = shop.wire }
            $0.currencies = currencies.map(\.text)
            $0.programs = programs.map(\.text)
            $0.amountRequired = amountRequired
        }
    }
}

extension GatewayTables {
    init(wire: Baton_V1_GatewayTables) throws(WireError) {
        var rules: [ScanRule] = []
        for rule in wire.scanRules { rules.append(try ScanRule(wire: rule)) }
        var pairings: [POSID: TerminalID] = [:]
        for pairing in wire.pairings {
            pairings[try POSID(wire: pairing.pos, "pairings.pos")] = try TerminalID(
                wire: pairing.terminal, "pairings.terminal")
        }
        self.init(version: wire.version, scanRules: rules, pairings: pairings)
    }

    var wire: Baton_V1_GatewayTables {
        .with {
            $0.version = version
            $0.scanRules = scanRules.map(\.wire)
            $0.pairings = pairings.map { pos, terminal in
                .with {
                    $0.pos = pos.text
                    $0.terminal = terminal.text
                }
            }
        }
    }
}
