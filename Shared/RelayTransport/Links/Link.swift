/// One connection of a ``LinkClient`` to one router. Connecting again makes another link.
public struct Link: Hashable, Sendable, CustomStringConvertible {
    /// Counts the links of one client.
    let number: UInt64
    /// The router's address.
    public let address: String

    public var description: String { "link \(number) to \(address)" }
}
