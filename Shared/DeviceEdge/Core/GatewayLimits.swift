/// The bounds of one gateway.
public struct GatewayLimits: Sendable {
    /// Claims that one journal's router has to answer at a time; the others queue, one per connection at most. After a
    /// takeover ten thousand sessions are claimed again, and commands must not wait behind them.
    public var claimsMax = 256
    /// Calls that wait for their answer, of all devices together. Beyond: `overloaded`. (Of one device:
    /// ``DeviceLimits/callsMax``.)
    public var callsMax = 2_048
    /// How long a device waits for a session while no router can be asked. Less than its own patience
    /// (``DeviceLimits/greeting``), so that it hears why.
    public var claimWait: Duration = .seconds(8)
    /// How long a router may take for an answer. Less than a device's patience (``DeviceLimits/reply``).
    public var answer: Duration = .seconds(8)

    /// After so long between two looks at the clock, which come each second, the gateway itself was asleep.
    public var stall: Duration = .milliseconds(2_500)

    /// By how much a router's time may differ from what its devices were told before they are told anew.
    public var timeDrift: Duration = .milliseconds(500)

    /// From a device's connection to its WebSocket. (From there to `hello` and `prove`: ``DeviceLimits/greeting``.)
    public var handshake: Duration = .seconds(10)

    public init() {}
}
