import RelayDomain

extension AdapterMessage: EnvelopeBody {
    public init(wire body: WireBody) throws(WireError) {
        switch body {
        case .ready(let ready): self = .ready(try DestinationManifest(wire: ready))
        case .draining: self = .draining
        case .answer(let answer): self = .answer(try AdapterAnswer(wire: answer))
        case .remember(let remember):
            guard let state = try AdapterState.optional(remember.adapterState) else { throw .missing("adapter_state") }
            self = .remember(try TransactionID(wire: remember.transaction), state)
        case .health(let health): self = .health(isGood: health.good)
        default: throw .unexpected(body.name)
        }
    }

    public var wire: WireBody {
        switch self {
        case .ready(let manifest): .ready(manifest.wire)
        case .draining: .draining(.init())
        case .answer(let answer): .answer(answer.wire)
        case .remember(let transaction, let state):
            .remember(
                .with {
                    $0.transaction = transaction.wire
                    $0.adapterState = .init(state.bytes)
                })
        case .health(let isGood): .health(.with { $0.good = isGood })
        }
    }
}

extension AdapterOrder: EnvelopeBody {
    public init(wire body: WireBody) throws(WireError) {
        switch body {
        case .authorize(let request): self = .authorize(try AuthorizationRequest(wire: request))
        case .inquire(let inquiry): self = .inquire(try FollowUp(wire: inquiry.transaction))
        case .reverse(let reversal):
            self = .reverse(try FollowUp(wire: reversal.transaction), isRepeat: reversal.repeat)
        case .remembered(let word): self = .remembered(try TransactionID(wire: word.transaction))
        case .askHealth: self = .askHealth
        case .notRegistered(let word): self = .notRegistered(try .init(wire: word.destination, "destination"))
        default: throw .unexpected(body.name)
        }
    }

    public var wire: WireBody {
        switch self {
        case .authorize(let request): .authorize(request.wire)
        case .inquire(let followUp): .inquire(.with { $0.transaction = followUp.wire })
        case .reverse(let followUp, let isRepeat):
            .reverse(
                .with {
                    $0.transaction = followUp.wire
                    $0.repeat = isRepeat
                })
        case .remembered(let transaction): .remembered(.with { $0.transaction = transaction.wire })
        case .askHealth: .askHealth(.init())
        case .notRegistered(let destination): .notRegistered(.with { $0.destination = destination.text })
        }
    }
}

extension DestinationManifest {
    init(wire: Baton_V1_Ready) throws(WireError) {
        var operations: Set<Operation> = []
        for operation in wire.operations { operations.insert(try Operation(wire: operation)) }
        guard
            let manifest = DestinationManifest(
                destination: try .init(wire: wire.destination, "destination"), operations: operations,
                amountRequired: wire.amountRequired, zeroPayments: wire.zeroPayments,
                codesReusable: wire.codesReusable, codesOnce: wire.codesOnce,
                visibilityDelay: .milliseconds(wire.visibilityDelay), concurrent: Int(wire.concurrent))
        else { throw .outOfBounds("ready") }
        self = manifest
    }

    var wire: Baton_V1_Ready {
        .with {
            $0.destination = destination.text
            $0.operations = Operation.allCases.filter(operations.contains).map(\.wire)
            $0.amountRequired = amountRequired
            $0.zeroPayments = zeroPayments
            $0.codesReusable = codesReusable
            $0.codesOnce = codesOnce
            $0.visibilityDelay = visibilityDelay.milliseconds
            $0.concurrent = UInt32(concurrent)
        }
    }
}

extension AuthorizationRequest {
    init(wire: Baton_V1_AuthorizationRequest) throws(WireError) {
        guard let number = UInt64(wire.reference), let reference = RetrievalReferenceNumber(number: number) else {
            throw .outOfBounds("reference")
        }
        let operation = try Operation(wire: wire.operation)
        self.init(
            transaction: try TransactionID(wire: wire.transaction), reference: reference,
            destination: try .init(wire: wire.destination, "destination"), operation: operation,
            amount: try .optional(wire.hasAmount ? wire.amount : nil, of: operation),
            sealed: try SealedInformation(wire: wire.sealed, readerKey: wire.readerKey),
            sealedFor: try SealingContext(wire: wire.sealedFor), notAfter: Instant(milliseconds: wire.notAfter),
            details: try OrderDetails(wire: wire.details))
    }

    var wire: Baton_V1_AuthorizationRequest {
        .with {
            $0.transaction = transaction.wire
            $0.reference = reference.text
            $0.destination = destination.text
            $0.operation = operation.wire
            if let amount { $0.amount = amount.wire }
            $0.sealed = .init(sealed.bytes)
            $0.readerKey = sealed.readerKey?.text ?? ""
            $0.sealedFor = sealedFor.wire
            $0.notAfter = notAfter.milliseconds
            if let details = details.wire { $0.details = details }
        }
    }
}

