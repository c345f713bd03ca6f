// The relay's edge towards POS agents: commands out; what became of them in.
import POSGateway

try await POSGateway.run()
