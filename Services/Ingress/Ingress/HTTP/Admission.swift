import Synchronization

/// Admits at most a fixed number at a time.
final class Admission: Sendable {
    let most: Int
    private let count = Atomic<Int>(0)

    init(most: Int) { self.most = most }

    /// How many are admitted now.
    var inside: Int { count.load(ordering: .relaxed) }

    /// - Returns: whether there was room; then ``leave()`` must follow.
    func enter() -> Bool {
        guard count.add(1, ordering: .relaxed).newValue <= most else {
            leave()
            return false
        }
        return true
    }

    func leave() { count.subtract(1, ordering: .relaxed) }
}
