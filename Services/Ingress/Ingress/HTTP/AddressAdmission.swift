import HTTPEdge
import NIOConcurrencyHelpers

/// Admits at most a fixed number from each address at a time.
final class AddressAdmission: Sendable {
    private let most: Int
    private let inside = NIOLockedValueBox<[PeerNetwork: Int]>([:])

    init(most: Int) { self.most = most }

    /// - Returns: whether there was room; then ``leave(_:)`` must follow.
    func enter(_ network: PeerNetwork) -> Bool {
        inside.withLockedValue { inside in
            guard inside[network, default: 0] < most else { return false }
            inside[network, default: 0] += 1
            return true
        }
    }

    func leave(_ network: PeerNetwork) {
        inside.withLockedValue { inside in
            let left = inside[network, default: 1] - 1
            inside[network] = left > 0 ? left : nil
        }
    }
}
