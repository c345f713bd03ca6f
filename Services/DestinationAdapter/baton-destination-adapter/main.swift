// Asks one destination what the routers ask, and brings back its answers.
import DestinationAdapter

try await DestinationAdapter.run()
