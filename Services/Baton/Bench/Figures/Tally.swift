/// The answers to phones, by kind. Only an approval counts as a transaction.
struct Tally: Hashable, Sendable {
    private(set) var approved = 0
    /// Everything else, such as `503 overloaded` or `201 declined codeUsed`, and what went wrong on the way.
    private(set) var others: [String: Int] = [:]

    /// How many kinds of others are distinguished; the rest are counted together.
    static let kindsMax = 64

    mutating func approve() { approved += 1 }

    mutating func count(_ kind: String, count: Int = 1) {
        let known = others[kind] != nil || others.count < Self.kindsMax
        others[known ? kind : "something else", default: 0] += count
    }

    static func + (left: Tally, right: Tally) -> Tally {
        var sum = left
        sum.approved += right.approved
        for (kind, count) in right.others { sum.count(kind, count: count) }
        return sum
    }

    /// How many answers were no approval.
    var othersCount: Int { others.values.reduce(0, +) }

    /// The others, most frequent first: `12 × 503 overloaded`.
    var othersText: [String] {
        others.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) × \($0.key)" }
    }
}
