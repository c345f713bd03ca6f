import DeviceLink
import DeviceProtocol
import Logging
import ServiceRuntime

/// A device's log records about its session with the relay, the same for each kind of device.
public struct SessionLog {
    private let gateway: GatewayAddress
    private let logger: Logger
    private let onSession: @Sendable (Bool) -> Void
    private var throttle = LogThrottle<GatewayAddress>()

    /// - Parameter onSession: called when a session is open, and when it is lost.
    public init(with gateway: GatewayAddress, logger: Logger, onSession: @escaping @Sendable (Bool) -> Void) {
        self.gateway = gateway
        self.logger = logger
        self.onSession = onSession
    }

    /// Logs an open session.
    public func opened(_ welcome: Welcome) {
        logger.info("session", metadata: ["connection": "\(welcome.connection.term).\(welcome.connection.number)"])
        onSession(true)
    }

    /// Logs a lost session, with the reason.
    public func lost(_ loss: DeviceSessionStateMachine.Loss) {
        logger.notice("session lost", metadata: ["reason": "\(loss.word)"])
        onSession(false)
    }

    /// The relay sent something that this version cannot read: at most one line a second.
    public mutating func passedOver(_ error: DeviceProtocolError) {
        guard let leftOut = throttle.admit(about: gateway, now: .now) else { return }
        logger.warning("passed over what the relay sent", metadata: ["reason": "\(error)", "leftOut": "\(leftOut)"])
    }
}

extension ServiceProcess {
    /// The part `gateway` of the process's health, told whether a session is open.
    public func sessionHealth() -> @Sendable (Bool) -> Void {
        let gateway = health.part("gateway", detail: "no session yet")
        return { isOpen in isOpen ? gateway.ready() : gateway.notReady("no session; trying again") }
    }
}
