/// Everything that operators register, as they wrote it down: the contents of a `shop.yaml`.
///
/// A shop may hold mistakes; ``Registry/init(_:version:)`` finds them.
public struct Shop: Hashable, Sendable {
    public var destinations: [Destination]
    public var applications: [Application]
    public var terminals: [Terminal]
    public var pos: [POSID]
    public var scanRules: [ScanRule]

    public init(
        destinations: [Destination] = [], applications: [Application] = [], terminals: [Terminal] = [],
        pos: [POSID] = [], scanRules: [ScanRule] = []
    ) {
        self.destinations = destinations
        self.applications = applications
        self.terminals = terminals
        self.pos = pos
        self.scanRules = scanRules
    }

    /// Who approves payments or books rewards.
    public struct Destination: Hashable, Sendable {
        public let id: DestinationID
        /// Which kind of adapter speaks to it, such as `echo` or `sandbox`.
        public let kind: ReasonCode
        public init(id: DestinationID, kind: ReasonCode) {
            self.id = id
            self.kind = kind
        }
    }

    /// A row of Table 2: which destination decides for an application, and what the application may ask for.
    public struct Application: Hashable, Sendable {
        public let id: ApplicationID
        public let operatedBy: OperatorID
        public let functions: Set<Operation>
        public let destination: DestinationID
        public init(id: ApplicationID, operatedBy: OperatorID, functions: Set<Operation>, destination: DestinationID) {
            self.id = id
            self.operatedBy = operatedBy
            self.functions = functions
            self.destination = destination
        }
    }

    /// A row of Table 1: a relay terminal and the seller terminal it is paired with, if any.
    public struct Terminal: Hashable, Sendable {
        public let id: TerminalID
        public let pairedWith: POSID?
        public init(id: TerminalID, pairedWith: POSID? = nil) {
            self.id = id
            self.pairedWith = pairedWith
        }
    }

    /// How many entries each list may hold.
    public static let entriesMost = 100_000
}
