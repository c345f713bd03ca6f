/// One figure against what it should reach.
struct Verdict: Hashable, Encodable, Sendable {
    enum Bound: Hashable, Sendable {
        case atLeast(Double)
        case atMost(Double)
    }

    let name: String
    let measured: Double
    let bound: Bound
    let unit: String

    init(_ name: String, _ measured: Double, _ bound: Bound, unit: String = "") {
        self.name = name
        self.measured = measured
        self.bound = bound
        self.unit = unit
    }

    var isReached: Bool {
        switch bound {
        case .atLeast(let least): measured >= least
        case .atMost(let most): measured <= most
        }
    }

    /// By how many percent of the bound it is missed; 0 if it is reached.
    var shortPercent: Double {
        guard !isReached else { return 0 }
        switch bound {
        case .atLeast(let least): return (1 - measured / least) * 100
        case .atMost(let most): return (measured / most - 1) * 100
        }
    }

    /// `reached`, or `short by 12 %`.
    var word: String { isReached ? "reached" : "short by \(max(1, shortPercent).grouped) %" }

    var wanted: String {
        switch bound {
        case .atLeast(let least): "at least \(text(least))"
        case .atMost(let most): "at most \(text(most))"
        }
    }

    var found: String { text(measured) }

    private func text(_ value: Double) -> String {
        let number = value < 1 ? value.digits(3) : value < 100 ? value.digits(1) : value.grouped
        return unit.isEmpty ? number : "\(number) \(unit)"
    }

    enum CodingKeys: String, CodingKey { case name, measured, wanted, isReached }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(name, forKey: .name)
        try fields.encode(measured, forKey: .measured)
        try fields.encode(wanted, forKey: .wanted)
        try fields.encode(isReached, forKey: .isReached)
    }
}
