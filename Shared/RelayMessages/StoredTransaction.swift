import RelayDomain
import SwiftProtobuf

import struct Foundation.Data

// A transaction as a journal's row holds it (`journal.proto`), and back.

extension Transaction {
    /// The most bytes of a row's body: every text and list in it is bounded.
    public static let storedBytesMax = 12_288

    /// The row's body, at most ``storedBytesMax``.
    public func stored() throws -> Data { try wire.serializedData() }

    /// - Throws: ``WireError``, or swift-protobuf's error, if the bytes cannot be a transaction.
    public init(id: TransactionID, stored: Data) throws {
        let row = try Baton_V1_StoredTransaction(serializedBytes: stored)
        let application = try ApplicationID(wire: row.application, "application")
        var reconciliation: Set<ReconciliationReason> = []
        for text in row.reconciliation { reconciliation.insert(try word(text, "reconciliation")) }
        self.init(
            id: id, acceptedAt: Instant(milliseconds: row.acceptedAt),
            acceptedOn: Instant(milliseconds: row.acceptedOn),
            key: SubmissionKey(
                origin: row.scanned ? .scan : .phone(application: application, customer: try customer(row.customer)),
                terminal: try TerminalID(wire: row.terminal, "terminal"),
                text: try SubmissionKeyText(wire: row.key, "key")),
            pos: try .optional(row.pos, "pos"), shop: try .optional(row.shop, "shop"), application: application,
            destination: try DestinationID(wire: row.destination, "destination"),
            operation: try Operation(wire: row.operation), digest: try KeyedDigest(wire: row.digest, "digest"),
            informationIsOneTime: row.informationIsOneTime, codeExpiresAt: row.codeExpiry,
            codeExpiryNamed: row.hasCodeExpiryNamed ? Instant(milliseconds: row.codeExpiryNamed) : nil,
            phoneAmount: row.hasPhoneAmount ? try Amount(wire: row.phoneAmount) : nil,
            merchantAmount: row.hasMerchantAmount ? try Amount(wire: row.merchantAmount) : nil,
            amountRequired: row.amountRequired, amount: row.hasAmount ? try Amount(wire: row.amount) : nil,
            reference: row.reference == 0 ? nil : RetrievalReferenceNumber(number: row.reference),
            command: row.hasCommand
                ? try CommandStateMachine(wire: row.command, codeExpiresAt: row.codeExpiry) : nil,
            passage: TransactionStateMachine(
                try TransactionStateMachine.State(wire: row), entered: TransactionStateMachine.Entered(wire: row),
                isCancelRequested: row.cancelRequested),
            hopStamps: HopStamp.all(row.hopStamps), reconciliation: reconciliation,
            evidence: row.hasEvidence ? try Evidence(wire: row.evidence) : nil,
            deviceReason: try .optional(row.deviceReason, "device_reason"), text: DisplayText(cleaning: row.text),
            details: try OrderDetails(wire: row.details), adapterState: AdapterState(Array(row.adapterState)),
            version: try RelayMessages.version(row.version))
    }

    private var wire: Baton_V1_StoredTransaction {
        .with {
            $0.acceptedAt = acceptedAt.milliseconds
            $0.acceptedOn = acceptedOn.milliseconds
            $0.terminal = terminal.text
            $0.key = key.text.text
            $0.scanned = key.origin == .scan
            $0.application = application.text
            if case .phone(_, let customer) = key.origin { $0.customer = customer }
            $0.pos = pos?.text ?? ""
            $0.shop = shop?.text ?? ""
            if let evidence { $0.evidence = evidence.wire }
            $0.destination = destination.text
            $0.operation = operation.wire
            $0.digest = Data(digest.bytes)
            $0.informationIsOneTime = informationIsOneTime
            if let codeExpiresAt { $0.codeExpiresAt = codeExpiresAt.milliseconds }
            if let codeExpiryNamed { $0.codeExpiryNamed = codeExpiryNamed.milliseconds }
            if let phoneAmount { $0.phoneAmount = phoneAmount.wire }
            if let merchantAmount { $0.merchantAmount = merchantAmount.wire }
            $0.amountRequired = amountRequired
            if let amount { $0.amount = amount.wire }
            $0.reference = reference?.number ?? 0
            if let command { $0.command = command.wire }
            $0.state = passage.state.name.rawValue
            if let at = passage.entered.authorizing { $0.authorizingAt = at.milliseconds }
            if let at = passage.entered.pendingCustomer { $0.pendingCustomerAt = at.milliseconds }
            if let at = passage.entered.unknown { $0.unknownAt = at.milliseconds }
            if let at = passage.entered.reversing { $0.reversingAt = at.milliseconds }
            if let at = passage.entered.reopened { $0.reopenedAt = at.milliseconds }
            $0.cancelRequested = passage.isCancelRequested
            if let adapterState { $0.adapterState = Data(adapterState.bytes) }
            if let outcome { $0.outcome = outcome.wire }
            $0.hopStamps = hopStamps.map(\.packed)
            $0.reconciliation = reconciliation.map(\.rawValue).sorted()
            $0.deviceReason = deviceReason?.text ?? ""
            $0.text = text?.text ?? ""
            if let details = details.wire { $0.details = details }
            $0.version = version
        }
    }
}

