/// One connection of a ``LinkClient`` to one router. Connecting again makes another link.
public struct Link: Hashable, Sendable, CustomStringConvertible {
    /// Numbers the links of one client.
    let number: UInt64
    /// The router's address.
    public let address: String

    public static func == (left: Link, right: Link) -> Bool { left.number == right.number }
    public func hash(into hasher: inout Hasher) { hasher.combine(number) }

    public var description: String { "link \(number) to \(address)" }
}
