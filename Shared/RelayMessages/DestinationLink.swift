import RelayDomain

extension AdapterMessage: EnvelopeBody {
    public init(wire body: WireBody) throws(WireError) {
        switch body {
        case .ready(let ready): self = .ready(try DestinationManifest(wire: ready))
        case .answer(let answer): self = .answer(try AuthorizationAnswer(wire: answer))
        default: throw .unexpected(body.name)
        }
    }

    public var wire: WireBody {
        switch self {
        case .ready(let manifest): .ready(manifest.wire)
        case .answer(let answer): .answer(answer.wire)
        }
    }
}

extension AdapterOrder: EnvelopeBody {
    public init(wire body: WireBody) throws(WireError) {
        switch body {
        case .authorize(let request): self = .authorize(try AuthorizationRequest(wire: request))
        default: throw .unexpected(body.name)
        }
    }

    public var wire: WireBody {
        switch self {
        case .authorize(let request): .authorize(request.wire)
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
                amountRequired: wire.amountRequired, codesReusable: wire.codesReusable,
                visibilityDelay: .milliseconds(wire.visibilityDelay), concurrent: Int(wire.concurrent))
        else { throw .outOfBounds("concurrent") }
        self = manifest
    }

    var wire: Baton_V1_Ready {
        .with {
            $0.destination = destination.text
            $0.operations = Operation.allCases.filter(operations.contains).map(\.wire)
            $0.amountRequired = amountRequired
            $0.codesReusable = codesReusable
            $0.visibilityDelay = visibilityDelay.milliseconds
            $0.concurrent = UInt32(concurrent)
        }
    }
}

extension AuthorizationRequest {
    init(wire: Baton_V1_AuthorizationRequest) throws(WireError) {
        guard let number = UInt64(wire.reference), let reference = ReferenceNumber(number: number) else {
            throw .outOfBounds("reference")
        }
        self.init(
            transaction: try TransactionID(wire: wire.transaction), reference: reference,
            destination: try .init(wire: wire.destination, "destination"),
            operation: try Operation(wire: wire.operation),
            amount: wire.hasAmount ? try Amount(wire: wire.amount) : nil,
            sealed: try SealedInformation(wire: wire.sealed), sealedFor: try SealingContext(wire: wire.sealedFor),
            notAfter: Instant(milliseconds: wire.notAfter))
    }

    var wire: Baton_V1_AuthorizationRequest {
        .with {
            $0.transaction = transaction.text
            $0.reference = reference.text
            $0.destination = destination.text
            $0.operation = operation.wire
            if let amount { $0.amount = amount.wire }
            $0.sealed = .init(sealed.bytes)
            $0.sealedFor = sealedFor.wire
            $0.notAfter = notAfter.milliseconds
        }
    }
}

extension AuthorizationAnswer {
    init(wire: Baton_V1_AuthorizationAnswer) throws(WireError) {
        let answer: DestinationAnswer
        switch wire.answer {
        case .approved: answer = .approved
        case .declined(let declined): answer = .declined(try ReasonCode(wire: declined.reason, "declined.reason"))
        case .pendingCustomer: answer = .pendingCustomer
        case .notFound: answer = .notFound
        case .notSent: answer = .notSent
        case .unknown, nil: answer = .unknown  // An answer nobody foresaw is no approval.
        }
        self.init(
            transaction: try TransactionID(wire: wire.transaction), answer: answer,
            receipts: Receipt.all(wire.receipts))
    }

    var wire: Baton_V1_AuthorizationAnswer {
        .with {
            $0.transaction = transaction.text
            switch answer {
            case .approved: $0.approved = .init()
            case .declined(let reason): $0.declined = .with { $0.reason = reason.text }
            case .pendingCustomer: $0.pendingCustomer = .init()
            case .unknown: $0.unknown = .init()
            case .notFound: $0.notFound = .init()
            case .notSent: $0.notSent = .init()
            }
            $0.receipts = receipts.map(\.wire)
        }
    }
}
