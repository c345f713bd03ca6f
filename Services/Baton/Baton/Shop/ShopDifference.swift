import RelayDomain

/// What changes when one shop replaces another.
struct ShopDifference: Equatable {
    /// One entry of one list.
    struct Change: Equatable, Encodable, Sendable {
        enum Kind: String, Encodable { case added, removed, changed }

        let change: Kind
        let list: String
        /// What identifies the entry in its list.
        let name: String
        /// The entry as a shop file has it, or, where it changed, its fields: `pairedWith till-1 → till-2`.
        let text: String

        var line: String {
            switch change {
            case .added: "+ \(list) \(text)"
            case .removed: "- \(list) \(text)"
            case .changed: "~ \(list) \(name): \(text)"
            }
        }
    }

    let changes: [Change]

    /// One line for each: `+ terminals {id: counter-3}`, `- pos {id: till-2}`, `~ terminals counter-2: pairedWith
    /// till-1 → till-2`.
    var lines: [String] { changes.map(\.line) }
    var isEmpty: Bool { changes.isEmpty }
    /// Whether the new shop has nothing that the old one does not have.
    var onlyRemoves: Bool { changes.allSatisfy { $0.change == .removed } }

    init(from old: Shop, to new: Shop) {
        let (before, after) = (ShopText.entries(of: old), ShopText.entries(of: new))
        let (known, wanted) = (Self.byName(before), Self.byName(after))
        let removed = before.filter { wanted[Key($0)] == nil }.map { Change(.removed, $0, $0.line) }
        let rest = after.compactMap { entry -> Change? in
            guard let present = known[Key(entry)] else { return Change(.added, entry, entry.line) }
            return present == entry ? nil : Change(.changed, entry, Self.fields(changedFrom: present, to: entry))
        }
        changes = removed + rest
    }

    private struct Key: Hashable {
        let list: String
        let name: String
        init(_ entry: ShopText.Entry) { (list, name) = (entry.list, entry.name) }
    }

    private static func byName(_ entries: [ShopText.Entry]) -> [Key: ShopText.Entry] {
        Dictionary(entries.map { (Key($0), $0) }) { first, _ in first }
    }

    private static func fields(changedFrom old: ShopText.Entry, to new: ShopText.Entry) -> String {
        let keys =
            old.fields.map(\.key) + new.fields.map(\.key).filter { key in !old.fields.contains { $0.key == key } }
        let changes = keys.compactMap { key -> String? in
            let before = old.fields.first { $0.key == key }?.value
            let after = new.fields.first { $0.key == key }?.value
            return before == after ? nil : "\(key) \(before ?? "none") → \(after ?? "none")"
        }
        return changes.joined(separator: ", ")
    }
}

extension ShopDifference.Change {
    fileprivate init(_ change: Kind, _ entry: ShopText.Entry, _ text: String) {
        self.init(change: change, list: entry.list, name: entry.name, text: text)
    }
}
