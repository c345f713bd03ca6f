/// Where on its path a transaction was.
public enum Hop: String, Hashable, Sendable, CaseIterable {
    case phone, ingress, router, gateway, device, adapter, destination
}

/// One hop's stamp: what it did with the transaction, and when by its own estimate of relay time. In a
/// ``TransactionStatus`` it shows the time of day.
public struct HopStamp: Hashable, Sendable {
    /// Who stamped.
    public let hop: Hop
    /// What it did.
    public let act: Act
    /// When, by its own estimate of relay time.
    public let at: Instant

    /// How long before acceptance a stamp may lie: what a phone or a scanner waited with.
    public static let olderMax = Duration.seconds(60)

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
        /// The POS agent says that it entered the information into the POS program and sent it there.
        case entered
        /// The device says that it did not carry the command out.
        case refused
        /// The POS agent says that it cannot tell whether the POS program sent.
        case uncertain
        /// The router decided that the destination shall be asked.
        case authorized
        /// The request went out to the destination.
        case forwarded
        /// The destination's answer came in.
        case answered
        /// The phone or the device canceled.
        case cancelRequested
        /// The router asked for the first time what became of the transaction.
        case inquired
        /// The router asked the destination for the first time to take the transaction back.
        case reversalRequested
        /// The router has made the outcome durable.
        case concluded
    }

    public init(_ hop: Hop, _ act: Act, at: Instant) {
        self.hop = hop
        self.act = act
        self.at = at
    }
}
