// The relay's edge towards relay terminals: commands and outcomes out; submissions and scanned codes in.
import TerminalGateway

try await TerminalGateway.run()
