import RelayDomain

/// A shop, entry by entry, as people read it and as `shop.yaml` holds it.
enum ShopText {
    /// One entry of one list.
    struct Entry: Hashable {
        let list: String
        /// What identifies the entry: its ID, or the whole entry for a rule.
        let name: String
        /// Keys and values in the order of the file.
        let fields: [Field]

        struct Field: Hashable {
            let key: String
            let value: String
        }

        /// `{id: counter-2, pairedWith: till-1}`.
        var line: String { "{" + fields.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}" }
    }

    static func entries(of shop: Shop) -> [Entry] {
        shop.shops.map(branch)
            + shop.destinations.map { entry("destinations", $0.id.text, [("kind", quoted($0.kind.text))]) }
            + shop.applications.map {
                entry(
                    "applications", $0.id.text,
                    [
                        ("issuer", quoted($0.issuer.text)), ("functions", functions($0.functions)),
                        ("destination", quoted($0.destination.text)),
                    ])
            }
            + shop.terminals.map(terminal)
            + shop.pos.map { entry("pos", $0.text, []) }
            + shop.scanRules.map(rule)
    }

    /// The text of a `shop.yaml` that registers this shop.
    static func yaml(of shop: Shop) -> String {
        let entries = Dictionary(grouping: entries(of: shop), by: \.list)
        let lists = ["shops", "destinations", "applications", "terminals", "pos", "scanRules"].map { list in
            guard let lines = entries[list] else { return list == "shops" ? "" : "\(list): []\n" }
            return "\(list):\n" + lines.map { "  - \($0.line)\n" }.joined()
        }
        return "version: 1\n" + lists.joined()
    }

    private static func entry(_ list: String, _ id: String, _ more: [(String, String)]) -> Entry {
        Entry(list: list, name: id, fields: ([("id", quoted(id))] + more).map { .init(key: $0, value: $1) })
    }

    private static func branch(_ shop: Shop.Branch) -> Entry {
        var fields = [
            ("name", quoted(shop.name)), ("currency", quoted(shop.currency.text)),
            ("timeZone", quoted(shop.timeZone.text)),
        ]
        if !shop.programs.isEmpty { fields.append(("programs", names(shop.programs))) }
        return entry("shops", shop.id.text, fields)
    }

    private static func terminal(_ terminal: Shop.Terminal) -> Entry {
        var fields: [(String, String)] = []
        if let shop = terminal.shop { fields.append(("shop", quoted(shop.text))) }
        if let pos = terminal.pairedWith { fields.append(("pairedWith", quoted(pos.text))) }
        if let sum = terminal.sum { fields.append(("sum", sum.rawValue)) }
        if !terminal.at.isEmpty { fields.append(("at", at(terminal.at))) }
        return entry("terminals", terminal.id.text, fields)
    }

    private static func at(_ destinations: [DestinationID: Attributes]) -> String {
        let entries = destinations.sorted { $0.key < $1.key }.map { destination, attributes in
            let values = attributes.sorted.map { "\(quoted($0.name.text)): \(quoted($0.value.text))" }
            return "\(quoted(destination.text)): {\(values.joined(separator: ", "))}"
        }
        return "{\(entries.joined(separator: ", "))}"
    }

    private static func rule(_ rule: ScanRule) -> Entry {
        let (least, most) = (rule.length.lowerBound, rule.length.upperBound)
        let fields = [
            ("symbology", rule.symbology.rawValue), ("length", least == most ? "\(least)" : "\(least)-\(most)"),
            ("prefix", quoted(rule.prefix)), ("application", quoted(rule.application.text)),
            ("operation", rule.operation.rawValue),
        ].map { Entry.Field(key: $0, value: $1) }
        return Entry(list: "scanRules", name: fields.map(\.value).joined(separator: " "), fields: fields)
    }

    private static func names(_ programs: [ProgramID]) -> String {
        "[" + programs.map { quoted($0.text) }.joined(separator: ", ") + "]"
    }

    private static func functions(_ functions: Set<Operation>) -> String {
        "[" + Operation.allCases.filter(functions.contains).map(\.rawValue).joined(separator: ", ") + "]"
    }

    /// Words that YAML 1.1 reads as a truth value, as null or as a number instead of text; in upper or lower case.
    private static let yamlWords: Set<String> = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf",
    ]

    /// In quotes unless it is a plain word; `"` and `\` escaped as YAML's double quotes require.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.first?.isLetter == true && Identifier<IdentifierKind.Key>(text) != nil
        guard !isPlain || yamlWords.contains(text.lowercased()) else { return text }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
