// A payment and loyalty provider, or a shop's POS program, to try the relay against.
import Sandbox

try await Sandbox.run()
