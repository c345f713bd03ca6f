// The operator's command line: runs the relay on one machine, registers the shop, submits like a phone, shows the path.
import Baton

await BatonCommandLine.run()
