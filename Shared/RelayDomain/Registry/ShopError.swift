/// The mistake for which a shop was refused as a whole, and where it is in the file.
public struct ShopError: Error, Hashable, Sendable {
    /// The lists of a `shop.yaml`, by their keys.
    public enum List: String, Hashable, Sendable {
        case shops, destinations, applications, terminals, pos, scanRules
    }

    /// What is wrong with an entry.
    public enum Problem: Hashable, Sendable {
        /// An ID that an earlier entry has.
        case duplicate(String)
        /// An ID that its list does not have.
        case notRegistered(String)
        /// A POS that an earlier terminal is paired with.
        case pairedTwice(String, with: String)
        /// A scan rule and an earlier one that match the same code.
        case overlaps(entry: Int)
        /// A scan rule for an operation that its application does not have.
        case functionMismatch(String)
        /// A list that needs an entry.
        case empty
        /// A required key without a value.
        case missing
        /// A name that people cannot read, or that is too long.
        case unreadableName
        /// A program whose name would be taken for a currency.
        case programLikeCurrency(String)
        /// More entries than a list may have.
        case tooMany(most: Int)
    }

    /// The list of the entry.
    public let list: List
    /// Counted from 0.
    public let index: Int
    /// The entry's key at fault, or nil for the entry as a whole.
    public let key: String?
    /// What is wrong with it.
    public let problem: Problem

    public init(_ list: List, _ index: Int, _ key: String?, _ problem: Problem) {
        self.list = list
        self.index = index
        self.key = key
        self.problem = problem
    }
}

extension ShopError: CustomStringConvertible {
    /// One sentence such as `terminals[2].pairedWith: no POS or other entry "till-9" is registered`.
    public var description: String {
        let place = "\(list.rawValue)[\(index)]" + (key.map { ".\($0)" } ?? "")
        let sentence =
            switch problem {
            case .duplicate(let id): "\"\(id)\" stands here a second time; each ID may stand once"
            case .notRegistered(let id): "\"\(id)\" is not registered; add it to its list or correct the name"
            case .pairedTwice(let pos, let first):
                "\"\(pos)\" is paired with \"\(first)\" already; pairs are one to one"
            case .overlaps(let entry): "overlaps the rule that is entry \(entry); make the lengths or prefixes differ"
            case .functionMismatch(let id): "application \"\(id)\" does not have this function"
            case .empty: "is empty; name at least one"
            case .missing:
                "is missing; where shops are registered, each terminal names the one on whose counter it stands"
            case .unreadableName:
                "1 to \(Shop.Branch.nameLength.upperBound) characters without control characters are expected"
            case .programLikeCurrency(let id):
                "\"\(id)\" would be taken for a currency; a program's name is not three letters"
            case .tooMany(let most): "more than \(most) entries"
            }
        return "\(place): \(sentence)"
    }
}
