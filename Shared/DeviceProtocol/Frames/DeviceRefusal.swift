import RelayDomain

/// The reasons with which the reference devices refuse a command. Each promises that nothing was sent.
extension ReasonCode {
    /// The device has another command.
    public static var deviceBusy: ReasonCode { word("deviceBusy") }
    /// `expiresAt` had passed before the device could begin.
    public static var expired: ReasonCode { word("expired") }
    /// The relay canceled it in time.
    public static var canceled: ReasonCode { word("canceled") }
    /// A kind of command that this device does not carry out.
    public static var unsupported: ReasonCode { word("unsupported") }
    /// The device restarted before anything was sent.
    public static var interrupted: ReasonCode { word("interrupted") }
    /// The POS's open sale has another amount.
    public static var amountMismatch: ReasonCode { word("amountMismatch") }
    /// The sealed bytes did not open.
    public static var unreadable: ReasonCode { word("unreadable") }

    private static func word(_ word: StaticString) -> ReasonCode {
        guard let reason = ReasonCode("\(word)") else { preconditionFailure("the words above are identifiers") }
        return reason
    }
}