extension FollowUp {
    init(wire: Baton_V1_FollowUp) throws(WireError) {
        guard let number = UInt64(wire.reference), let reference = RetrievalReferenceNumber(number: number) else {
            throw .outOfBounds("reference")
        }
        self.init(
            transaction: try TransactionID(wire: wire.transaction), reference: reference,
            destination: try .init(wire: wire.destination, "destination"),
            application: try .init(wire: wire.application, "application"),
            terminal: try .init(wire: wire.terminal, "terminal"), operation: try Operation(wire: wire.operation),
            amount: wire.hasAmount ? try Amount(wire: wire.amount) : nil,
            authorizedAt: Instant(milliseconds: wire.authorizedAt), notAfter: Instant(milliseconds: wire.notAfter),
            adapterState: try .optional(wire.adapterState), details: try OrderDetails(wire: wire.details))
    }

    var wire: Baton_V1_FollowUp {
        .with {
            $0.transaction = transaction.wire
            $0.reference = reference.text
            $0.destination = destination.text
            $0.application = application.text
            $0.terminal = terminal.text
            $0.operation = operation.wire
            if let amount { $0.amount = amount.wire }
            $0.authorizedAt = authorizedAt.milliseconds
            $0.notAfter = notAfter.milliseconds
            if let adapterState { $0.adapterState = .init(adapterState.bytes) }
            if let details = details.wire { $0.details = details }
        }
    }
}

extension AdapterState {
    /// Reads no bytes as nothing.
    static func optional(_ bytes: some Collection<UInt8>) throws(WireError) -> AdapterState? {
        guard !bytes.isEmpty else { return nil }
        guard let state = AdapterState(Array(bytes)) else { throw .outOfBounds("adapter_state") }
        return state
    }
}

extension AdapterAnswer {
    init(wire: Baton_V1_Answer) throws(WireError) {
        let word: Word
        switch wire.to {
        case .authorization(let decision): word = .authorization(DestinationAnswer(wire: decision))
        case .inquiry(let decision): word = .inquiry(DestinationAnswer(wire: decision))
        case .reversal(let decision): word = .reversal(ReversalAnswer(wire: decision))
        case nil: throw .missing("to")
        }
        // The decision counts, whatever rides beside it: a state that is too long is as good as none.
        self.init(
            try TransactionID(wire: wire.transaction), word, adapterState: AdapterState(Array(wire.adapterState)),
            hopStamps: HopStamp.all(wire.hopStamps))
    }

    var wire: Baton_V1_Answer {
        .with {
            $0.transaction = transaction.wire
            switch word {
            case .authorization(let answer): $0.authorization = answer.wire
            case .inquiry(let answer): $0.inquiry = answer.wire
            case .reversal(let answer): $0.reversal = answer.wire
            }
            if let adapterState { $0.adapterState = .init(adapterState.bytes) }
            $0.hopStamps = hopStamps.map(\.packed)
        }
    }
}

extension DestinationAnswer {
    init(wire: Baton_V1_Decision) {
        switch wire.answer {
        case .approved(let approval): self = .approved(Approval(wire: approval))
        case .declined(let declined): self = .declined(StatedReason(wire: declined))
        case .pendingCustomer: self = .pendingCustomer
        case .notFound: self = .notFound
        case .notSent: self = .notSent
        case .reversed: self = .reversed
        case .unknown, nil: self = .unknown  // An answer nobody foresaw is no approval.
        }
    }

    var wire: Baton_V1_Decision {
        .with {
            switch self {
            case .approved(let approval): $0.approved = approval.wire
            case .declined(let reason): $0.declined = reason.wire
            case .pendingCustomer: $0.pendingCustomer = .init()
            case .unknown: $0.unknown = .init()
            case .notFound: $0.notFound = .init()
            case .notSent: $0.notSent = .init()
            case .reversed: $0.reversed = .init()
            }
        }
    }
}

extension ReversalAnswer {
    init(wire: Baton_V1_ReversalDecision) {
        switch wire.answer {
        case .confirmed: self = .confirmed
        case .refused(let refused): self = .refused(refused.reason, text: refused.text)
        case .unknown, nil: self = .unknown  // An answer nobody foresaw confirms nothing.
        }
    }

    var wire: Baton_V1_ReversalDecision {
        .with {
            switch self {
            case .confirmed: $0.confirmed = .init()
            case .refused(let reason):
                $0.refused = .with {
                    $0.reason = reason.code.text
                    $0.text = reason.text?.text ?? ""
                }
            case .unknown: $0.unknown = .init()
            }
        }
    }
}
