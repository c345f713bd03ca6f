/// What is wrong with the catalogue, and where.
struct Mistake: Error, CustomStringConvertible {
    let description: String
    init(_ place: String, _ sentence: String) { description = "docs/errors.yaml: \(place): \(sentence)" }
}

extension Catalogue {
    init(yaml: String) throws(Mistake) {
        var lists: [List: [Entry]] = [:]
        for (name, codes) in try CatalogueText(yaml).lists {
            guard let list = List(rawValue: name) else { throw Mistake(name, "unknown list") }
            guard lists[list] == nil else { throw Mistake(name, "appears twice") }
            var entries: [Entry] = []
            for (code, facts) in codes {
                guard !entries.contains(where: { $0.code == code }) else { throw Mistake(code, "appears twice") }
                entries.append(try Entry(code, FactReader(place: "\(name).\(code)", facts: facts)))
            }
            lists[list] = entries
        }
        for list in List.allCases where lists[list] == nil { throw Mistake(list.rawValue, "is missing") }
        self.lists = lists
    }
}

extension Catalogue.Entry {
    fileprivate init(_ code: String, _ facts: FactReader) throws(Mistake) {
        self.code = code
        means = try facts.need("means")
        blame = try facts.need("blame", of: ["phone", "terminal", "pos", "relay", "destination", "network"])
        stage = try facts.need("stage", of: ["ingress", "router", "gateway", "device", "adapter", "destination"])
        sent = try facts.need("sent", of: ["no", "maybe", "yes"])
        retry = try facts.read("retry", try facts.need("retry"), as: Catalogue.Retry.init)
        status = try facts.facts["status"].map { text throws(Mistake) in
            try facts.read("status", text, as: Catalogue.Status.init)
        }
        phone = try status.map { _ throws(Mistake) in try facts.need("phone") } ?? facts.facts["phone"]
        device = facts.facts["device"]
        `operator` = try facts.need("operator")
        let known = ["means", "blame", "stage", "sent", "retry", "status", "phone", "device", "operator"]
        for other in facts.facts.keys.sorted() where !known.contains(other) {
            throw Mistake(facts.place, "\(other) is not a fact of a code")
        }
    }
}

/// The facts of one code, by their keys.
private struct FactReader {
    let place: String
    let facts: [String: String]

    func need(_ key: String) throws(Mistake) -> String {
        guard let text = facts[key] else { throw Mistake(place, "\(key) is missing") }
        return text
    }

    func need(_ key: String, of words: [String]) throws(Mistake) -> String {
        try read(key, try need(key)) { words.contains($0) ? $0 : nil }
    }

    func read<Value>(_ key: String, _ text: String, as value: (String) -> Value?) throws(Mistake) -> Value {
        guard let value = value(text) else { throw Mistake("\(place).\(key)", "\(text) is not one") }
        return value
    }
}

extension Catalogue.Status {
    /// Such as `404 Not Found`.
    fileprivate init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let number = Int(parts[0]) else { return nil }
        self.init(number: number, phrase: String(parts[1]))
    }
}

extension Catalogue.Retry {
    /// Such as `newKey`, or `sameKey after 2 s`.
    fileprivate init?(_ text: String) {
        let words = text.split(separator: " ")
        switch (words.count, words.first) {
        case (1, "no"): self = .no
        case (1, "newKey"): self = .newKey
        case (1, "newCode"): self = .newCode
        case (4, "sameKey") where words[1] == "after" && words[3] == "s":
            guard let seconds = Int(words[2]) else { return nil }
            self = .sameKey(seconds: seconds)
        default: return nil
        }
    }
}
