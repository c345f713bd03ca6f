import ServiceRuntime

/// The reference relay terminal: shows its tag, submits what phones and its scanner bring, shows the outcome.
public enum RelayTerminal {
    /// The process from its first line to its orderly end: all that an executable calls.
    public nonisolated(nonsending) static func run() async throws {
        try await ServiceProcess.run("baton-terminal", reading: TerminalConfiguration.init) { process, configuration in
            let gateway = process.health.part("gateway", detail: "no session yet")
            let terminal = TerminalShell(
                configuration, eventLoop: process.eventLoopGroup.next(), logger: process.logger,
                onSession: { isOpen in isOpen ? gateway.ready() : gateway.notReady("no session; trying again") })
            try process.announce()
            return [terminal]
        }
    }
}
