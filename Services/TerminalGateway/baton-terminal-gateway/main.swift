// The relay's edge towards relay terminals: commands and outcomes out; submissions and scanned codes in.
import ServiceRuntime
import TerminalGateway

try await ServiceProcess.run("baton-terminal-gateway", reading: TerminalGateway.Configuration.init) {
    process, configuration in
    [try TerminalGateway.service(configuration, of: process)]
}
