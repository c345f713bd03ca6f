// The relay's edge towards POS agents: commands out, their results in.
import POSGateway

try await POSGateway.run()
