/// Everything that operators register, as they wrote it down: the contents of a `shop.yaml`.
///
/// A shop may contain mistakes; ``Registry/init(_:version:)`` finds them.
public struct Shop: Hashable, Sendable {
    /// Who decides.
    public var destinations: [Destination]
    /// Table 2.
    public var applications: [Application]
    /// Table 1.
    public var terminals: [Terminal]
    /// The seller terminals, paired or not.
    public var pos: [POSID]
    /// What terminals may scan; no two match the same code.
    public var scanRules: [ScanRule]
    /// The shops of the terminals. If there are any, each terminal names one.
    public var shops: [Branch]

    public init(
        destinations: [Destination] = [], applications: [Application] = [], terminals: [Terminal] = [],
        pos: [POSID] = [], scanRules: [ScanRule] = [], shops: [Branch] = []
    ) {
        self.shops = shops
        self.destinations = destinations
        self.applications = applications
        self.terminals = terminals
        self.pos = pos
        self.scanRules = scanRules
    }

    /// Who approves payments or books rewards.
    public struct Destination: Hashable, Sendable {
        /// Unique among destinations.
        public let id: DestinationID
        /// The kind of its adapter, such as `echo` or `sandbox`.
        public let kind: ReasonCode
        public init(id: DestinationID, kind: ReasonCode) {
            self.id = id
            self.kind = kind
        }
    }

    /// A row of Table 2: which destination decides for an application, and what the application may ask for.
    public struct Application: Hashable, Sendable {
        /// Unique among applications.
        public let id: ApplicationID
        /// Who runs the application and issues its codes or memberships.
        public let issuer: IssuerID
        /// What the application may ask for; not empty.
        public let functions: Set<Operation>
        /// A registered destination.
        public let destination: DestinationID
        public init(id: ApplicationID, issuer: IssuerID, functions: Set<Operation>, destination: DestinationID) {
            self.id = id
            self.issuer = issuer
            self.functions = functions
            self.destination = destination
        }
    }

    /// A row of Table 1: a relay terminal and the seller terminal it is paired with, if any.
    public struct Terminal: Hashable, Sendable {
        /// Unique among terminals.
        public let id: TerminalID
        /// The registered POS of its counter, of this terminal alone; nil if it is unpaired.
        public let pairedWith: POSID?
        /// Its shop.
        public let shop: ShopID?
        /// Whether its scans need an amount; nil: if it is unpaired and all destinations of the scan rules require one.
        public let sum: SumRule?
        /// What it is called at each destination; where none is named, the destination gets no attributes.
        public let at: [DestinationID: Attributes]

        public init(
            id: TerminalID, pairedWith: POSID? = nil, shop: ShopID? = nil, sum: SumRule? = nil,
            at: [DestinationID: Attributes] = [:]
        ) {
            self.id = id
            self.pairedWith = pairedWith
            self.shop = shop
            self.sum = sum
            self.at = at
        }
    }

    /// Whether the merchant has to enter an amount before a scan.
    public enum SumRule: String, Hashable, Sendable, CaseIterable { case required, optional }

    /// One shop: its name for customers, its currency, time zone and programs.
    public struct Branch: Hashable, Sendable {
        /// Unique among shops.
        public let id: ShopID
        /// As customers read it: ``nameLength`` Unicode scalars.
        public let name: String
        /// The currency that is entered here if none is named.
        public let currency: CurrencyCode
        /// The time zone of its days, for devices.
        public let timeZone: TimeZoneName
        /// The loyalty programs whose points may be counted on its counters, at most ``programsMax``.
        public let programs: [ProgramID]

        /// In Unicode scalars.
        public static let nameLength = 1...64
        /// How many loyalty programs a shop may have.
        public static let programsMax = 32

        public init(
            id: ShopID, name: String, currency: CurrencyCode, timeZone: TimeZoneName, programs: [ProgramID] = []
        ) {
            self.id = id
            self.name = name
            self.currency = currency
            self.timeZone = timeZone
            self.programs = programs
        }
    }

    /// At how many destinations a terminal may have attributes.
    public static let attributedMax = 64
    /// How many entries each list may hold.
    public static let entriesMax = 100_000
}
