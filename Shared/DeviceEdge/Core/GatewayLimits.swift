/// The bounds of one gateway.
public struct GatewayLimits: Sendable {
    /// Claims that one journal's router has to answer at a time; the others wait, at most one per connection. After a
    /// takeover ten thousand sessions are claimed again, and commands must not wait behind them.
    public var claimsMax = 256
    /// Calls that wait for their answer, of all devices together; a submission's may wait for its outcome. Beyond:
    /// `overloaded`. (Of one device: ``DeviceLimits/callsMax``.)
    public var callsMax = 8_192
    /// How long a device waits for a session while no router can be asked. Less than the device's own time limit
    /// (``DeviceLimits/greeting``), so that it gets the reason.
    public var claimWait: Duration = .seconds(8)
    /// How long a router may take for an answer. Less than a device's time limit (``DeviceLimits/reply``).
    public var answer: Duration = .seconds(8)

    /// If two steps, which come at least each second, are this far apart, the gateway itself was suspended.
    public var stall: Duration = .milliseconds(2_500)

    /// How much a router's time may differ from the time that its devices have, before they are told again.
    public var timeDrift: Duration = .milliseconds(500)

    /// From a device's connection to its WebSocket. (From there to `hello` and `prove`: ``DeviceLimits/greeting``.)
    public var handshake: Duration = .seconds(10)

    public init() {}
}
