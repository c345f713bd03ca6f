/// The facts about a device's counter.
public struct CounterFacts: Hashable, Sendable {
    /// The counter's relay terminal: the device itself, or its partner.
    public let terminal: TerminalID
    /// The counter's POS; nil: the terminal is not paired.
    public let pos: POSID?
    /// Nil: the registry names no shops.
    public let shop: Shop.Branch?
    /// The currencies that may be entered here, the usual one first; empty: any.
    public let currencies: [CurrencyCode]
    /// The loyalty programs whose points may be entered here.
    public let programs: [ProgramID]
    /// Whether every scan needs an amount.
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
