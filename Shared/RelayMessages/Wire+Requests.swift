import RelayDomain

extension RouterRequest: EnvelopeBody {
    public init(wire body: WireBody) throws(WireError) {
        switch body {
        case .submitTransaction(let submit):
            self = .submit(
                try SubmitTransaction(wire: submit), waitUntil: Instant(milliseconds: submit.waitUntil))
        case .query(let query):
            self = .query(
                try TransactionID(wire: query.transaction), waitUntil: Instant(milliseconds: query.waitUntil))
        case .cancel(let cancel):
            self = .cancel(
                try TransactionID(wire: cancel.transaction), waitUntil: Instant(milliseconds: cancel.waitUntil))
        case .reconcile(let reconcile):
            guard
                let reconciliation = Reconciliation(
                    name: reconcile.name, reason: reconcile.reason,
                    outcome: reconcile.hasOutcome ? try Outcome(wire: reconcile.outcome) : nil)
            else { throw .outOfBounds("reconcile") }
            self = .reconcile(try TransactionID(wire: reconcile.transaction), reconciliation)
        case .resolve(let resolve): self = .resolve(try TerminalID(wire: resolve.terminal, "terminal"))
        case .administer(let administer):
            switch administer.order {
            case .apply(let shop):
                guard administer.hasChange else { throw .missing("change") }
                self = .apply(try Shop(wire: shop), try ShopChange(wire: administer.change))
            case .get(let get): self = .getShop(version: get.hasVersion ? get.version : nil)
            case .history: self = .shopHistory
            case nil: throw .missing("order")
            }
        case .getOverview: self = .overview
        default: throw .unexpected(body.name)
        }
    }

    public var wire: WireBody {
        switch self {
        case .submit(let submit, let waitUntil): .submitTransaction(submit.wire(waitUntil: waitUntil))
        case .query(let id, let waitUntil):
            .query(
                .with {
                    $0.transaction = id.wire
                    $0.waitUntil = waitUntil.milliseconds
                })
        case .cancel(let id, let waitUntil):
            .cancel(
                .with {
                    $0.transaction = id.wire
                    $0.waitUntil = waitUntil.milliseconds
                })
        case .reconcile(let id, let reconciliation):
            .reconcile(
                .with {
                    $0.transaction = id.wire
                    $0.name = reconciliation.name
                    $0.reason = reconciliation.reason
                    if let outcome = reconciliation.outcome { $0.outcome = outcome.wire }
                })
        case .resolve(let terminal): .resolve(.with { $0.terminal = terminal.text })
        case .apply(let shop, let change):
            .administer(
                .with {
                    $0.apply = shop.wire
                    $0.change = change.wire
                })
        case .getShop(let version): .administer(.with { $0.get = .with { if let version { $0.version = version } } })
        case .shopHistory: .administer(.with { $0.history = .init() })
        case .overview: .getOverview(.init())
        }
    }
}

extension RouterReply: EnvelopeBody {
    public init(wire body: WireBody) throws(WireError) {
        switch body {
        case .status(let status): self = .status(try TransactionStatus(wire: status))
        case .refused(let refused): self = .refused(try Refused(wire: refused))
        case .terminalInfo(let info):
            self = .terminal(
                TerminalInfo(
                    terminal: try TerminalID(wire: info.terminal, "terminal"), isPaired: info.paired,
                    isOnline: info.online,
                    readiness: DeviceReadiness(
                        isReady: !info.notReady, reason: try .optional(info.reason, "reason")),
                    isTerminalOnline: !info.terminalOffline))
        case .registryInfo(let info):
            self = .registry(version: info.version, try Shop(wire: info.shop), warnings: info.warnings)
        case .registryHistory(let history): self = .history(history.versions.map(ShopVersion.init))
        case .overview(let overview): self = .overview(try Overview(wire: overview))
        default: throw .unexpected(body.name)
        }
    }

    public var wire: WireBody {
        switch self {
        case .status(let status): status.wire
        case .refused(let refused): .refused(refused.wire)
        case .terminal(let info):
            .terminalInfo(
                .with {
                    $0.terminal = info.terminal.text
                    $0.paired = info.isPaired
                    $0.online = info.isOnline
                    $0.notReady = !info.readiness.isReady
                    $0.reason = info.readiness.reason?.text ?? ""
                    $0.terminalOffline = !info.isTerminalOnline
                })
        case .registry(let version, let shop, let warnings):
            .registryInfo(
                .with {
                    $0.version = version
                    $0.shop = shop.wire
                    $0.warnings = warnings
                })
        case .history(let versions): .registryHistory(.with { $0.versions = versions.map(\.wire) })
        case .overview(let overview): .overview(overview.wire)
        }
    }
}

extension SubmitTransaction {
    init(wire: Baton_V1_SubmitTransaction) throws(WireError) {
        let operation = try Operation(wire: wire.operation)
        let terminal = try TerminalID(wire: wire.terminal, "terminal")
        let application = try ApplicationID(wire: wire.application, "application")
        self.init(
            terminal: terminal, application: application, operation: operation,
            information: try Information(wire: wire.information, for: operation),
            amount: try Amount.optional(wire.hasAmount ? wire.amount : nil, of: operation),
            key: SubmissionKey(
                origin: .phone(application: application, customer: try customer(wire.customer)), terminal: terminal,
                text: try SubmissionKeyText(wire: wire.key, "key")),
            body: try KeyedDigest(wire: wire.bodyDigest, "body_digest"), title: try .optional(wire.title, "title"),
            hopStamps: HopStamp.all(wire.hopStamps))
    }

    func wire(waitUntil: Instant) -> Baton_V1_SubmitTransaction {
        .with {
            $0.terminal = terminal.text
            $0.application = application.text
            $0.operation = operation.wire
            $0.information = information.wire
            if let amount { $0.amount = amount.wire }
            $0.key = key.text.text
            if case .phone(_, let customer) = key.origin { $0.customer = customer }
            $0.bodyDigest = .init(body.bytes)
            $0.hopStamps = hopStamps.map(\.packed)
            $0.waitUntil = waitUntil.milliseconds
            $0.title = title?.text ?? ""
        }
    }
}
