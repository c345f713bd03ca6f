/// A process's report to its watchdog about one of its loops: 16 bytes, which a pipe transfers whole or not at all.
struct LoopReport: Hashable, Sendable {
    enum Kind: UInt8, Sendable {
        /// The loop came round.
        case tick = 1
        /// The loop has ended.
        case gone = 2
    }

    static let bytes = 16

    let kind: Kind
    /// At most 15 bytes of it.
    let loop: String

    init(_ kind: Kind, _ loop: String) {
        self.kind = kind
        self.loop = String(decoding: loop.utf8.prefix(Self.bytes - 1), as: UTF8.self)
    }

    /// Reads one report; nil if the bytes are not one.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.bytes, let first = bytes.first, let kind = Kind(rawValue: first) else { return nil }
        self.init(kind, String(decoding: bytes.dropFirst().prefix { $0 != 0 }, as: UTF8.self))
    }

    var encoded: [UInt8] {
        let name = Array(loop.utf8.prefix(Self.bytes - 1))
        return [kind.rawValue] + name + [UInt8](repeating: 0, count: Self.bytes - 1 - name.count)
    }
}
