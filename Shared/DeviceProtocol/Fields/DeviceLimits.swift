import RelayDomain

/// The bounds of a device's connection. Both sides keep them, and report when one is reached.
public enum DeviceLimits {
    /// The WebSocket path of both gateways, and the subprotocol to ask for (RFC 6455).
    public static let path = "/v1/devices"
    /// The WebSocket subprotocol that both sides have to name.
    public static let subprotocol = "baton.v1"

    /// One frame, as UTF-8.
    public static let frameBytesMax = 32_768
    /// What a scanner read, as UTF-8.
    public static let scannedBytesMax = 4_096
    /// Calls without a reply, per connection.
    public static let callsMax = 32
    /// Commands and scans in one `resume`, together.
    public static let resumedMax = 8
    /// Hop stamps in one status; the newest are sent.
    public static let hopStampsMax = 16
    /// Hop stamps in each status of a `resume`'s result, which may hold ``resumedMax`` of them.
    public static let resumedHopStampsMax = 8
    /// Malformed frames per connection before the gateway closes it.
    public static let faultsMax = 16
    /// The largest whole number that every JSON reader represents exactly (RFC 8259, section 6).
    public static let wholeNumberMax: Int64 = 9_007_199_254_740_991

    /// From the opening of the WebSocket to `hello`, and from there to `prove`.
    public static let greeting = Duration.seconds(10)
    /// Between two pings of the gateway.
    public static let ping = Duration.seconds(25)
    /// Pings without any sign of life after which the gateway closes.
    public static let missedPings = 2
    /// From a command to the ping, if nothing has come from the device since.
    public static let commandSilence = Duration.seconds(1)
    /// From that ping to the end, if still nothing has come.
    public static let pong = Duration.seconds(3)
    /// After this time without a byte from the gateway the device closes the connection.
    public static let silence = Duration.seconds(60)
    /// How long a device waits for the reply to a call.
    public static let reply = Duration.seconds(10)
    /// How long it waits for the reply to a `submit` or a `scan`, for which a customer waits.
    public static let submissionReply = Duration.seconds(3)
}
