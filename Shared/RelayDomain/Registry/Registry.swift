/// A valid shop, prepared for lookups: Table 1, Table 2 and the scan rules.
public struct Registry: Hashable, Sendable {
    /// Grows by one with each change.
    public let version: UInt64
    /// What was registered, as the operator wrote it.
    public let shop: Shop
    private let terminals: [TerminalID: Shop.Terminal]
    private let applications: [ApplicationID: Shop.Application]
    private let destinations: [DestinationID: Shop.Destination]
    private let terminalsByPOS: [POSID: TerminalID]
    private let shops: [ShopID: Shop.Branch]
    private let pos: Set<POSID>
    /// The destinations to which scan rules lead.
    public let scannedDestinations: Set<DestinationID>

    /// Nothing registered yet.
    public static let empty = Registry()

    private init() {
        (version, shop) = (0, Shop())
        (terminals, applications, destinations, terminalsByPOS, shops) = ([:], [:], [:], [:], [:])
        (pos, scannedDestinations) = ([], [])
    }

    /// Accepts a shop as a whole or not at all.
    /// - Throws: the first ``ShopError`` found, in the order of the file.
    public init(_ shop: Shop, version: UInt64) throws(ShopError) {
        try Self.checkSizes(shop)
        shops = try Self.index(shop.shops, in: .shops, by: \.id)
        try Self.checkShops(shop.shops)
        destinations = try Self.index(shop.destinations, in: .destinations, by: \.id)
        applications = try Self.index(shop.applications, in: .applications, by: \.id)
        terminals = try Self.index(shop.terminals, in: .terminals, by: \.id)
        let pos = try Self.index(shop.pos, in: .pos, by: \.self)
        for (index, application) in shop.applications.enumerated() {
            guard destinations[application.destination] != nil else {
                throw ShopError(.applications, index, "destination", .notRegistered(application.destination.text))
            }
            guard !application.functions.isEmpty else {
                throw ShopError(.applications, index, "functions", .empty)
            }
        }
        try Self.checkPlaces(shop.terminals, shops: shops)
        try Self.checkAttributes(shop.terminals, destinations: destinations)
        terminalsByPOS = try Self.pairings(shop.terminals, pos: pos)
        try Self.checkRules(shop.scanRules, applications: applications)
        self.pos = Set(shop.pos)
        let applications = applications
        scannedDestinations = Set(shop.scanRules.compactMap { applications[$0.application]?.destination })
        self.version = version
        self.shop = shop
    }

    /// A row of Table 1; nil if the terminal is not registered.
    public func terminal(_ id: TerminalID) -> Shop.Terminal? { terminals[id] }
    /// A row of Table 2; nil if the application is not registered.
    public func application(_ id: ApplicationID) -> Shop.Application? { applications[id] }
    /// Nil if the destination is not registered.
    public func destination(_ id: DestinationID) -> Shop.Destination? { destinations[id] }
    /// Whether the POS is registered, paired or not.
    public func hasPOS(_ id: POSID) -> Bool { pos.contains(id) }
    /// One of the shops of the registration; nil if it is not registered.
    public func shop(_ id: ShopID) -> Shop.Branch? { shops[id] }
    /// The terminal that a POS is paired with.
    public func terminal(pairedWith pos: POSID) -> TerminalID? { terminalsByPOS[pos] }

    /// The terminal that a device is, or is paired with: its counter's.
    public func terminal(of device: Device) -> Shop.Terminal? {
        switch device {
        case .terminal(let id): terminals[id]
        case .pos(let pos): terminalsByPOS[pos].flatMap { terminals[$0] }
        }
    }

    /// The tables for terminal gateways and POS gateways.
    public var gatewayTables: GatewayTables {
        GatewayTables(version: version, scanRules: shop.scanRules, pairings: terminalsByPOS)
    }

    private static func checkSizes(_ shop: Shop) throws(ShopError) {
        let sizes: [(ShopError.List, Int)] = [
            (.shops, shop.shops.count), (.destinations, shop.destinations.count),
            (.applications, shop.applications.count),
            (.terminals, shop.terminals.count), (.pos, shop.pos.count), (.scanRules, shop.scanRules.count),
        ]
        for (list, size) in sizes where size > Shop.entriesMax {
            throw ShopError(list, Shop.entriesMax, nil, .tooMany(most: Shop.entriesMax))
        }
    }

