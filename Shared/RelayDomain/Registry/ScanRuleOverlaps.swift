/// Finds the first scan rule that overlaps one before it, without comparing each rule with each.
///
/// Each named symbology is looked at by itself, together with the rules for any. In the order of their prefixes, a rule
/// comes after those whose prefixes begin its own. These are all that it can overlap, and as long as no two rules did,
/// their lengths are disjoint: one look among them is enough.
struct ScanRuleOverlaps {
    private let rules: ArraySlice<ScanRule>
    /// For each named symbology, the indices of the rules that its codes may match, by prefix. Prefixes are ordered as
    /// UTF-8, which is the order of their scalars: all that begin alike stand together.
    private let sorted: [[Int]]

    init(_ rules: ArraySlice<ScanRule>) {
        self.rules = rules
        let byPrefix = rules.indices.sorted { rules[$0].prefix.utf8.lexicographicallyPrecedes(rules[$1].prefix.utf8) }
        sorted = Symbology.named.map { symbology in byPrefix.filter { rules[$0].symbology.meets(symbology) } }
    }

    /// The first rule that overlaps one before it, and the first that it overlaps.
    func first() -> (index: Int, other: Int)? {
        guard isAny(before: rules.endIndex) else { return nil }
        // None overlap before `sound`, some do before `unsound`: the rule between them is the one.
        var (sound, unsound) = (rules.startIndex, rules.endIndex)
        while unsound - sound > 1 {
            let middle = sound + (unsound - sound) / 2
            if isAny(before: middle) { unsound = middle } else { sound = middle }
        }
        let index = unsound - 1
        return rules[..<index].firstIndex(where: rules[index].overlaps).map { (index: index, other: $0) }
    }

    /// Whether some of the rules before an index overlap.
    private func isAny(before end: Int) -> Bool { sorted.contains { isAny(before: end, among: $0) } }

    private func isAny(before end: Int, among sorted: [Int]) -> Bool {
        var enclosing: [Int] = []
        var lengths = DisjointRanges()
        for index in sorted where index < end {
            let rule = rules[index]
            while let last = enclosing.last, !rule.prefix.utf8.starts(with: rules[last].prefix.utf8) {
                lengths.remove(rules[last].length)
                enclosing.removeLast()
            }
            guard lengths.insert(rule.length) else { return true }
            enclosing.append(index)
        }
        return false
    }
}

/// Ranges of which no two overlap.
private struct DisjointRanges {
    /// Ascending.
    private var ranges: [ClosedRange<Int>] = []

    /// - Returns: false if the range overlaps one of them, and is not taken.
    mutating func insert(_ range: ClosedRange<Int>) -> Bool {
        let next = place(of: range)
        guard next == ranges.endIndex || !ranges[next].overlaps(range) else { return false }
        ranges.insert(range, at: next)
        return true
    }

    /// - Parameter range: one that was inserted.
    mutating func remove(_ range: ClosedRange<Int>) { ranges.remove(at: place(of: range)) }

    /// The place of the first range that does not end before this one begins.
    private func place(of range: ClosedRange<Int>) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
