// Chaos on the real stack: starts it, loads it, breaks it at random, and compares every transaction with the ledger.
import Chaos

await ChaosCommand.start()
