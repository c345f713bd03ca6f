/// A phone's request, checked and sealed by the ingress: to bring this information to the destination, through that
/// terminal.
public struct SubmitTransaction: Hashable, Sendable {
    public let terminal: TerminalID
    public let application: ApplicationID
    public let operation: Operation
    public let information: Information
    /// The amount that the phone names, if any.
    public let amount: Amount?
    public let key: SubmissionKey
    /// The keyed digest of the request's canonical body: a repeat of a key with another body is refused.
    public let body: KeyedDigest
    /// What is bought, if the phone says it.
    public let title: OrderTitle?
    /// The ingress's stamps.
    public let hopStamps: [HopStamp]

    public init(
        terminal: TerminalID, application: ApplicationID, operation: Operation, information: Information,
        amount: Amount?, key: SubmissionKey, body: KeyedDigest, title: OrderTitle? = nil, hopStamps: [HopStamp]
    ) {
        self.terminal = terminal
        self.application = application
        self.operation = operation
        self.information = information
        self.amount = amount
        self.key = key
        self.body = body
        self.title = title
        self.hopStamps = hopStamps
    }
}

/// Transaction information as the relay sees it: sealed, identified by its digest, with its expiry.
public struct Information: Hashable, Sendable {
    public let kind: InformationKind
    public let sealed: SealedInformation
    public let digest: KeyedDigest
    /// After this time a code is not used; nil if the application named no expiry.
    public let expiresAt: Instant?

    public init(kind: InformationKind, sealed: SealedInformation, digest: KeyedDigest, expiresAt: Instant?) {
        self.kind = kind
        self.sealed = sealed
        self.digest = digest
        self.expiresAt = expiresAt
    }
}

/// Identifies the repeats of a submission.
public struct SubmissionKey: Hashable, Sendable {
    /// Keys of phones and of devices' scans are separate.
    public enum Origin: Hashable, Sendable {
        /// A phone of this customer, whose name the application gives in at most ``customerBytesMax``; empty while
        /// applications do not sign.
        case phone(application: ApplicationID, customer: String)
        /// The scanner of the terminal itself.
        case scan
    }

    /// The longest name of a customer, in UTF-8 bytes.
    public static let customerBytesMax = 128

    public let origin: Origin
    public let terminal: TerminalID
    public let text: SubmissionKeyText

    public init(origin: Origin, terminal: TerminalID, text: SubmissionKeyText) {
        self.origin = origin
        self.terminal = terminal
        self.text = text
    }

    /// The customer as a destination may be told; nil where none is named.
    public var customerName: CustomerName? {
        if case .phone(_, let customer) = origin { CustomerName(customer) } else { nil }
    }

    /// One line that is different for different keys: identifiers have no spaces, and the customer comes last.
    public var line: String { String(decoding: bytes, as: UTF8.self) }

    /// ``line`` in UTF-8.
    public var bytes: [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        func add(_ name: Identifier<some Any>) {
            line.append(UInt8(ascii: " "))
            name.write(to: &line)
        }
        switch origin {
        case .phone(let application, let customer):
            line += "phone".utf8
            add(terminal)
            add(text)
            add(application)
            line.append(UInt8(ascii: " "))
            line += customer.utf8
        case .scan:
            line += "scan".utf8
            add(terminal)
            add(text)
        }
        return line
    }
}