extension TransactionStateMachine.State {
    /// A stored authorization counts as handed over: nobody can know that it was not.
    fileprivate init(wire row: Baton_V1_StoredTransaction) throws(WireError) {
        let name: TransactionStatus.StateName = try word(row.state, "state")
        switch name {
        case .accepted: self = .accepted
        case .commanded: self = .commanded
        case .authorizing: self = .authorizing(.done)
        case .pendingCustomer: self = .pendingCustomer
        case .unknown: self = .unknown
        case .reversing: self = .reversing
        case .ended: self = .ended(try Outcome(wire: row.outcome))
        }
    }
}

extension TransactionStateMachine.Entered {
    fileprivate init(wire row: Baton_V1_StoredTransaction) {
        self.init(
            authorizing: row.hasAuthorizingAt ? Instant(milliseconds: row.authorizingAt) : nil,
            pendingCustomer: row.hasPendingCustomerAt ? Instant(milliseconds: row.pendingCustomerAt) : nil,
            unknown: row.hasUnknownAt ? Instant(milliseconds: row.unknownAt) : nil,
            reversing: row.hasReversingAt ? Instant(milliseconds: row.reversingAt) : nil,
            reopened: row.hasReopenedAt ? Instant(milliseconds: row.reopenedAt) : nil)
    }
}

extension Baton_V1_StoredTransaction {
    fileprivate var codeExpiry: Instant? { hasCodeExpiresAt ? Instant(milliseconds: codeExpiresAt) : nil }
}

extension CommandStateMachine {
    fileprivate init(wire: Baton_V1_StoredCommand, codeExpiresAt: Instant?) throws(WireError) {
        let state: State
        switch wire.state {
        case .issued: state = .issued(attempts: 0)
        case .receivedAt(let at): state = .received(at: Instant(milliseconds: at))
        case .end(let end): state = .ended(try CommandEnd(wire: end))
        case nil: throw .missing("command.state")
        }
        self.init(
            carrier: try word(wire.carrier, "carrier"), issuedAt: Instant(milliseconds: wire.issuedAt),
            expiresAt: Instant(milliseconds: wire.expiresAt), codeExpiresAt: codeExpiresAt, state: state)
    }

    fileprivate var wire: Baton_V1_StoredCommand {
        .with {
            $0.carrier = carrier.rawValue
            $0.issuedAt = issuedAt.milliseconds
            $0.expiresAt = expiresAt.milliseconds
            switch state {
            case .issued: $0.issued = .init()
            case .received(let at): $0.receivedAt = at.milliseconds
            case .ended(let end): $0.end = end.wire
            }
        }
    }
}

extension CommandEnd {
    fileprivate init(wire: Baton_V1_StoredCommand.End) throws(WireError) {
        switch wire.how {
        case "submitted": self = .submitted
        case "entered":
            guard wire.hasAnswer else {
                self = .entered(nil)
                return
            }
            switch try Outcome(wire: wire.answer) {
            case .approved(let approval): self = .entered(.approved(approval))
            case .declined(let reason): self = .entered(.declined(reason))
            case .reversed, .handedOver, .failed: throw .outOfBounds("command.end.answer")
            }
        case "refused": self = .refused(try ReasonCode(wire: wire.reason, "command.end.reason"))
        case "uncertain": self = .uncertain
        case "expired": self = .expired
        case "silent": self = .silent
        case "canceled": self = .canceled(try word(wire.reason, "command.end.reason"))
        default: throw .outOfBounds("command.end.how")
        }
    }

    fileprivate var wire: Baton_V1_StoredCommand.End {
        .with {
            switch self {
            case .submitted: $0.how = "submitted"
            case .entered(let answer):
                $0.how = "entered"
                switch answer {
                case .approved(let approval): $0.answer = Outcome.approved(approval).wire
                case .declined(let reason): $0.answer = Outcome.declined(reason).wire
                case nil: break
                }
            case .refused(let reason):
                $0.how = "refused"
                $0.reason = reason.text
            case .uncertain: $0.how = "uncertain"
            case .expired: $0.how = "expired"
            case .silent: $0.how = "silent"
            case .canceled(let by):
                $0.how = "canceled"
                $0.reason = by.rawValue
            }
        }
    }
}
