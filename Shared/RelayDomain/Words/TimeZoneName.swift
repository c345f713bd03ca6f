/// A name of the IANA time zone database, such as `Europe/Berlin` or `UTC`.
public struct TimeZoneName: Hashable, Sendable, CustomStringConvertible {
    /// Such as `Europe/Berlin`.
    public let text: String

    /// - Returns: nil unless the text is shaped like such a name: one to three parts between slashes, each beginning
    ///   with a letter. Whether the zone exists, a machine's time zone database says.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard text.utf8.count <= 64, (1...3).contains(parts.count), parts.allSatisfy(Self.isPart) else { return nil }
        self.text = text
    }

    public var description: String { text }

    private static func isPart(_ part: Substring) -> Bool {
        guard let first = part.utf8.first, isLetter(first) else { return false }
        return part.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"): true
            default: isLetter(byte)
            }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
