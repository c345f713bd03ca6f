// The reference relay terminal: shows its tag, submits what phones and its scanner bring, shows the outcome.
import RelayTerminal

try await RelayTerminal.run()
