// All executables in one file, which takes a third of their room: it is whichever of them it is called by the name of.
// What is installed is this one, and a link to it for each name.
import Baton
import DestinationAdapter
import Foundation
import Ingress
import POSAgent
import POSGateway
import RelayTerminal
import Router
import SQLiteJournal
import Sandbox
import ServiceRuntime
import TerminalGateway

let names = [
    "baton", "baton-ingress", "baton-router", "baton-terminal-gateway", "baton-terminal", "baton-pos-gateway",
    "baton-pos-agent", "baton-destination-adapter", "baton-sandbox",
]

switch URL(fileURLWithPath: CommandLine.arguments.first ?? "").lastPathComponent {
case "baton": await BatonCommandLine.run()
case "baton-ingress": try await Ingress.run()
case "baton-router": try await Router.run { SQLiteEngine(journals: $0.journals, registry: $0.registry) }
case "baton-terminal-gateway": try await TerminalGateway.run()
case "baton-terminal": try await RelayTerminal.run()
case "baton-pos-gateway": try await POSGateway.run()
case "baton-pos-agent": try await POSAgent.run()
case "baton-destination-adapter": try await DestinationAdapter.run()
case "baton-sandbox": try await Sandbox.run()
case "baton-all":  // It says which links it wants.
    StandardStream.output.writeLine(names.joined(separator: "\n"))
    StandardStream.output.flush()
case let name:
    StandardStream.error.writeLine("\(name): this executable has to be called by one of its names: see `baton-all`")
    StandardStream.error.flush()
    exit(64)
}
