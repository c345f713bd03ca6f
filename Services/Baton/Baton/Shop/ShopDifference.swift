import RelayDomain

/// What changes when one shop replaces another.
struct ShopDifference: Equatable {
    /// One line for each entry: `+ terminals counter-3`, `- pos till-2`, `~ terminals counter-2: pairedWith till-1 → till-2`.
    let lines: [String]

    var isEmpty: Bool { lines.isEmpty }
    /// Whether all of the new shop stands in the old one already.
    var onlyRemoves: Bool { lines.allSatisfy { $0.hasPrefix("-") } }

    init(from old: Shop, to new: Shop) {
        let (before, after) = (ShopText.entries(of: old), ShopText.entries(of: new))
        let (known, wanted) = (Self.byName(before), Self.byName(after))
        let removed = before.filter { wanted[Key($0)] == nil }.map { "- \($0.list) \($0.line)" }
        let rest = after.compactMap { entry in
            guard let present = known[Key(entry)] else { return "+ \(entry.list) \(entry.line)" }
            return present == entry ? nil : Self.change(from: present, to: entry)
        }
        lines = removed + rest
    }

    private struct Key: Hashable {
        let list: String
        let name: String
        init(_ entry: ShopText.Entry) { (list, name) = (entry.list, entry.name) }
    }

    private static func byName(_ entries: [ShopText.Entry]) -> [Key: ShopText.Entry] {
        Dictionary(entries.map { (Key($0), $0) }) { first, _ in first }
    }

    private static func change(from old: ShopText.Entry, to new: ShopText.Entry) -> String {
        let keys =
            old.fields.map(\.key) + new.fields.map(\.key).filter { key in !old.fields.contains { $0.key == key } }
        let changes = keys.compactMap { key -> String? in
            let before = old.fields.first { $0.key == key }?.value
            let after = new.fields.first { $0.key == key }?.value
            return before == after ? nil : "\(key) \(before ?? "none") → \(after ?? "none")"
        }
        return "~ \(new.list) \(new.name): \(changes.joined(separator: ", "))"
    }
}
