import RelayDomain

extension DeviceCall {
    init(wire: Baton_V1_DeviceCall) throws(WireError) {
        let at = Instant(milliseconds: wire.deviceAt)
        switch wire.call {
        case .received(let reference): self = .received(try CommandID(wire: reference.command), at: at)
        case .submit(let submit):
            self = .submit(
                try CommandID(wire: submit.command),
                try SealedInformation(wire: submit.sealed, readerKey: submit.readerKey),
                amount: submit.hasAmount ? try Amount(wire: submit.amount) : nil, at: at)
        case .result(let result):
            self = .result(
                try CommandID(wire: result.command), try CommandResult(wire: result),
                result.hasEvidence ? try? Evidence(wire: result.evidence) : nil, at: at)  // The result counts.
        case .scan(let scan): self = .scan(try ScannedCode(wire: scan), at: at)
        case .cancel(let cancel):
            switch cancel.of {
            case .command(let text): self = .cancel(.command(try CommandID(wire: text)), at: at)
            case .scan(let text): self = .cancel(.scan(try .init(wire: text, "cancel.scan")), at: at)
            case .transaction(let text): self = .cancel(.transaction(try TransactionID(wire: text)), at: at)
            case nil: throw .missing("cancel.of")
            }
        case .resume(let resume):
            guard resume.commands.count + resume.scans.count <= Self.resumedMax else { throw .outOfBounds("resume") }
            var commands: [CommandID] = []
            for command in resume.commands { commands.append(try CommandID(wire: command)) }
            var scans: [SubmissionKeyText] = []
            for scan in resume.scans { scans.append(try .init(wire: scan, "resume.scans")) }
            self = .resume(commands, scans: scans)
        case .state(let state):
            let readiness = try DeviceReadiness(state.hasNotReady ? state.notReady : nil)
            self = .state(isReady: readiness.isReady, reason: readiness.reason)
        case nil: throw .missing("call")
        }
    }

    func wire(_ session: DeviceSession, gatewayAt: Instant) -> Baton_V1_DeviceCall {
        .with {
            $0.device = session.device.wire
            $0.count = session.count.wire
            $0.gatewayAt = gatewayAt.milliseconds
            switch self {
            case .received(let command, let at):
                $0.deviceAt = at.milliseconds
                $0.received = .with { $0.command = command.text }
            case .submit(let command, let sealed, let amount, let at):
                $0.deviceAt = at.milliseconds
                $0.submit = .with {
                    $0.command = command.text
                    $0.sealed = .init(sealed.bytes)
                    $0.readerKey = sealed.readerKey?.text ?? ""
                    if let amount { $0.amount = amount.wire }
                }
            case .result(let command, let result, let evidence, let at):
                $0.deviceAt = at.milliseconds
                $0.result = result.wire(command)
                if let evidence { $0.result.evidence = evidence.wire }
            case .scan(let scan, let at):
                $0.deviceAt = at.milliseconds
                $0.scan = scan.wire
            case .cancel(let cancelable, let at):
                $0.deviceAt = at.milliseconds
                $0.cancel = .with {
                    switch cancelable {
                    case .command(let command): $0.command = command.text
                    case .scan(let scan): $0.scan = scan.text
                    case .transaction(let transaction): $0.transaction = transaction.text
                    }
                }
            case .resume(let commands, let scans):
                $0.resume = .with {
                    $0.commands = commands.map(\.text)
                    $0.scans = scans.map(\.text)
                }
            case .state(let isReady, let reason):
                let notReady = DeviceReadiness(isReady: isReady, reason: reason).wire
                $0.state = .with { if let notReady { $0.notReady = notReady } }
            }
        }
    }
}

extension CommandResult {
    init(wire: Baton_V1_CommandResult) throws(WireError) {
        switch wire.result {
        case .entered(let entered):
            switch entered.answer {
            case .approved(let approval): self = .entered(.approved(Approval(wire: approval)))
            case .declined(let declined): self = .entered(.declined(StatedReason(wire: declined)))
            case nil: self = .entered(nil)
            }
        case .refused(let reason): self = .refused(try .init(wire: reason, "refused"))
        case .uncertain: self = .uncertain
        case nil: throw .missing("result")
        }
    }

    func wire(_ command: CommandID) -> Baton_V1_CommandResult {
        .with {
            $0.command = command.text
            switch self {
            case .entered(let answer):
                $0.entered = .with {
                    switch answer {
                    case .approved(let approval): $0.approved = approval.wire
                    case .declined(let reason): $0.declined = reason.wire
                    case nil: break
                    }
                }
            case .refused(let reason): $0.refused = reason.text
            case .uncertain: $0.uncertain = .init()
            }
        }
    }
}

extension Evidence {
    init(wire: Baton_V1_Evidence) throws(WireError) {
        self.init(
            try Sighting(wire: wire.sighting), amount: wire.checked ? .checked : .unchecked,
            sum: wire.hasSum ? try Amount(wire: wire.sum) : nil)
    }

    var wire: Baton_V1_Evidence {
        .with {
            $0.sighting = sighting.wire
            $0.checked = amount == .checked
            if let sum { $0.sum = sum.wire }
        }
    }
}

extension Evidence.Sighting {
    init(wire: Baton_V1_Evidence.OneOf_Sighting?) throws(WireError) {
        switch wire {
        case .receiptNumber(let text): self = .receiptNumber(try Evidence.Text(wire: text))
        case .windowClosed: self = .windowClosed
        case .textSeen(let text): self = .textSeen(try Evidence.Text(wire: text))
        case .readBack(let text): self = .readBack(try Evidence.Text(wire: text))
        case nil: throw .missing("evidence.sighting")
        }
    }

