/// The events of one world, as text. Recorded only on request: seeds that keep all properties print nothing.
public struct Story: Sendable {
    public private(set) var lines: [String] = []
    /// A hash over every step's time and owner: the same in every process that runs the seed.
    public private(set) var fingerprint: UInt64 = 0xCBF2_9CE4_8422_2325
    let isTold: Bool

    init(isTold: Bool) { self.isTold = isTold }

    mutating func step(at moment: Moment, life: UInt64) {
        mix(UInt64(bitPattern: moment.microseconds))
        mix(life)
    }

    mutating func tell(_ moment: Moment, _ who: String, _ what: String) {
        let line = "\(moment) \(who): \(what)"
        for byte in line.utf8 { mix(UInt64(byte)) }
        lines.append(line)
    }

    private mutating func mix(_ word: UInt64) { fingerprint = (fingerprint ^ word) &* 0x0000_0100_0000_01B3 }
}
