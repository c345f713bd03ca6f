public struct TerminalInfo: Hashable, Sendable {
    public let terminal: TerminalID
    public let isPaired: Bool
    /// Whether the device that would carry a command out has a session.
    public let isOnline: Bool
    /// Whether that device reports that it can carry out a command now; ready, if it has no session.
    public let readiness: DeviceReadiness
    /// Whether the relay terminal itself has a session: of a paired one, another device than the one that carries
    /// commands out.
    public let isTerminalOnline: Bool

    public init(
        terminal: TerminalID, isPaired: Bool, isOnline: Bool, readiness: DeviceReadiness = .ready,
        isTerminalOnline: Bool = true
    ) {
        self.terminal = terminal
        self.isPaired = isPaired
        self.isOnline = isOnline
        self.readiness = readiness
        self.isTerminalOnline = isTerminalOnline
    }
}
