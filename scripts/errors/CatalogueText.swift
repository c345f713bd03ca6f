/// The lines of docs/errors.yaml, in the order in which they stand there.
///
/// Reads the little of YAML that the file uses (three levels, two spaces each, one line a value, quotes without
/// escapes), so that generating needs a compiler and no library. A test compares it with a library's reading.
struct CatalogueText {
    private(set) var lists: [(name: String, codes: [(code: String, facts: [String: String])])] = []

    init(_ text: String) throws(Mistake) {
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.drop { $0 == " " }
            guard let first = content.first, first != "#" else { continue }
            let place = "line \(number + 1)"
            guard let colon = content.firstIndex(of: ":") else { throw Mistake(place, "a colon is missing") }
            let key = String(content[..<colon])
            let value = content[content.index(after: colon)...].drop { $0 == " " }
            switch (line.count - content.count, value.isEmpty) {
            case (0, true): lists.append((key, []))
            case (2, true) where !lists.isEmpty: lists[lists.count - 1].codes.append((key, [:]))
            case (4, false) where lists.last?.codes.isEmpty == false:
                let last = lists[lists.count - 1].codes.count - 1
                let before = lists[lists.count - 1].codes[last].facts.updateValue(Self.unquoted(value), forKey: key)
                guard before == nil else { throw Mistake(place, "\(key) appears twice") }
            default: throw Mistake(place, "a list, a code or a fact of a code is expected")
            }
        }
    }

    private static func unquoted(_ value: Substring) -> String {
        for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            return String(value.dropFirst().dropLast())
        }
        return String(value)
    }
}