    var wire: Baton_V1_Evidence.OneOf_Sighting {
        switch self {
        case .receiptNumber(let text): .receiptNumber(text.text)
        case .windowClosed: .windowClosed(.init())
        case .textSeen(let text): .textSeen(text.text)
        case .readBack(let text): .readBack(text.text)
        }
    }
}

extension Evidence.Text {
    init(wire: String) throws(WireError) {
        guard let text = Evidence.Text(wire) else { throw .outOfBounds("evidence.sighting") }
        self = text
    }
}

extension ScannedCode {
    init(wire: Baton_V1_Scan) throws(WireError) {
        let operation = try Operation(wire: wire.operation)
        self.init(
            application: try .init(wire: wire.application, "scan.application"), operation: operation,
            information: try Information(wire: wire.information, for: operation),
            amount: try Amount.optional(wire.hasAmount ? wire.amount : nil, of: operation),
            scan: try .init(wire: wire.scan, "scan"), body: try KeyedDigest(wire: wire.bodyDigest, "body_digest"))
    }

    var wire: Baton_V1_Scan {
        .with {
            $0.scan = scan.text
            $0.application = application.text
            $0.operation = operation.wire
            $0.information = information.wire
            if let amount { $0.amount = amount.wire }
            $0.bodyDigest = .init(body.bytes)
        }
    }
}

extension DeviceReply {
    init(wire: Baton_V1_DeviceReply) throws(WireError) {
        let outcome = wire.hasOutcome ? try TransactionStatus(wire: wire.outcome) : nil
        switch wire.reply {
        case .proceed(let reference): self = .proceed(try CommandID(wire: reference.command))
        case .taken(let reference): self = .taken(try CommandID(wire: reference.command), outcome)
        case .accepted(let text): self = .accepted(try TransactionID(wire: text), outcome)
        case .states(let states):
            var commands: [CommandStatus] = []
            for state in states.commands {
                commands.append(
                    CommandStatus(
                        command: try CommandID(wire: state.command),
                        status: state.hasStatus ? try TransactionStatus(wire: state.status) : nil))
            }
            var scans: [ScanStatus] = []
            for state in states.scans {
                scans.append(
                    ScanStatus(
                        scan: try .init(wire: state.scan, "states.scan"),
                        status: state.hasStatus ? try TransactionStatus(wire: state.status) : nil))
            }
            self = .states(commands, scans: scans)
        case .noted: self = .noted
        case .refused(let refused): self = .refused(try Refused(wire: refused))
        case nil: throw .missing("reply")
        }
    }

    var wire: Baton_V1_DeviceReply {
        .with {
            if let outcome { $0.outcome = outcome.wireStatus }
            switch self {
            case .proceed(let command): $0.proceed = .with { $0.command = command.text }
            case .taken(let command, _): $0.taken = .with { $0.command = command.text }
            case .accepted(let transaction, _): $0.accepted = transaction.text
            case .states(let commands, let scans):
                $0.states = .with {
                    $0.commands = commands.map { state in
                        .with {
                            $0.command = state.command.text
                            if let status = state.status { $0.status = status.wireStatus }
                        }
                    }
                    $0.scans = scans.map { state in
                        .with {
                            $0.scan = state.scan.text
                            if let status = state.status { $0.status = status.wireStatus }
                        }
                    }
                }
            case .noted: $0.noted = .init()
            case .refused(let refused): $0.refused = refused.wire
            }
        }
    }
}

extension Command {
    init(wire: Baton_V1_Command) throws(WireError) {
        let what: What
        switch wire.what {
        case .sendToDestination: what = .sendToDestination
        case .enterAndSend: what = .enterAndSend
        case .unspecified, .UNRECOGNIZED: throw .outOfBounds("what")
        }
        let amountOf: AmountParty
        switch wire.amountOf {
        case .merchant: amountOf = .merchant
        case .phone: amountOf = .phone
        case .unspecified, .UNRECOGNIZED:
            guard !wire.hasAmount else { throw .outOfBounds("amount_of") }
            amountOf = .phone
        }
        self.init(
            id: try CommandID(wire: wire.command), what: what,
            application: try .init(wire: wire.application, "application"),
            destination: try .init(wire: wire.destination, "destination"),
            operation: try Operation(wire: wire.operation),
            amount: wire.hasAmount ? try Amount(wire: wire.amount) : nil, amountOf: amountOf,
            amountRequired: wire.amountRequired,
            sealed: try SealedInformation(wire: wire.sealed, readerKey: wire.readerKey),
            sealedFor: try SealingContext(wire: wire.sealedFor),
            expiresAt: Instant(milliseconds: wire.expiresAt))
    }

    func wire(_ session: DeviceSession) -> Baton_V1_Command {
        .with {
            $0.device = session.device.wire
            $0.count = session.count.wire
            $0.command = id.text
            switch what {
            case .sendToDestination: $0.what = .sendToDestination
            case .enterAndSend: $0.what = .enterAndSend
            }
            $0.application = application.text
            $0.destination = destination.text
            $0.operation = operation.wire
            if let amount { $0.amount = amount.wire }
            switch amountOf {
            case .phone: $0.amountOf = .phone
            case .merchant: $0.amountOf = .merchant
            case nil: break
            }
            $0.amountRequired = amountRequired
            $0.sealed = .init(sealed.bytes)
            $0.readerKey = sealed.readerKey?.text ?? ""
            $0.sealedFor = sealedFor.wire
            $0.expiresAt = expiresAt.milliseconds
        }
    }
}