    private static func index<Entry, ID: Hashable & CustomStringConvertible>(
        _ entries: [Entry], in list: ShopError.List, by id: (Entry) -> ID
    ) throws(ShopError) -> [ID: Entry] {
        var found: [ID: Entry] = [:]
        for (index, entry) in entries.enumerated() where found.updateValue(entry, forKey: id(entry)) != nil {
            throw ShopError(list, index, "id", .duplicate("\(id(entry))"))
        }
        return found
    }

    private static func checkShops(_ shops: [Shop.Branch]) throws(ShopError) {
        for (index, shop) in shops.enumerated() {
            guard Shop.Branch.nameLength.contains(shop.name.unicodeScalars.count),
                shop.name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
            else { throw ShopError(.shops, index, "name", .unreadableName) }
            guard shop.programs.count <= Shop.Branch.programsMax else {
                throw ShopError(.shops, index, "programs", .tooMany(most: Shop.Branch.programsMax))
            }
            var seen: Set<ProgramID> = []
            for program in shop.programs {
                guard seen.insert(program).inserted else {
                    throw ShopError(.shops, index, "programs", .duplicate(program.text))
                }
                guard CurrencyCode(program.text.uppercased()) == nil else {
                    throw ShopError(.shops, index, "programs", .programLikeCurrency(program.text))
                }
            }
        }
    }

    /// If shops are registered, each terminal must name one of them.
    private static func checkPlaces(
        _ terminals: [Shop.Terminal], shops: [ShopID: Shop.Branch]
    ) throws(ShopError) {
        for (index, terminal) in terminals.enumerated() {
            if let shop = terminal.shop {
                guard shops[shop] != nil else { throw ShopError(.terminals, index, "shop", .notRegistered(shop.text)) }
            } else if !shops.isEmpty {
                throw ShopError(.terminals, index, "shop", .missing)
            }
        }
    }

    /// What a terminal is called at a destination is for a registered one.
    private static func checkAttributes(
        _ terminals: [Shop.Terminal], destinations: [DestinationID: Shop.Destination]
    ) throws(ShopError) {
        for (index, terminal) in terminals.enumerated() {
            guard terminal.at.count <= Shop.attributedMax else {
                throw ShopError(.terminals, index, "at", .tooMany(most: Shop.attributedMax))
            }
            if let unknown = terminal.at.keys.filter({ destinations[$0] == nil }).min() {
                throw ShopError(.terminals, index, "at.\(unknown)", .notRegistered(unknown.text))
            }
        }
    }

    private static func pairings(_ terminals: [Shop.Terminal], pos: [POSID: POSID]) throws(ShopError)
        -> [POSID: TerminalID]
    {
        var paired: [POSID: TerminalID] = [:]
        for (index, terminal) in terminals.enumerated() {
            guard let partner = terminal.pairedWith else { continue }
            guard pos[partner] != nil else {
                throw ShopError(.terminals, index, "pairedWith", .notRegistered(partner.text))
            }
            if let first = paired.updateValue(terminal.id, forKey: partner) {
                throw ShopError(.terminals, index, "pairedWith", .pairedTwice(partner.text, with: first.text))
            }
        }
        return paired
    }

    private static func checkRules(
        _ rules: [ScanRule], applications: [ApplicationID: Shop.Application]
    ) throws(ShopError) {
        var mistake: ShopError?
        var sound = rules[...]
        for (index, rule) in rules.enumerated() {
            mistake = Self.mistake(in: rule, at: index, applications)
            guard mistake == nil else {
                sound = rules[..<index]
                break
            }
        }
        // An overlap among the rules before comes first in the file.
        if let (index, other) = ScanRuleOverlaps(sound).first() {
            throw ShopError(.scanRules, index, nil, .overlaps(entry: other + 1))
        }
        if let mistake { throw mistake }
    }

    /// What is wrong with a rule by itself.
    private static func mistake(
        in rule: ScanRule, at index: Int, _ applications: [ApplicationID: Shop.Application]
    ) -> ShopError? {
        guard let application = applications[rule.application] else {
            return ShopError(.scanRules, index, "application", .notRegistered(rule.application.text))
        }
        guard application.functions.contains(rule.operation) else {
            return ShopError(.scanRules, index, "operation", .functionMismatch(rule.application.text))
        }
        return nil
    }
}
