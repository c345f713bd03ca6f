/// A payment code or membership ID in the clear. It always prints as dots.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself: only for the field or request that it is meant for.
    public let exposed: String

    /// The most bytes of UTF-8 that transaction information may have.
    public static let most = 4_096

    /// - Returns: nil if the text is empty or longer than ``most`` bytes.
    public init?(_ text: String) {
        guard (1...Self.most).contains(text.utf8.count) else { return nil }
        exposed = text
    }

    public var description: String { "•••" }
    public var debugDescription: String { "•••" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
