import Foundation
import RelayDomain
import Yams

extension ShopReader {
    /// The keys of one mapping of the file, and how each kind of value is read.
    struct Fields {
        private let place: String
        private let values: [String: Node]

        /// - Parameter keys: all allowed keys; another key is a mistake.
        init(_ node: Node, at place: String, keys: [String], _ reader: inout ShopReader) throws(ShopMistake) {
            self.place = place
            reader.remember(place, node)
            guard case .mapping(let mapping) = node else {
                throw reader.mistake(at: place, "keys with values are expected: \(keys.joined(separator: ", "))")
            }
            var values: [String: Node] = [:]
            for (key, value) in mapping {
                let name = key.scalar?.string ?? "?"
                reader.remember(place.isEmpty ? name : "\(place).\(name)", key)
                guard keys.contains(name) else {
                    throw reader.mistake(
                        at: place.isEmpty ? name : "\(place).\(name)",
                        "is not a key that is allowed here; allowed are \(keys.joined(separator: ", "))")
                }
                // For YAML the same name with another tag is another key.
                guard values.updateValue(value, forKey: name) == nil else {
                    throw reader.mistake(at: place.isEmpty ? name : "\(place).\(name)", "occurs twice; remove one")
                }
            }
            self.values = values
        }

        func has(_ key: String) -> Bool { values[key] != nil }

        /// Reads each entry of a list; an absent list is empty.
        func each(
            _ key: String, keys: [String], _ reader: inout ShopReader,
            _ read: (Fields, inout ShopReader) throws(ShopMistake) -> Void
        ) throws(ShopMistake) {
            guard let node = values[key], !node.isNull else { return }
            for (index, entry) in try list(node, at: key, most: Shop.entriesMax, reader).enumerated() {
                try read(try Fields(entry, at: "\(key)[\(index)]", keys: keys, &reader), &reader)
            }
        }

        /// A text as it is written, without YAML's type guesses: `007` and `no` are texts too.
        func text(_ key: String, mayBeEmpty: Bool = false, _ reader: inout ShopReader) throws(ShopMistake) -> String {
            guard let node = values[key] else { throw reader.mistake(at: at(key), "is missing") }
            guard let scalar = node.scalar else { throw reader.mistake(at: at(key), "one value is expected") }
            guard mayBeEmpty || !scalar.string.isEmpty else { throw reader.mistake(at: at(key), "is empty") }
            guard scalar.string.utf8.count <= 4_096, scalar.string.unicodeScalars.allSatisfy({ $0.value >= 0x20 })
            else {
                throw reader.mistake(at: at(key), "at most 4096 bytes of text on one line are expected")
            }
            return scalar.string
        }

        func name<Kind>(_ key: String, _ reader: inout ShopReader) throws(ShopMistake) -> Identifier<Kind> {
            guard let name = Identifier<Kind>(try text(key, &reader)) else {
                throw reader.mistake(at: at(key), "1 to 64 letters, digits, '.', '_' or '-' are expected")
            }
            return name
        }

        func word<Word: RawRepresentable<String> & CaseIterable>(
            _ key: String, _ reader: inout ShopReader
        ) throws(ShopMistake) -> Word {
            try Self.word(try text(key, &reader), at: at(key), reader)
        }

        func names<Kind>(_ key: String, _ reader: inout ShopReader) throws(ShopMistake) -> [Identifier<Kind>] {
            guard let node = values[key] else { throw reader.mistake(at: at(key), "is missing") }
            var names: [Identifier<Kind>] = []
            for entry in try list(node, at: at(key), most: Shop.Branch.programsMax, reader) {
                guard let name = Identifier<Kind>(entry.scalar?.string ?? "") else {
                    throw reader.mistake(at: at(key), "names of 1 to 64 letters, digits, '.', '_' or '-' are expected")
                }
                names.append(name)
            }
            return names
        }

        func currency(_ key: String, _ reader: inout ShopReader) throws(ShopMistake) -> CurrencyCode {
            guard let currency = CurrencyCode(try text(key, &reader)) else {
                throw reader.mistake(
                    at: at(key), "a currency's three capital letters (ISO 4217) are expected, such as EUR")
            }
            return currency
        }

        func timeZone(_ key: String, _ reader: inout ShopReader) throws(ShopMistake) -> TimeZoneName {
            guard let name = TimeZoneName(try text(key, &reader)), TimeZone(identifier: name.text) != nil else {
                throw reader.mistake(
                    at: at(key), "a name of the IANA time zone database is expected, such as Europe/Berlin")
            }
            return name
        }

