/// The mistake for which a shop was refused as a whole, and where it stands.
public struct ShopError: Error, Hashable, Sendable {
    /// The lists of a `shop.yaml`, by their keys.
    public enum List: String, Hashable, Sendable {
        case shops, destinations, applications, terminals, pos, scanRules
    }

    public enum Problem: Hashable, Sendable {
        case duplicate(String)
        case notRegistered(String)
        case pairedTwice(String, with: String)
        case overlaps(entry: Int)
        case functionMismatch(String)
        case empty
        /// Nothing stands there, and something must.
        case missing
        /// A name that people cannot read, or that is too long.
        case unreadableName
        /// A program whose name would be taken for a currency.
        case programLikeCurrency(String)
        case tooMany(most: Int)
    }

    public let list: List
    /// Counted from 0.
    public let index: Int
    /// The entry's key at fault, or nil for the entry as a whole.
    public let key: String?
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
