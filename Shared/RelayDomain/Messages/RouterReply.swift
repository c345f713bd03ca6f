/// A router's one answer to a ``RouterRequest``.
public enum RouterReply: Hashable, Sendable {
    case status(TransactionStatus)
    case refused(Refused)
    case terminal(TerminalInfo)
    /// `warnings`: warnings for the operator about the registered shop, in sentences.
    case registry(version: UInt64, Shop, warnings: [String] = [])
    /// The newest first, at most ``ShopVersion/toldMax``.
    case history([ShopVersion])
    case overview(Overview)
}
