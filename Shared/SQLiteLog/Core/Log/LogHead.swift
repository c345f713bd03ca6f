/// Where the log ends.
package struct LogHead: Sendable {
    /// The last batch's number; 0 before the first.
    package var number: UInt64 = 0
    /// Its hash.
    package var hash = LogHead.start

    /// What the first batch follows.
    static let start = [UInt8](repeating: 0, count: 32)

    package init() {}

    package init(number: UInt64, hash: [UInt8]) { (self.number, self.hash) = (number, hash) }

    package func next(hash: [UInt8]) -> LogHead { LogHead(number: number + 1, hash: hash) }
}
