/// What a device has to know of the counter on which it stands.
public struct CounterFacts: Hashable, Sendable {
    /// The counter's relay terminal: the device itself, or its partner.
    public let terminal: TerminalID
    /// The counter's POS; nil: the terminal is not paired.
    public let pos: POSID?
    /// Nil: the registry names no shops.
    public let shop: Shop.Branch?
    /// Which currencies may be counted here, the usual one first; empty: any.
    public let currencies: [CurrencyCode]
    /// Which loyalty programs' points may be counted here.
    public let programs: [ProgramID]
    /// Whether a scan has to bring a sum.
    public let amountRequired: Bool

    public init(
        terminal: TerminalID, pos: POSID? = nil, shop: Shop.Branch? = nil, currencies: [CurrencyCode] = [],
        programs: [ProgramID] = [], amountRequired: Bool = false
    ) {
        self.terminal = terminal
        self.pos = pos
        self.shop = shop
        self.currencies = currencies
        self.programs = programs
        self.amountRequired = amountRequired
    }
}
