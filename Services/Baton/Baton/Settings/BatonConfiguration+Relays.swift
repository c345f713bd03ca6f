import ServiceRuntime

extension BatonConfiguration {
    /// Whether a code may be sent to the address on a tag: another tag may have been pasted over the shop's.
    /// - Returns: a warning for the user before it is sent; nil if the relay is this one, or is listed in BATON_RELAYS.
    /// - Throws: ``OperatorError/strangeRelay(_:)`` if BATON_RELAYS is set and does not name it.
    func warning(aboutTagOf url: String) throws -> String? {
        let own = try ingress()
        let (relay, ownRelay) = (PublicURL(url), PublicURL(own))
        guard url != own, relay == nil || relay != ownRelay, !(relays ?? []).contains(where: { $0 == relay }) else {
            return nil
        }
        guard relays == nil else { throw OperatorError.strangeRelay(url) }
        return "the tag leads to \(url), and the code goes there; set BATON_RELAYS to limit which relays may get one"
    }
}
