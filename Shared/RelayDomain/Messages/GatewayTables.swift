/// The tables that a gateway needs.
public struct GatewayTables: Hashable, Sendable {
    /// The registry's version.
    public let version: UInt64
    public let scanRules: [ScanRule]
    public let pairings: [POSID: TerminalID]

    public init(version: UInt64, scanRules: [ScanRule], pairings: [POSID: TerminalID]) {
        self.version = version
        self.scanRules = scanRules
        self.pairings = pairings
    }

    /// Empty tables.
    public static let empty = GatewayTables(version: 0, scanRules: [], pairings: [:])

    /// The one rule that a scanned code matches.
    public func rule(for symbology: Symbology, _ text: String) -> ScanRule? {
        scanRules.first { $0.matches(symbology, text) }
    }

    /// Which journal a device's sessions belong to; nil for a POS that is paired with no terminal.
    public func journal(of device: Device, outOf journals: Int) -> UInt8? {
        switch device {
        case .terminal(let terminal): terminal.journal(outOf: journals)
        case .pos(let pos): pairings[pos]?.journal(outOf: journals)
        }
    }
}
