import DeviceProtocol
import RelayDomain

/// What a ``GatewayCore`` wants done, in order.
public enum GatewayOutput: Hashable, Sendable {
    /// Write a text frame to a device.
    case write(ConnectionID, [UInt8])
    /// Write a WebSocket ping.
    case ping(ConnectionID)
    /// Write a close frame and close. The core has forgotten the connection.
    case close(ConnectionID, CloseReason)
    /// Ask a router, on this link and no other; the answer is a ``GatewayInput/answered(_:_:)``.
    case request(RequestID, GatewayMessage, on: RouterLink, within: Duration)
    /// Tell a router something that it does not answer.
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
    /// After a takeover a router granted again a session that the device had all the while.
    case sessionReclaimed
    /// A device's call went to its router.
    case callForwarded
    /// A device's call was answered by its router.
    case callAnswered
    /// The link to the router was lost, or was not there; the device repeats its call.
    case callRelayLost
    /// As many calls are on their way as there may be; the device repeats its call.
    case callOverloaded
    /// The router cannot read a call.
    case callUnreadable
    /// A scanned code that no rule knows.
    case scanWithoutRule
    case commandDelivered
    /// A command that came too late to be started.
    case commandExpired
    case outcomeDelivered
    case cancelDelivered
    case passingDelivered
    /// A device was told the relay's time anew.
    case timeTold
    /// A router's word to a session that is not the device's newest here.
    case orderStale
    /// A router's word that does not belong there.
    case orderOutOfTurn
}
