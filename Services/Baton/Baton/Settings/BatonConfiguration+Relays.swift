import ServiceRuntime

extension BatonConfiguration {
    /// Whether a code may be sent where a tag leads: a sticker over a tag would have it.
    /// - Returns: what the user should know before it is sent; nil if the relay is this one, or stands in BATON_RELAYS.
    /// - Throws: ``OperatorError/strangeRelay(_:)`` if BATON_RELAYS is set and does not name it.
    func warning(aboutTagOf url: String) throws -> String? {
        let own = try ingress()
        let (relay, ownRelay) = (PublicURL(url), PublicURL(own))
        guard url != own, relay == nil || relay != ownRelay, !(relays ?? []).contains(where: { $0 == relay }) else {
            return nil
        }
        guard relays == nil else { throw OperatorError.strangeRelay(url) }
        return "the tag leads to \(url), and the code goes there; BATON_RELAYS would say which relays may be sent one"
    }
}
