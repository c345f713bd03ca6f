extension TerminalID {
    /// The journal that holds this terminal's transactions: FNV-1a (64 bit) of its text, modulo their number.
    /// - Parameter journals: from 1 to 100.
    public func journal(outOf journals: Int) -> UInt8 {
        UInt8(text.fnv1a % UInt64(journals))
    }
}

extension String {
    /// A number that other texts hardly have: FNV-1a (64 bit) of the UTF-8 bytes.
    public var fnv1a: UInt64 {
        utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
