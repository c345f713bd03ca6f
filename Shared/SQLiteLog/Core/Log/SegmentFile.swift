/// The file of one segment.
package struct SegmentFile: Hashable, Sendable {
    static let suffix = ".db"
    static let prunedSuffix = ".pruned"
    /// In the name of a segment that is being made.
    static let unfinished = ".new"
    private static let prefix = "log-"
    private static let digits = 20

    let folder: String
    /// Its first batch's number.
    let first: UInt64

    package init(folder: String, first: UInt64) { (self.folder, self.first) = (folder, first) }

    /// - Returns: nil if it is not a segment's name.
    init?(folder: String, name: String, suffix: String) {
        guard name.hasPrefix(Self.prefix), name.hasSuffix(suffix),
            name.utf8.count == Self.prefix.utf8.count + Self.digits + suffix.utf8.count,
            let first = UInt64(name.dropFirst(Self.prefix.count).dropLast(suffix.count)), first > 0
        else { return nil }
        self.init(folder: folder, first: first)
    }

    private var stem: String {
        let number = String(first)
        return Self.prefix + String(repeating: "0", count: Self.digits - number.count) + number
    }

    var name: String { stem + Self.suffix }
    var path: String { "\(folder)/\(name)" }
    var prunedName: String { "\(stem)\(Self.prunedSuffix)" }
    var prunedPath: String { "\(folder)/\(prunedName)" }
}
