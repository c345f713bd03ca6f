import Foundation
import RelayDomain

/// This machine's wall clock.
enum MachineTime {
    static var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }
}
