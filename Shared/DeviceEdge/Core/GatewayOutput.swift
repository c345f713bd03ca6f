import DeviceProtocol
import RelayDomain

/// What a ``GatewayCore`` has decided to do, in order.
public enum GatewayOutput: Hashable, Sendable {
    /// Write a text frame to a device.
    case write(ConnectionID, [UInt8])
    /// Write a WebSocket ping.
    case ping(ConnectionID)
    /// Write a close frame and close. The core has forgotten the connection.
    case close(ConnectionID, CloseReason)
    /// Send a request to a router, only on this link; the answer is a ``GatewayInput/answered(_:_:)``.
    case request(RequestID, GatewayMessage, on: RouterLink, within: Duration)
    /// Send a router a message that it does not answer.
    case tell(GatewayMessage, on: RouterLink)
    /// Count it.
    case note(GatewayNote)
    /// Log it.
    case log(DeviceRemark, of: Device)
}

/// What a gateway counts.
public enum GatewayNote: String, Hashable, Sendable, CaseIterable {
    /// The router granted a device a session.
    case sessionGranted
    /// The router refused a device a session.
    case sessionRefused
    /// No router was there to be asked for a session in time.
    case sessionWithoutRouter
    /// After a takeover a router granted again a session that the device already had.
    case sessionReclaimed
    /// A device's call went to its router.
    case callForwarded
    /// A device's call was answered by its router.
    case callAnswered
    /// The link to the router was lost, or was not there; the device repeats its call.
    case callRelayLost
    /// The gateway is at its limit of open calls; the device repeats its call.
    case callOverloaded
    /// The router cannot read a call.
    case callUnreadable
    /// A scanned code that matches no rule.
    case scanWithoutRule
    case commandDelivered
    /// A command that came too late to be started.
    case commandExpired
    case outcomeDelivered
    case cancelDelivered
    case passingDelivered
    /// A device was told a new relay time.
    case timeTold
    /// A router's message to a session that is not the device's newest here.
    case orderStale
    /// A router's message that is not allowed in this state.
    case orderOutOfTurn
}
