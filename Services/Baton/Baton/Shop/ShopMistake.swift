import RelayDomain

/// The mistake for which a whole shop file was refused, and its line.
struct ShopMistake: Error, Equatable, CustomStringConvertible {
    let file: String
    /// Counted from 1.
    let line: Int
    /// Such as `terminals[2].pairedWith`, entries counted from 0; empty for the file as a whole.
    let place: String
    /// What is wrong and what to do.
    let sentence: String

    /// One line such as `shop.yaml:12: terminals[2].pairedWith: …`.
    var description: String { "\(file):\(line): " + (place.isEmpty ? "" : "\(place): ") + sentence }
}
