import Foundation
import RelayDomain

extension TransactionID {
    /// 17 bytes, which sort as time does: the UUID and the journal's number.
    var data: Data {
        var bytes = Data(capacity: 17)
        for half in [high, low] { withUnsafeBytes(of: half.bigEndian) { bytes.append(contentsOf: $0) } }
        bytes.append(journal)
        return bytes
    }

    init?(data: Data) {
        guard data.count == 17 else { return nil }
        let halves = [data.prefix(8), data.dropFirst(8).prefix(8)].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        self.init(high: halves[0], low: halves[1], journal: data[data.startIndex + 16])
    }

    /// What sorts before every ID that was made at an instant or later, and after all made before.
    static func floor(_ instant: Instant) -> Data {
        withUnsafeBytes(of: (UInt64(bitPattern: max(0, instant.milliseconds)) << 16).bigEndian) { Data($0) }
    }
}
