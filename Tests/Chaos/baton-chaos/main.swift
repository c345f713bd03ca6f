// Chaos on the real stack: starts it, loads it, breaks it at random, and holds every transaction against the ledger.
import Chaos

await ChaosCommand.start()
