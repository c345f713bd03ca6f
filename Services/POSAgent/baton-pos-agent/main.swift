// The reference POS agent: enters what the relay sends into the POS program's input windows, and says what came of it.
import POSAgent

try await POSAgent.run()