        /// `{bank: {merchant: "4711", store: "2"}}`: what a terminal is called at each destination.
        func attributes(
            _ key: String, _ reader: inout ShopReader
        ) throws(ShopMistake) -> [DestinationID: Attributes] {
            guard let node = values[key] else { throw reader.mistake(at: at(key), "is missing") }
            var all: [DestinationID: Attributes] = [:]
            for (name, node) in try Self.pairs(node, at: at(key), &reader) {
                let place = "\(at(key)).\(name)"
                guard let destination = DestinationID(name) else {
                    throw reader.mistake(at: place, "a destination's ID is expected before the colon")
                }
                var values: [AttributeName: AttributeValue] = [:]
                for (name, node) in try Self.pairs(node, at: place, &reader) {
                    guard let attribute = AttributeName(name),
                        let value = (node.scalar?.string).flatMap({ AttributeValue($0) })
                    else {
                        throw reader.mistake(
                            at: "\(place).\(name)",
                            "a name of 1 to 32 letters, digits, '.', '_' or '-', and 1 to 64 bytes of text are expected"
                        )
                    }
                    values[attribute] = value
                }
                guard let attributes = Attributes(values) else {
                    throw reader.mistake(at: place, "more than \(Attributes.countMax) attributes")
                }
                all[destination] = attributes
            }
            return all
        }

        /// The keys and values of a mapping whose keys are free.
        private static func pairs(
            _ node: Node, at place: String, _ reader: inout ShopReader
        ) throws(ShopMistake) -> [(String, Node)] {
            guard case .mapping(let mapping) = node else {
                throw reader.mistake(at: place, "keys with values are expected")
            }
            var pairs: [(String, Node)] = []
            for (key, value) in mapping {
                let name = key.scalar?.string ?? "?"
                reader.remember("\(place).\(name)", key)
                guard !pairs.contains(where: { $0.0 == name }) else {
                    throw reader.mistake(at: "\(place).\(name)", "stands twice; remove one")
                }
                guard pairs.count < Shop.attributedMax else {
                    throw reader.mistake(at: place, "more than \(Shop.attributedMax) entries")
                }
                pairs.append((name, value))
            }
            return pairs
        }

        func functions(_ reader: inout ShopReader) throws(ShopMistake) -> Set<RelayDomain.Operation> {
            guard let node = values["functions"] else { throw reader.mistake(at: at("functions"), "is missing") }
            var functions: Set<RelayDomain.Operation> = []
            for entry in try list(node, at: at("functions"), most: RelayDomain.Operation.allCases.count, reader) {
                functions.insert(try Self.word(entry.scalar?.string ?? "", at: at("functions"), reader))
            }
            return functions
        }

        /// `16`, or `16-19` for any length between.
        func lengths(_ reader: inout ShopReader) throws(ShopMistake) -> ClosedRange<Int> {
            let bounds = try text("length", &reader).split(separator: "-", omittingEmptySubsequences: false).map {
                Int($0) ?? 0
            }
            guard (1...2).contains(bounds.count), let least = bounds.first, let most = bounds.last, least <= most,
                ShopFile.lengths.contains(least), ShopFile.lengths.contains(most)
            else {
                throw reader.mistake(
                    at: at("length"), "a number of characters (16) or a range (16-19) within 1-4096 is expected")
            }
            return least...most
        }

        private func at(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

        private func list(
            _ node: Node, at place: String, most: Int, _ reader: ShopReader
        ) throws(ShopMistake) -> [Node] {
            guard case .sequence(let entries) = node else {
                throw reader.mistake(at: place, "a list is expected")
            }
            guard entries.count <= most else { throw reader.mistake(at: place, "more than \(most) entries") }
            return Array(entries)
        }

        private static func word<Word: RawRepresentable<String> & CaseIterable>(
            _ text: String, at place: String, _ reader: ShopReader
        ) throws(ShopMistake) -> Word {
            guard let word = Word(rawValue: text) else {
                let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
                throw reader.mistake(at: place, "one of \(words) is expected")
            }
            return word
        }
    }
}

extension Node {
    /// The key has no value.
    fileprivate var isNull: Bool {
        scalar.map { $0.string.isEmpty || $0.string == "~" || $0.string == "null" } ?? false
    }
}
