/// Where on its path a transaction was.
public enum Hop: String, Hashable, Sendable, CaseIterable {
    case phone, ingress, router, gateway, device, adapter, destination
}

/// One hop's stamp: what it did with the transaction, and when by its own estimate of router time.
public struct Receipt: Hashable, Sendable {
    public let hop: Hop
    public let act: Act
    public let at: Instant

    /// What hops do with a transaction.
    public enum Act: String, Hashable, Sendable, CaseIterable {
        /// The phone's or scanner's information came in.
        case received
        /// The router has made it durable and answers for it.
        case accepted
        /// The command left towards the device.
        case commanded
        /// The device has the command.
        case acknowledged
        /// The device asked that the destination be asked.
        case submitted
        /// The POS agent entered the information into the POS program and sent it there.
        case entered
        /// The router decided that the destination shall be asked.
        case authorized
        /// The request went out to the destination.
        case forwarded
        /// The destination's answer came in.
        case answered
        /// The phone or the device wanted no more of it.
        case cancelRequested
        /// The router asked for the first time what became of the transaction.
        case inquired
        /// The router told the destination for the first time to take the transaction back.
        case reversed
        /// The router has made the outcome durable.
        case concluded
    }

    public init(_ hop: Hop, _ act: Act, at: Instant) {
        self.hop = hop
        self.act = act
        self.at = at
    }
}
