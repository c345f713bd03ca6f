import RelayDomain
import Yams

/// Turns the nodes of a `shop.yaml` into a shop, and remembers the line of every entry and key.
struct ShopReader {
    let file: String
    /// By place, such as `terminals[2]` and `terminals[2].pairedWith`.
    private var lines: [String: Int] = [:]

    init(file: String) { self.file = file }

    mutating func read(_ document: Node) throws(ShopMistake) -> Shop {
        let top = try Fields(
            document, at: "",
            keys: ["version", "shops", "destinations", "applications", "terminals", "pos", "scanRules"], &self)
        guard try top.text("version", &self) == "1" else {
            throw mistake(at: "version", "this build reads version 1")
        }
        var shop = Shop()
        try top.each("shops", keys: ["id", "name", "currency", "timeZone", "programs"], &self) {
            (fields, reader) throws(ShopMistake) in
            shop.shops.append(
                Shop.Branch(
                    id: try fields.name("id", &reader), name: try fields.text("name", &reader),
                    currency: try fields.currency("currency", &reader),
                    timeZone: try fields.timeZone("timeZone", &reader),
                    programs: fields.has("programs") ? try fields.names("programs", &reader) : []))
        }
        try top.each("destinations", keys: ["id", "kind"], &self) { (fields, reader) throws(ShopMistake) in
            shop.destinations.append(
                Shop.Destination(id: try fields.name("id", &reader), kind: try fields.name("kind", &reader)))
        }
        try top.each("applications", keys: ["id", "issuer", "functions", "destination"], &self) {
            (fields, reader) throws(ShopMistake) in
            shop.applications.append(
                Shop.Application(
                    id: try fields.name("id", &reader), issuer: try fields.name("issuer", &reader),
                    functions: try fields.functions(&reader), destination: try fields.name("destination", &reader)))
        }
        try top.each("terminals", keys: ["id", "shop", "pairedWith", "sum", "at"], &self) {
            (fields, reader) throws(ShopMistake) in
            shop.terminals.append(
                Shop.Terminal(
                    id: try fields.name("id", &reader),
                    pairedWith: fields.has("pairedWith") ? try fields.name("pairedWith", &reader) : nil,
                    shop: fields.has("shop") ? try fields.name("shop", &reader) : nil,
                    sum: fields.has("sum") ? try fields.word("sum", &reader) : nil,
                    at: fields.has("at") ? try fields.attributes("at", &reader) : [:]))
        }
        try top.each("pos", keys: ["id"], &self) { (fields, reader) throws(ShopMistake) in
            shop.pos.append(try fields.name("id", &reader))
        }
        try top.each("scanRules", keys: ["symbology", "length", "prefix", "application", "operation"], &self) {
            (fields, reader) throws(ShopMistake) in
            shop.scanRules.append(
                ScanRule(
                    symbology: try fields.word("symbology", &reader), length: try fields.lengths(&reader),
                    prefix: fields.has("prefix") ? try fields.text("prefix", mayBeEmpty: true, &reader) : "",
                    application: try fields.name("application", &reader),
                    operation: try fields.word("operation", &reader)))
        }
        return shop
    }

    mutating func remember(_ place: String, _ node: Node) {
        lines[place] = node.mark?.line ?? lines[Self.parent(of: place)] ?? 1
    }

    func mistake(at place: String, _ sentence: String) -> ShopMistake {
        ShopMistake(file: file, line: line(of: place), place: place, sentence: sentence)
    }

    /// A registry's refusal, with the lines of this file.
    func mistake(_ error: ShopError) -> ShopMistake {
        let entry = "\(error.list.rawValue)[\(error.index)]"
        let place = entry + (error.key.map { ".\($0)" } ?? "")
        let sentence =
            switch error.problem {
            case .overlaps(let other):
                "overlaps the rule on line \(line(of: "scanRules[\(other - 1)]")): one code would match both; make "
                    + "the lengths or the prefixes differ"
            case .duplicate, .notRegistered, .pairedTwice, .functionMismatch, .empty, .missing, .unreadableName,
                .programLikeCurrency, .tooMany:
                String(error.description.dropFirst(place.count + 2))
            }
        return mistake(at: place, sentence)
    }

    private func line(of place: String) -> Int {
        var place = place
        while !place.isEmpty {
            if let line = lines[place] { return line }
            place = Self.parent(of: place)
        }
        return 1
    }

    private static func parent(of place: String) -> String {
        place.lastIndex { $0 == "." || $0 == "[" }.map { String(place[..<$0]) } ?? ""
    }
}
