import RelayDomain
import RelayTesting

/// The behaviour that an amount selects at the sandbox: its last four digits select a fault (docs/sandbox.md, "Faults
/// on request").
enum Flavor: Hashable, Sendable {
    case plain
    case ordered(Int64)

    private struct Choice {
        let weight: Int
        let endings: ClosedRange<Int64>
        /// Whether the transaction takes more than a minute.
        var isLasting = false
    }

    private static let plainWeight = 250
    private static let choices = [
        Choice(weight: 14, endings: 9101...9104), Choice(weight: 14, endings: 9201...9206),
        Choice(weight: 2, endings: 9216...9222), Choice(weight: 5, endings: 9301...9301),
        Choice(weight: 5, endings: 9302...9302), Choice(weight: 5, endings: 9303...9303),
        Choice(weight: 5, endings: 9304...9304), Choice(weight: 5, endings: 9305...9305),
        Choice(weight: 2, endings: 9306...9306, isLasting: true), Choice(weight: 5, endings: 9401...9401),
        Choice(weight: 5, endings: 9402...9402), Choice(weight: 5, endings: 9403...9403),
        Choice(weight: 4, endings: 9501...9501), Choice(weight: 4, endings: 9502...9502),
        Choice(weight: 2, endings: 9503...9503, isLasting: true), Choice(weight: 4, endings: 9504...9504),
    ]

    /// - Parameter isHurried: leaves out flavors that take more than a minute.
    init(isHurried: Bool, _ random: inout SeededGenerator) {
        let choices = Self.choices.filter { !(isHurried && $0.isLasting) }
        var left = Int.random(in: 0..<choices.reduce(Self.plainWeight) { $0 + $1.weight }, using: &random)
        for choice in choices {
            left -= choice.weight
            guard left >= 0 else {
                self = .ordered(.random(in: choice.endings, using: &random))
                return
            }
        }
        self = .plain
    }

    /// An amount of this flavor.
    func minorUnits(_ random: inout SeededGenerator) -> Int64 {
        switch self {
        case .plain: .random(in: 1...8_999, using: &random)
        case .ordered(let ending): .random(in: 0...9, using: &random) * 10_000 + ending
        }
    }
}
